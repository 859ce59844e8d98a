"""Records with a value that does not fit are named with their field; the others are written."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound, RecordsFailed, Rejected
from salesforce_emulator.org.state import Org

pytestmark = pytest.mark.usefixtures("quick_pauses")
Act = Callable[..., Any]

BAD = {"Birthdate": "31.01.1990"}


def contacts(count: int, *bad: int) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = [{"LastName": f"C{number:03}"} for number in range(count)]
    for index in bad:
        records[index] |= BAD
    return records


def count(act: Act, sobject: str = "Contact") -> int:
    return int(act("query", {"soql": f"SELECT COUNT() FROM {sobject}"})["total"])  # noqa: S608


def test_one_bad_date_of_450_takes_no_other_record_with_it(act: Act) -> None:
    before = count(act)
    done = act(
        "create_records",
        {"sobject": "Contact", "records": contacts(450, 250), "fail_when": "none"},
    )

    assert [row["index"] for row in done["records"] if not row["ok"]] == [250]
    assert done["records"][250]["fields"] == ["Birthdate"]
    assert "records[250].Birthdate" in done["records"][250]["message"]
    assert count(act) == before + 449


@pytest.mark.parametrize("fail_when", ["any", "all", {"more_than": 1}])
def test_the_policy_on_failures_holds_for_records_that_were_not_sent(
    act: Act, local_org: Org, fail_when: Any
) -> None:
    inputs = {"sobject": "Contact", "records": contacts(3, 0, 2), "fail_when": fail_when}
    if fail_when == "all":
        assert act("create_records", inputs)["failed"] == 2
        return
    with pytest.raises(RecordsFailed) as error:
        act("create_records", inputs)
    assert [row["ok"] for row in error.value.records] == [False, True, False]
    assert error.value.sent is True


def test_all_or_none_sends_nothing_when_one_has_a_fault(act: Act) -> None:
    before = count(act)
    with pytest.raises(RecordsFailed) as error:
        act(
            "create_records",
            {"sobject": "Contact", "records": contacts(3, 1), "all_or_none": True},
        )

    assert error.value.sent is False
    assert error.value.records[0]["code"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert count(act) == before


@pytest.mark.parametrize(
    ("action", "inputs", "path"),
    [
        ("create_record", {"sobject": "Contact", "fields": {"LastName": "x", **BAD}}, "fields"),
        (
            "upsert_record",
            {
                "sobject": "Contact",
                "external_id_field": "External_Id__c",
                "external_id": 7,
                "fields": {"LastName": "x", **BAD},
            },
            "fields",
        ),
        (
            "run_composite",
            {
                "steps": [
                    {
                        "name": "doe",
                        "method": "POST",
                        "path": "/sobjects/Contact",
                        "body": {"LastName": "x", **BAD},
                    }
                ]
            },
            "steps.doe.body",
        ),
        (
            "run_composite_graph",
            {
                "graphs": [
                    {
                        "name": "g",
                        "steps": [
                            {
                                "name": "doe",
                                "method": "POST",
                                "path": "/sobjects/Contact",
                                "body": {"LastName": "x", **BAD},
                            }
                        ],
                    }
                ]
            },
            "steps.doe.body",
        ),
        (
            "create_record_tree",
            {
                "sobject": "Account",
                "records": [
                    {
                        "fields": {"Name": "Acme"},
                        "children": {
                            "Contacts": {
                                "sobject": "Contact",
                                "records": [{"fields": {"LastName": "x", **BAD}}],
                            }
                        },
                    }
                ],
            },
            "records.0.Contacts.0",
        ),
        (
            "log_activity",
            {"kind": "task", "subject": "Call", "fields": {"ReminderDateTime": "soon"}},
            "fields",
        ),
    ],
)
def test_every_write_action_names_the_misspelt_field_and_sends_nothing(
    act: Act, local_org: Org, action: str, inputs: dict[str, Any], path: str
) -> None:
    before = count(act), count(act, "Account")
    with pytest.raises(Rejected, match=path.replace(".", r"\.") + r"\.\w+ takes a date") as error:
        act(action, inputs)

    assert error.value.sent is False
    assert (count(act), count(act, "Account")) == before


def test_a_bulk_job_gets_only_the_records_without_faults(act: Act) -> None:
    inputs = {"sobject": "Contact", "operation": "insert", "records": contacts(5, 2)}
    done = act("bulk_write", {**inputs, "fail_when": "none"})

    assert [(row["index"], row["ok"]) for row in done["records"]] == [
        (0, True), (1, True), (2, False), (3, True), (4, True),
    ]  # fmt: skip
    assert (done["succeeded"], done["failed"], done["jobs"][0]["processed"]) == (4, 1, 4)
    with pytest.raises(RecordsFailed, match=r"records\[2\]\.Birthdate"):
        act("bulk_write", inputs)


def test_no_job_is_begun_when_every_record_has_a_fault(act: Act) -> None:
    inputs = {"sobject": "Contact", "operation": "insert", "records": contacts(2, 0, 1)}
    done = act("bulk_write", {**inputs, "fail_when": "none"})

    assert (done["jobs"], done["failed"]) == ([], 2)


def test_a_record_that_was_read_can_be_written_back(act: Act) -> None:
    act("create_record", {"sobject": "Account", "fields": {"Name": "Acme"}})
    [read] = act(
        "query",
        {"soql": "SELECT FIELDS(STANDARD), Owner.Name FROM Account WHERE Name = 'Acme' LIMIT 1"},
    )["records"]
    with pytest.raises(RecordsFailed) as error:
        act("update_records", {"sobject": "Account", "records": [read]})
    assert {"CreatedDate", "BillingAddress", "SystemModstamp"} <= set(error.value.fields)

    for action, more in (
        ("update_records", {}),
        ("upsert_records", {"external_id_field": "Id"}),
        ("bulk_write", {"operation": "update"}),
        ("bulk_write", {"operation": "upsert", "external_id_field": "Id"}),
    ):
        inputs = {"sobject": "Account", "records": [read], "read_only_fields": "drop", **more}
        assert act(action, inputs)["succeeded"] == 1, action
    fields = {**read, "Site": "Berlin"}
    act(
        "update_record",
        {"sobject": "Account", "id": read["Id"], "fields": fields, "read_only_fields": "drop"},
    )
    assert act("get_record", {"sobject": "Account", "id": read["Id"]})["record"]["Site"] == "Berlin"


@pytest.mark.parametrize(
    "parent", [{"Account.External_Id__c": "P"}, {"Account": {"External_Id__c": "P"}}]
)
@pytest.mark.parametrize("action", ["create_record", "create_records", "bulk_write"])
def test_a_parent_is_named_alike_everywhere(
    act: Act, local_org: Org, action: str, parent: dict[str, Any]
) -> None:
    fields = {"Name": "Parent", "External_Id__c": "P"}
    account = act("create_record", {"sobject": "Account", "fields": fields})["id"]
    contact = {"LastName": "Child", **parent}
    match action:
        case "create_record":
            act(action, {"sobject": "Contact", "fields": contact})
        case "create_records":
            act(action, {"sobject": "Contact", "records": [contact]})
        case _:
            act(action, {"sobject": "Contact", "operation": "insert", "records": [contact]})
    result = act("query", {"soql": "SELECT AccountId FROM Contact WHERE LastName = 'Child'"})
    assert [row["AccountId"] for row in result["records"]] == [account]


@pytest.mark.parametrize("value", [None, {"External_Id__c": None}, {"External_Id__c": ""}])
@pytest.mark.parametrize("action", ["update_record", "update_records", "bulk_write"])
def test_null_for_a_parent_clears_it_everywhere(
    act: Act, local_org: Org, action: str, value: Any
) -> None:
    account = act("create_record", {"sobject": "Account", "fields": {"Name": "Parent"}})["id"]
    fields = {"LastName": "Child", "AccountId": account}
    contact = act("create_record", {"sobject": "Contact", "fields": fields})["id"]
    change = {"Account": value}
    match action:
        case "update_record":
            act(action, {"sobject": "Contact", "id": contact, "fields": change})
        case "update_records":
            act(action, {"sobject": "Contact", "records": [{"Id": contact, **change}]})
        case _:
            records = [{"Id": contact, **change}]
            act(action, {"sobject": "Contact", "operation": "update", "records": records})
    read = act("get_record", {"sobject": "Contact", "id": contact, "fields": ["AccountId"]})
    assert read["record"]["AccountId"] is None


def test_texts_are_cut_on_demand_and_the_fields_are_named(
    act: Act, local_org: Org, connector: Any, connection: Any
) -> None:
    inputs = {"sobject": "Account", "records": [{"Name": "x" * 300}], "too_long": "truncate"}
    result = connector.run_action("salesforce", "create_records", connection, inputs, {})

    assert result["output"]["succeeded"] == 1
    assert any("records[0].Name" in warning for warning in result["warnings"])


def test_a_missing_object_still_raises_not_found(act: Act) -> None:
    with pytest.raises(NotFound, match="Did you mean Account"):
        act("create_record", {"sobject": "Acount", "fields": {"Name": "x"}})


@pytest.mark.parametrize("count_of", [150, 450])
def test_without_field_checks_halving_isolates_the_failed_record(
    connector: Any, connection: Any, act: Act, count_of: int
) -> None:
    """Salesforce refuses the whole call for one date, and names neither record nor field."""
    connection.settings["check_fields"] = False
    before = count(act)
    inputs = {"sobject": "Contact", "records": contacts(count_of, 77), "fail_when": "none"}
    done = connector.run_action("salesforce", "create_records", connection, inputs, {})["output"]

    assert [row["index"] for row in done["records"] if not row["ok"]] == [77]
    assert done["records"][77]["code"] == "JSON_PARSER_ERROR"
    assert count(act) == before + count_of - 1


def composite_steps() -> list[dict[str, Any]]:
    """A good step, one with two faults, two that refer to that, one that refers to the good."""

    def create(name: str, sobject: str, **body: Any) -> dict[str, Any]:
        return {"name": name, "method": "POST", "path": f"/sobjects/{sobject}", "body": body}

    return [
        create("acme", "Account", Name="Acme"),
        create("bad", "Contact", LastName="B", CreatedDate="x", **BAD),
        create("below", "Case", Subject="S", ContactId="@{bad.id}"),
        create("deeper", "CaseComment", ParentId="@{below.id}", CommentBody="C"),
        create("good", "Contact", LastName="G", AccountId="@{acme.id}"),
    ]


def test_a_faulty_step_of_a_composite_call_keeps_back_only_what_refers_to_it(act: Act) -> None:
    inputs = {"steps": composite_steps(), "all_or_none": False, "fail_when": "none"}
    steps = act("run_composite", inputs)["steps"]

    assert {name: (step["index"], step["ok"], step["code"]) for name, step in steps.items()} == {
        "acme": (0, True, ""),
        "bad": (1, False, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        "below": (2, False, "PROCESSING_HALTED"),
        "deeper": (3, False, "PROCESSING_HALTED"),
        "good": (4, True, ""),
    }
    assert steps["bad"]["fields"] == ["steps.bad.body.CreatedDate", "steps.bad.body.Birthdate"]
    read = act("get_record", {"sobject": "Contact", "id": steps["good"]["id"]})["record"]
    assert read["AccountId"] == steps["acme"]["id"]


def test_a_faulty_step_of_all_or_none_sends_nothing_and_reports_which(act: Act) -> None:
    before = count(act, "Account")
    with pytest.raises(RecordsFailed, match=r"steps\.bad") as error:
        act("run_composite", {"steps": composite_steps()})

    assert error.value.sent is False
    codes = {step["name"]: step["code"] for step in error.value.records}
    assert codes["bad"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert {codes[name] for name in ("acme", "below", "deeper", "good")} == {
        "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    }
    done = act("run_composite", {"steps": composite_steps(), "fail_when": "none"})["steps"]
    assert not any(step["ok"] for step in done.values())
    assert count(act, "Account") == before


def test_a_faulty_graph_takes_no_other_graph_with_it(act: Act) -> None:
    before = count(act, "Account")
    graphs = [
        {"name": "broken", "steps": composite_steps()},
        {"name": "whole", "steps": composite_steps()[:1]},
    ]
    done = act("run_composite_graph", {"graphs": graphs, "fail_when": "none"})["graphs"]

    assert [(graph["name"], graph["ok"]) for graph in done] == [("broken", False), ("whole", True)]
    assert "Birthdate" in done[0]["steps"][1]["message"]
    assert count(act, "Account") == before + 1
    with pytest.raises(RecordsFailed, match="Birthdate") as error:
        act("run_composite_graph", {"graphs": graphs[:1]})
    assert error.value.sent is False
