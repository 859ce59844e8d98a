"""create_record_tree: limits before sending, one result for each record."""

from typing import Any

import httpx
import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.create_record_tree import Input, flow
from salesforce_connector.errors import RecordsFailed, Rejected


def node(fields: dict[str, Any], **children: Any) -> Any:
    return {"fields": fields, "children": children}


def below(sobject: str, *records: Any) -> dict[str, Any]:
    return {"sobject": sobject, "records": list(records)}


TREE = Input(
    sobject="Account",
    records=[
        node({"Name": "A"}, Contacts=below("Contact", node({"LastName": "B"}), node({"X": ""}))),
        node({"Name": "C"}),
    ],
)


def nested(levels: int) -> Any:
    result = node({"Name": "x"})
    for _ in range(levels - 1):
        result = node({"Name": "x"}, ChildAccounts=below("Account", result))
    return result


@pytest.mark.parametrize(
    ("records", "messages"),
    [
        ([node({"Name": str(n)}) for n in range(201)], "200 records"),
        ([nested(6)], "5 levels"),
        (
            [node({"A": 1}, **{f"R{n}": below(f"O{n}__c", node({"A": 1})) for n in range(5)})],
            "5 different objects",
        ),
    ],
)
def test_refuses_before_anything_is_sent(records: list[Any], messages: str) -> None:
    run = drive(flow(Input(sobject="Account", records=records)))

    assert isinstance(run.error, Rejected)
    assert messages in str(run.error)
    assert run.calls == []


def test_the_error_names_the_record_that_failed_the_tree() -> None:
    fault = {"statusCode": "REQUIRED_FIELD_MISSING", "message": "No.", "fields": ["LastName"]}
    result = {"referenceId": "r0_Contacts_1", "errors": [fault]}
    run = drive(flow(TREE), httpx.Response(400, json={"hasErrors": True, "results": [result]}))

    assert isinstance(run.error, RecordsFailed)
    assert "Nothing was created" in str(run.error)
    assert run.error.sent is False
    assert [(row["path"], row["code"]) for row in run.error.records] == [
        ("0", "ALL_OR_NONE_OPERATION_ROLLED_BACK"),
        ("0.Contacts.0", "ALL_OR_NONE_OPERATION_ROLLED_BACK"),
        ("0.Contacts.1", "REQUIRED_FIELD_MISSING"),
        ("1", "ALL_OR_NONE_OPERATION_ROLLED_BACK"),
    ]


def test_a_call_refused_as_a_whole_raises_salesforces_error() -> None:
    body = [{"errorCode": "INVALID_FIELD", "message": "No such column."}]
    run = drive(flow(TREE), httpx.Response(400, json=body))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "INVALID_FIELD"


def test_creates_a_tree_and_gives_each_record_by_its_place() -> None:
    ids = {"r0": "1", "r0_Contacts_0": "2", "r0_Contacts_1": "3", "r1": "4"}
    results = [{"referenceId": name, "id": record} for name, record in ids.items()]
    run = drive(flow(TREE), ok({"hasErrors": False, "results": results[::-1]}, 201))

    assert [(row.path, row.sobject, row.id) for row in run.output.records] == [
        ("0", "Account", "1"),
        ("0.Contacts.0", "Contact", "2"),
        ("0.Contacts.1", "Contact", "3"),
        ("1", "Account", "4"),
    ]
    first = run.calls[0].json["records"][0]
    assert first["attributes"] == {"type": "Account", "referenceId": "r0"}
    assert first["Contacts"]["records"][1] == {
        "attributes": {"type": "Contact", "referenceId": "r0_Contacts_1"},
        "X": None,
    }
    assert not run.calls[0].safe
