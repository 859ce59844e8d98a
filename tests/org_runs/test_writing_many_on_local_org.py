"""Writes of many rows on an org: collections, trees, composite steps, graphs and bulk jobs.

Each record made here is removed again at the end, so that a real org stays as it was.
"""

import itertools
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from salesforce_connector.errors import RecordsFailed

pytestmark = pytest.mark.usefixtures("quick_pauses")
Act = Callable[..., Any]
Name = Callable[[], str]


@pytest.fixture
def name() -> Name:
    """Return names that no other run gives."""
    run, numbers = uuid.uuid4().hex[:8], itertools.count()
    return lambda: f"Run {run} {next(numbers):05}"


def accounts_named(act: Act, beginning: str) -> list[dict[str, Any]]:
    """Return the accounts whose name begins so."""
    soql = "SELECT Id, Name FROM Account WHERE Name LIKE :name"
    result = act("query", {"soql": soql, "parameters": {"name": {"starts_with": beginning}}})
    records: list[dict[str, Any]] = result["records"]
    return records


@pytest.fixture
def swept(act: Act, name: Name) -> Iterator[None]:
    """Delete the accounts of this run at its end, and with them what hangs below."""
    prefix = name().rsplit(" ", 1)[0]
    yield
    if ids := [row["Id"] for row in accounts_named(act, prefix)]:
        act("delete_records", {"ids": ids, "fail_when": "none"})


def test_rows_of_several_calls_keep_their_places(act: Act, name: Name, swept: None) -> None:
    rows: list[dict[str, Any]] = [{"Name": name()} for _ in range(450)]
    rows[300] = {"Site": "no name"}

    done = act("create_records", {"sobject": "Account", "records": rows, "fail_when": "none"})

    assert [row["index"] for row in done["records"]] == list(range(450))
    assert [row["index"] for row in done["records"] if not row["ok"]] == [300]
    assert done["records"][300]["code"] == "REQUIRED_FIELD_MISSING"
    last = act("get_record", {"sobject": "Account", "id": done["records"][449]["id"]})
    assert last["record"]["Name"] == rows[449]["Name"]


def test_all_or_none_leaves_none(act: Act, name: Name, swept: None) -> None:
    values = name()
    with pytest.raises(RecordsFailed) as raised:
        act(
            "create_records",
            {
                "sobject": "Account",
                "records": [{"Name": values}, {"Site": "no name"}],
                "all_or_none": True,
            },
        )

    assert "The first: records[1]: REQUIRED_FIELD_MISSING" in str(raised.value)
    assert raised.value.sent is False
    assert accounts_named(act, values) == []


def test_null_means_the_same_in_every_write_action(act: Act, name: Name, swept: None) -> None:
    """Phone is cleared, Site is left: by REST, by collections and by a bulk job."""
    ways: dict[str, Callable[[str, dict[str, Any], str], Any]] = {
        "rest": lambda record, fields, nulls: act(
            "update_record",
            {"sobject": "Account", "id": record, "fields": fields, "nulls": nulls},
        ),
        "collections": lambda record, fields, nulls: act(
            "update_records",
            {"sobject": "Account", "records": [{"Id": record, **fields}], "nulls": nulls},
        ),
        "bulk": lambda record, fields, nulls: act(
            "bulk_write",
            {
                "sobject": "Account",
                "operation": "update",
                "records": [{"Id": record, **fields}],
                "nulls": nulls,
            },
        ),
    }
    created = act(
        "create_records",
        {
            "sobject": "Account",
            "records": [{"Name": name(), "Phone": "1", "Site": "2"} for _ in ways],
        },
    )
    for row, write in zip(created["records"], ways.values(), strict=True):
        write(row["id"], {"Phone": None, "Industry": "Energy"}, "clear")
        write(row["id"], {"Site": None, "Rating": "Hot"}, "leave")

        record = act("get_record", {"sobject": "Account", "id": row["id"]})["record"]
        assert [record[field] for field in ("Phone", "Site", "Industry", "Rating")] == [
            None,
            "2",
            "Energy",
            "Hot",
        ]


