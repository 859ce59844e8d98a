"""query: the call it makes, the pages it follows, and what it says when it cut."""

from typing import Any

import httpx
import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.query import Input, Output, flow
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.flow import Call

NEXT = "/services/data/v68.0/query/0r8xx0000000001-2"


def page(*names: str, total: int, following: str | None = None) -> httpx.Response:
    body: dict[str, Any] = {"totalSize": total, "done": following is None}
    body["records"] = [{"Name": name} for name in names]
    return ok(body if following is None else {**body, "nextRecordsUrl": following})


@pytest.mark.parametrize(
    ("soql", "parameters"),
    [
        ("  ", {}),
        ("SELECT Id FROM Account WHERE Name = :name", {}),
        ("SELECT Id FROM Account", {"name": "x"}),
        ("SELECT Id FROM Account WHERE Name = 'x", {}),
        ("SELECT Id FROM Account WHERE Id IN :ids", {"ids": []}),
    ],
)
def test_a_query_that_cannot_be_bound_is_not_sent(soql: str, parameters: dict[str, Any]) -> None:
    run = drive(flow(Input(soql=soql, parameters=parameters)))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


@pytest.mark.parametrize(
    "inputs",
    [
        {"soql": ""},
        {"soql": "x" * 100_001},
        {"soql": "SELECT Id FROM A", "limit": 0},
        {"soql": "SELECT Id FROM A", "limit": 1_000_001},
        {"soql": "SELECT Id FROM A", "parameters": {"a": {"date": "tomorrow"}}},
        {"soql": "SELECT Id FROM A", "parameters": {"a": {"datetime": "2026-01-31T09:00:00"}}},
        {"soql": "SELECT Id FROM A", "parameters": {"a": {"date_literal": "TODAY OR 1 = 1"}}},
    ],
)
def test_an_input_out_of_bounds_is_refused(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate(inputs)


def test_an_answer_that_is_no_page_is_a_bad_reply() -> None:
    assert isinstance(drive(flow(Input(soql="SELECT Id FROM A")), ok({})).error, BadReply)


def test_binds_each_kind_of_value_that_json_can_carry() -> None:
    inputs = {
        "soql": "SELECT Id FROM A WHERE a = :a AND b IN :b AND c > :c AND d = :d AND e LIKE :e "
        "AND f = :f AND g = :g AND h < :h",
        "parameters": {
            "a": "O'Hara",
            "b": ["x", 2],
            "c": {"datetime": "2026-01-31T09:00:00+01:00"},
            "d": {"date_literal": "LAST_N_DAYS:7"},
            "e": {"starts_with": "50%"},
            "f": None,
            "g": True,
            "h": {"date": "2026-01-31"},
        },
    }

    run = drive(flow(Input.model_validate(inputs)), page(total=0))

    assert run.calls[0].params["q"] == (
        r"SELECT Id FROM A WHERE a = 'O\'Hara' AND b IN ('x', 2) AND "
        r"c > 2026-01-31T09:00:00.000+01:00 AND d = LAST_N_DAYS:7 AND e LIKE '50\%%' "
        r"AND f = null AND g = true AND h < 2026-01-31"
    )


@pytest.mark.parametrize(("include_deleted", "resource"), [(False, "/query"), (True, "/queryAll")])
def test_requests_deleted_rows_when_requested(include_deleted: bool, resource: str) -> None:
    soql = "SELECT Id FROM Account"

    run = drive(flow(Input(soql=soql, include_deleted=include_deleted)), page(total=0))

    assert run.calls == [Call("GET", resource, params={"q": soql})]


def test_returns_the_rows_of_all_pages() -> None:
    run = drive(
        flow(Input(soql="SELECT Name FROM Account")),
        page("A", "B", total=3, following=NEXT),
        page("C", total=3),
    )

    names = [{"Name": name} for name in "ABC"]
    assert run.output == Output(records=names, total=3, complete=True)
    assert run.notes == []


def test_warns_of_a_cut_and_how_to_get_the_rest() -> None:
    run = drive(
        flow(Input(soql="SELECT Name FROM Account", limit=1)),
        page("A", "B", total=5000, following=NEXT),
    )

    assert run.output == Output(records=[{"Name": "A"}], total=5000, complete=False)
    (note,) = run.notes
    assert "5,000" in note
    assert "limit" in note


def test_a_count_is_the_total() -> None:
    assert drive(flow(Input(soql="SELECT COUNT() FROM Account")), page(total=42)).output == Output(
        records=[], total=42, complete=True
    )
