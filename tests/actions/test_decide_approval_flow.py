"""decide_approval: finds what waits, and answers it."""

from typing import Any

from flow_driver import drive, ok

from salesforce_actions.actions.decide_approval import Input, flow
from salesforce_connector.errors import Conflict, NotFound

RECORD, ITEM = "006D000000CDEfgIAH", "04iD000000Abcd1IAB"
DONE = {"success": True, "entityId": RECORD, "instanceId": "04g", "instanceStatus": "Approved"}


def items(*ids: str) -> Any:
    return ok({"totalSize": len(ids), "done": True, "records": [{"Id": id_} for id_ in ids]})


def test_reports_that_no_approval_is_pending() -> None:
    run = drive(flow(Input(id=RECORD, decision="approve")), items())

    assert isinstance(run.error, NotFound)


def test_does_not_choose_among_several() -> None:
    run = drive(flow(Input(id=RECORD, decision="approve")), items(ITEM, "04iD000000Abcd2IAB"))

    assert isinstance(run.error, Conflict)
    assert run.error.matches == (ITEM, "04iD000000Abcd2IAB")


def test_finds_the_work_item_of_a_record() -> None:
    run = drive(flow(Input(id=RECORD, decision="reject", comments="no")), items(ITEM), ok([DONE]))

    assert f"TargetObjectId = '{RECORD}'" in run.calls[0].params["q"]
    assert run.calls[1].json["requests"] == [
        {"actionType": "Reject", "contextId": ITEM, "comments": "no"}
    ]
    assert run.output.status == "Approved"


def test_accepts_a_work_item_as_it_is() -> None:
    run = drive(flow(Input(id=ITEM, decision="approve")), ok([DONE]))

    assert run.calls[0].json["requests"][0]["actionType"] == "Approve"
    assert run.output.work_item_ids == []
