"""log_activity: tasks and events."""

from typing import Any

import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.log_activity import Input, flow
from salesforce_connector.errors import Rejected

SAVED = ok({"id": "00T", "success": True, "errors": []}, 201)
NINE, TEN = "2026-11-30T09:00:00+01:00", "2026-11-30T10:00:00+01:00"


@pytest.mark.parametrize(
    "inputs",
    [
        {"kind": "task", "start": NINE},
        {"kind": "event"},
        {"kind": "event", "start": NINE},
        {"kind": "event", "start": TEN, "end": NINE},
        {"kind": "event", "start": NINE, "end": TEN, "due": "2026-11-30"},
        {"kind": "event", "start": "2026-11-30T09:00:00", "end": TEN},
    ],
)
def test_refuses_what_is_not_of_its_kind(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate({"subject": "x", **inputs})


def test_refuses_a_duplicate_field() -> None:
    """One of the two would be dropped without a word."""
    run = drive(flow(Input(kind="task", subject="x", fields={"subject": "y"})))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_logs_a_task_with_more_fields() -> None:
    inputs = {
        "kind": "task",
        "subject": "Call",
        "due": "2026-11-30",
        "status": "Completed",
        "fields": {"CallType": "Outbound"},
    }
    run = drive(flow(Input.model_validate(inputs)), SAVED)

    assert run.calls[0].path == "/sobjects/Task"
    assert run.calls[0].json == {
        "Subject": "Call",
        "ActivityDate": "2026-11-30",
        "Status": "Completed",
        "CallType": "Outbound",
    }
    assert run.output.id == "00T"


def test_logs_an_event_in_utc() -> None:
    inputs = {"kind": "event", "subject": "Demo", "start": NINE, "end": TEN}
    run = drive(flow(Input.model_validate(inputs)), SAVED)

    assert run.calls[0].path == "/sobjects/Event"
    assert run.calls[0].json == {
        "Subject": "Demo",
        "StartDateTime": "2026-11-30T08:00:00Z",
        "EndDateTime": "2026-11-30T09:00:00Z",
    }
