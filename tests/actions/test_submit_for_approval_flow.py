"""submit_for_approval: one request, one result inside the answer."""

from typing import Any

import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.submit_for_approval import Input, flow
from salesforce_connector.errors import BadReply, Rejected

RECORD = "006D000000CDEfgIAH"
FAILED = {
    "actorIds": None,
    "entityId": RECORD,
    "errors": [{"statusCode": "NO_APPLICABLE_PROCESS", "message": "none", "fields": []}],
    "instanceId": None,
    "success": False,
}
DONE = {
    "actorIds": ["005D0000001AbcdIAC"],
    "entityId": RECORD,
    "errors": None,
    "instanceId": "04g",
    "instanceStatus": "Pending",
    "newWorkitemIds": ["04i"],
    "success": True,
}


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_inside_a_2xx_response_is_raised(status: int) -> None:
    """Documents and orders differ on the status of it."""
    run = drive(flow(Input(record_id=RECORD)), ok([FAILED], status))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "NO_APPLICABLE_PROCESS"


def test_raises_a_refusal_of_the_call_itself() -> None:
    message = [{"errorCode": "MALFORMED_ID", "message": "bad"}]
    run = drive(flow(Input(record_id=RECORD)), ok(message, 400))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "MALFORMED_ID"


@pytest.mark.parametrize("body", [{}, [], [DONE, DONE]])
def test_does_not_take_what_is_not_one_result(body: Any) -> None:
    assert isinstance(drive(flow(Input(record_id=RECORD)), ok(body)).error, BadReply)


@pytest.mark.parametrize("lost", ["entityId", "instanceId", "instanceStatus"])
def test_does_not_take_a_success_that_does_not_say_of_what(lost: str) -> None:
    run = drive(flow(Input(record_id=RECORD)), ok([{**DONE, lost: None}]))

    assert isinstance(run.error, BadReply)
    assert lost in str(run.error)


def test_optional_inputs_that_are_empty_are_not_sent() -> None:
    run = drive(flow(Input(record_id=RECORD)), ok([DONE]))

    assert run.calls[0].json == {
        "requests": [{"actionType": "Submit", "contextId": RECORD, "comments": ""}]
    }
    assert run.output.model_dump() == {
        "record_id": RECORD,
        "instance_id": "04g",
        "status": "Pending",
        "work_item_ids": ["04i"],
        "approver_ids": ["005D0000001AbcdIAC"],
    }


def test_reports_process_and_approvers() -> None:
    inputs = Input(
        record_id=RECORD, process="P", approver_ids=["005D0000001AbcdIAC"], skip_entry_criteria=True
    )
    (request,) = drive(flow(inputs), ok([DONE])).calls[0].json["requests"]

    assert request["processDefinitionNameOrId"] == "P"
    assert request["nextApproverIds"] == ["005D0000001AbcdIAC"]
    assert request["skipEntryCriteria"] == "true"
