"""get_records: one row for each id, in its place."""

import json
from typing import Any

from flow_driver import drive, ok

from salesforce_actions.actions.get_records import Input, flow
from salesforce_connector.errors import BadReply

A, B = "001D000000IqhSLIAZ", "001D000000IqhSMIAZ"


def test_does_not_take_an_answer_of_another_length() -> None:
    """A row in the wrong place would be given for another record."""
    run = drive(flow(Input(sobject="Account", ids=[A, B], fields=["Name"])), ok([None]))

    assert isinstance(run.error, BadReply)


def test_keeps_null_in_the_place_of_a_missing_record() -> None:
    run = drive(
        flow(Input(sobject="Account", ids=[A, B], fields=["Name"])), ok([None, {"Name": "Acme"}])
    )

    assert run.output.records == [None, {"Name": "Acme"}]
    assert run.output.missing == [A]
    assert run.calls[0].json == {"ids": [A, B], "fields": ["Name"]}
    assert run.calls[0].reading


def test_cuts_many_ids_into_calls_of_two_thousand() -> None:
    run = drive(
        flow(Input(sobject="Account", ids=[A] * 4_001, fields=["Id"])),
        *(ok([{"Id": A}] * size) for size in (2_000, 2_000, 1)),
    )

    assert [len(call.json["ids"]) for call in run.calls] == [2_000, 2_000, 1]
    assert len(run.output.records) == 4_001


def test_no_ids_send_no_call() -> None:
    assert drive(flow(Input(sobject="Account", ids=[]))).output.records == []


def test_requests_all_fields_that_the_describe_names() -> None:
    field = dict.fromkeys(("nillable", "createable", "updateable", "defaultedOnCreate"), False)
    described: dict[str, Any] = {
        "name": "Account",
        "label": "Account",
        "labelPlural": "Accounts",
        **dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True),
        "fields": [
            {"name": name, "label": name, "type": "string", **field} for name in ("Id", "Site")
        ],
        "childRelationships": [],
        "recordTypeInfos": [],
    }

    run = drive(flow(Input(sobject="Account", ids=[A])), ok(described), ok([{"Id": A}]))

    assert run.calls[0].cached
    assert json.loads(json.dumps(run.calls[1].json))["fields"] == ["Id", "Site"]
