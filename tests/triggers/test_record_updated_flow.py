"""Updates, told of by field history when certain fields are watched; driven by hand."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from salesforce_actions.triggers.record_updated import Input, flow
from salesforce_connector.action import Batch
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.flow import Call, LoadRecordRules

NOW = {"Date": "Sun, 22 Nov 2026 02:00:00 GMT"}
DEAL, OTHER = "006000000000001AAA", "006000000000002AAA"


def described(histories: bool = True) -> dict[str, Any]:
    flags = dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True)
    about = {"nillable": True, "createable": True, "updateable": True, "defaultedOnCreate": False}
    fields = [
        {"name": name, "label": name, "type": "string", **about} for name in ("StageName", "Amount")
    ]
    fields.append(
        {"name": "OwnerId", "label": "Owner", "type": "reference", "relationshipName": "Owner"}
        | about
    )
    child = {
        "relationshipName": "Histories",
        "childSObject": "OpportunityFieldHistory",
        "field": "OpportunityId",
    }
    return {
        "name": "Opportunity",
        "label": "Opportunity",
        "labelPlural": "Opportunities",
        **flags,
        "fields": fields,
        "childRelationships": [child] if histories else [],
        "recordTypeInfos": [],
    }


def page(*rows: Mapping[str, Any]) -> httpx.Response:
    body = {"totalSize": len(rows), "done": True, "records": list(rows)}
    return httpx.Response(200, json=body, headers=NOW)


def change(number: int, record_id: str, at: str, name: str, old: Any, new: Any) -> dict[str, Any]:
    return {
        "Id": f"017{number:012d}AAA",
        "OpportunityId": record_id,
        "CreatedDate": f"2026-11-22T{at}.000+0000",
        "Field": name,
        "OldValue": old,
        "NewValue": new,
    }


def run(args: Input, cursor: Any, *answers: httpx.Response) -> tuple[Batch, list[Call]]:
    steps: Any = flow(args, cursor)
    calls: list[Call] = []
    step = next(steps)
    try:
        for answer in answers:
            while isinstance(step, LoadRecordRules):
                step = steps.send(None)  # the object's description is not known
            assert isinstance(step, Call)
            calls.append(step)
            step = steps.send(answer)
    except StopIteration as done:
        assert len(calls) == len(answers)
        return done.value, calls
    raise AssertionError(f"one more call: {step}")


def watched(**options: Any) -> Input:
    inputs = {"sobject": "Opportunity", "only_when_changed": ["stagename"], "start": "everything"}
    return Input.model_validate(inputs | options)


TRACKED = page({"QualifiedApiName": "StageName"})


def test_an_object_without_history_is_refused() -> None:
    with pytest.raises(Rejected, match="no field history"):
        run(watched(), None, httpx.Response(200, json=described(histories=False)))


def test_a_field_that_is_not_tracked_is_refused() -> None:
    with pytest.raises(Rejected, match="does not track Amount"):
        run(
            watched(only_when_changed=["Amount"]),
            None,
            httpx.Response(200, json=described()),
            TRACKED,
        )


def test_a_misspelt_field_is_refused_with_a_suggestion() -> None:
    with pytest.raises(Rejected, match="Did you mean StageName"):
        run(watched(only_when_changed=["StagName"]), None, httpx.Response(200, json=described()))


def test_a_response_without_a_date_header_is_refused() -> None:
    """The local clock is never asked instead."""
    bare = httpx.Response(200, json={"totalSize": 0, "done": True, "records": []})
    with pytest.raises(BadReply, match="date") as raised:
        run(Input(sobject="Account", start="everything"), None, bare)
    assert raised.value.code == "NO_DATE"


def test_each_save_that_changed_a_watched_field_is_one_event() -> None:
    rows = (
        change(1, DEAL, "01:00:00", "StageName", "Prospecting", "Qualification"),
        change(2, DEAL, "01:30:00", "StageName", "Qualification", "Closed Won"),
        change(3, OTHER, "01:30:00", "StageName", None, "Prospecting"),
    )
    batch, calls = run(
        watched(fields=["Name", "id", "NAME"]),
        None,
        httpx.Response(200, json=described()),
        TRACKED,
        page(*rows),
        page({"Id": DEAL, "Name": "Deal"}),
    )
    messages = [event.model_dump() for event in batch.events]
    assert [event["changed_at"][11:16] for event in messages] == ["01:00", "01:30"]
    assert messages[0]["changes"] == {"StageName": {"old": "Prospecting", "new": "Qualification"}}
    assert {event["record"]["Name"] for event in messages} == {"Deal"}  # the other deal is gone
    assert "Field IN ('StageName')" in calls[2].params["q"]
    # Salesforce refuses a field that is selected twice.
    assert calls[3].params["q"].startswith("SELECT Id, Name FROM Opportunity WHERE ")
    assert batch.more is False


def test_a_save_that_came_with_the_creation_is_no_update() -> None:
    moments = {"CreatedDate": "2026-11-22T01:00:00.000+0000"}
    batch, _ = run(
        Input(sobject="Account", start="everything"),
        None,
        page(
            {"Id": DEAL, "SystemModstamp": "2026-11-22T01:00:00.000+0000", **moments},
            {"Id": OTHER, "SystemModstamp": "2026-11-22T01:00:01.000+0000", **moments},
        ),
    )
    assert [event.model_dump()["record_id"] for event in batch.events] == [OTHER]


@pytest.mark.parametrize(
    "cursor", [{}, {"version": 2, "source": "x"}, {"source": "Account.SystemModstamp.only"}]
)
def test_a_cursor_of_another_trigger_is_refused(cursor: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        next(flow(Input(sobject="Account"), cursor))


@pytest.mark.parametrize("field", ["Owner", "OwnerId"])
def test_a_lookup_is_watched_by_either_name_and_reported_by_its_ids(field: str) -> None:
    """Salesforce writes one row of names and one of ids, in no order that is promised."""
    ann, bob = "005000000000001AAA", "005000000000002AAA"
    rows = [
        change(1, DEAL, "01:00:00", field, "Ann", "Bob"),
        change(2, DEAL, "01:00:00", field, ann, bob),
        change(3, OTHER, "01:00:01", field, bob, ann),
        change(4, OTHER, "01:00:01", field, "Bob", "Ann"),
    ]
    tracked = page({"QualifiedApiName": "OwnerId"})
    about = httpx.Response(200, json=described())
    batch, calls = run(
        watched(only_when_changed=["ownerid"]),
        None,
        about,
        tracked,
        page(*rows),
        page({"Id": DEAL}, {"Id": OTHER}),
    )
    assert "'Owner', 'OwnerId'" in calls[2].params["q"]
    messages = [event.model_dump()["changes"] for event in batch.events]
    assert messages == [
        {"OwnerId": {"old": ann, "new": bob}},
        {"OwnerId": {"old": bob, "new": ann}},
    ]
