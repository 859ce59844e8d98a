"""publish_platform_event: a success whose errors are not empty."""

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.publish_platform_event import Input, flow
from salesforce_connector.errors import Rejected

GIVEN = Input(sobject="Order_Shipped__e", fields={"Number__c": "1"})
ENQUEUED = {"statusCode": "OPERATION_ENQUEUED", "message": "uuid-1", "fields": []}


def test_accepts_only_events() -> None:
    with pytest.raises(ValidationError):
        Input(sobject="Account", fields={"Name": "x"})


@pytest.mark.parametrize("success", [True, False])
def test_raises_another_error_than_the_enqueuing(success: bool) -> None:
    failed = {"statusCode": "PLATFORM_EVENT_PUBLISH_FAILED", "message": "no", "fields": []}
    message = {"id": "", "success": success, "errors": [ENQUEUED, failed]}
    run = drive(flow(GIVEN), ok(message, 201))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "PLATFORM_EVENT_PUBLISH_FAILED"


def test_an_enqueued_event_is_a_success() -> None:
    run = drive(flow(GIVEN), ok({"id": "e01", "success": True, "errors": [ENQUEUED]}, 201))

    assert run.calls[0].path == "/sobjects/Order_Shipped__e"
    assert (run.output.id, run.output.event_uuid) == ("e01", "uuid-1")


def test_does_without_the_uuid() -> None:
    assert drive(flow(GIVEN), ok({"id": "e01", "success": True})).output.event_uuid is None