def test_a_tree_is_created_as_a_whole(act: Act, name: Name, swept: None) -> None:
    contacts = {"sobject": "Contact", "records": [{"fields": {"LastName": name()}}]}
    tree = {"fields": {"Name": name()}, "children": {"Contacts": contacts}}

    done = act("create_record_tree", {"sobject": "Account", "records": [tree]})

    account, contact = done["records"]
    child = act("get_record", {"sobject": "Contact", "id": contact["id"]})
    assert child["record"]["AccountId"] == account["id"]


def test_steps_use_each_others_results(act: Act, name: Name, swept: None) -> None:
    values = name()
    done = act(
        "run_composite",
        {
            "steps": [
                {
                    "name": "account",
                    "method": "POST",
                    "path": "/sobjects/Account",
                    "body": {"Name": values},
                },
                {
                    "name": "contact",
                    "method": "POST",
                    "path": "/sobjects/Contact",
                    "body": {"LastName": values, "AccountId": "@{account.id}"},
                },
                {
                    "name": "found",
                    "method": "GET",
                    "path": "/query",
                    "params": {"q": "SELECT Id FROM Contact WHERE AccountId = '@{account.id}'"},
                },
            ]
        },
    )

    result = done["steps"]["found"]["body"]["records"]
    assert [row["Id"] for row in result] == [done["steps"]["contact"]["id"]]


def test_a_graph_that_fails_leaves_the_others(act: Act, name: Name, swept: None) -> None:
    values = name()

    def graph(graph_name: str, contact: dict[str, Any]) -> dict[str, Any]:
        account = {
            "name": "account",
            "method": "POST",
            "path": "/sobjects/Account",
            "body": {"Name": f"{values} {graph_name}"},
        }
        child = {
            "name": "contact",
            "method": "POST",
            "path": "/sobjects/Contact",
            "body": {"AccountId": "@{account.id}", **contact},
        }
        return {"name": graph_name, "steps": [account, child]}

    done = act(
        "run_composite_graph",
        {"graphs": [graph("good", {"LastName": "A"}), graph("bad", {})], "fail_when": "none"},
    )

    assert [item["ok"] for item in done["graphs"]] == [True, False]
    assert [row["Name"] for row in accounts_named(act, values)] == [f"{values} good"]


def test_a_bulk_job_returns_a_result_for_each_row_and_is_retried(
    act: Act, name: Name, swept: None, tmp_path: Path
) -> None:
    values = [name() for _ in range(3)]
    with pytest.raises(RecordsFailed) as raised:
        act(
            "bulk_write",
            {
                "sobject": "Account",
                "operation": "insert",
                "records": [
                    {"Name": values[0], "Phone": "0012"},
                    {"Phone": "1"},
                    {"Name": values[2]},
                ],
            },
        )
    rows = raised.value.records
    assert [(row["index"], row["ok"]) for row in rows] == [(0, True), (1, False), (2, True)]
    assert rows[1]["code"] == "REQUIRED_FIELD_MISSING"

    [job] = re.findall(r"750\w{15}", str(raised.value))
    again = act("retry_failed_records", {"job_id": job, "fail_when": "none"})
    assert (again["succeeded"], again["failed"]) == (0, 1)
    results = act("get_bulk_results", {"job_id": job})
    assert (results["succeeded"], results["failed"]) == (2, 1)

    path = tmp_path / "out.csv"
    prefix = values[0].rsplit(" ", 1)[0]
    requested = {
        "soql": "SELECT Name, Phone FROM Account WHERE Name LIKE :name ORDER BY Name",
        "parameters": {"name": {"starts_with": prefix}},
    }
    result = act("bulk_query", requested)
    assert result["records"] == [
        {"Name": values[0], "Phone": "0012"},
        {"Name": values[2], "Phone": None},
    ]
    act("bulk_query", {**requested, "format": "csv", "path": str(path)})
    assert path.read_text(encoding="utf-8").count("\n") == 3


@pytest.mark.parametrize("action", ["create_records", "bulk_write"])
def test_the_first_of_many_failures_reports_what_to_do(act: Act, action: str) -> None:
    inputs = {"sobject": "Contact", "records": [{"LastName": "A"}, {"FirstName": "B"}]}
    if action == "bulk_write":
        inputs["operation"] = "insert"
    with pytest.raises(RecordsFailed, match="REQUIRED_FIELD_MISSING") as error:
        act(action, inputs)

    assert "Give each of these fields a value" in str(error.value)
    assert error.value.fields == ("LastName",)
