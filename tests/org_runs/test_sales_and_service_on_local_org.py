"""The everyday actions of sales and service, run by the connector."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

Act = Callable[..., Any]


def _made(act: Act, sobject: str, **fields: Any) -> str:
    return str(act("create_record", {"sobject": sobject, "fields": fields})["id"])


def _got(act: Act, sobject: str, record_id: str, *fields: str) -> dict[str, Any]:
    inputs = {"sobject": sobject, "id": record_id, "fields": list(fields)}
    return dict(act("get_record", inputs)["record"])


def test_adds_a_contact_to_a_campaign_once_and_then_sets_its_status(act: Act) -> None:
    campaign = _made(act, "Campaign", Name="Fair", IsActive=True)
    contact = _made(act, "Contact", LastName="Doe")
    inputs = {"campaign_id": campaign, "member_id": contact}

    first = act("add_to_campaign", inputs)
    again = act("add_to_campaign", {**inputs, "status": "Responded"})

    assert (first["created"], again["created"]) == (True, False)
    assert first["id"] == again["id"]
    assert _got(act, "CampaignMember", first["id"], "Status")["Status"] == "Responded"


def test_adds_a_comment_to_a_case(act: Act) -> None:
    case = _made(act, "Case", Subject="Broken")
    comment = act("add_case_comment", {"case_id": case, "comment": "Found it.", "public": True})

    record = _got(act, "CaseComment", comment["id"], "ParentId", "CommentBody", "IsPublished")
    assert (record["ParentId"], record["CommentBody"]) == (case, "Found it.")
    assert record["IsPublished"] is True


def test_logs_a_task_and_an_event(act: Act) -> None:
    contact = _made(act, "Contact", LastName="Doe")
    task = act(
        "log_activity",
        {
            "kind": "task",
            "subject": "Call",
            "who_id": contact,
            "due": "2026-11-30",
            "status": "Completed",
            "fields": {"CallType": "Outbound"},
        },
    )
    event = act(
        "log_activity",
        {
            "kind": "event",
            "subject": "Demo",
            "start": "2026-11-30T09:00:00+01:00",
            "end": "2026-11-30T10:30:00+01:00",
        },
    )

    found = _got(act, "Task", task["id"], "WhoId", "Status", "ActivityDate", "CallType")
    assert (found["WhoId"], found["Status"]) == (contact, "Completed")
    assert (found["ActivityDate"], found["CallType"]) == ("2026-11-30", "Outbound")
    found = _got(act, "Event", event["id"], "StartDateTime", "DurationInMinutes")
    start = datetime.fromisoformat(found["StartDateTime"])
    assert start == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert found["DurationInMinutes"] == 90


def test_calls_a_resource_without_an_action_and_no_sign_in(act: Act) -> None:
    account = _made(act, "Account", Name="Acme")
    path = f"/sobjects/Account/{account}"

    changed = act("api_request", {"method": "PATCH", "path": path, "body": {"Name": "Acme & Co"}})
    found = act("api_request", {"path": path, "params": {"fields": "Name"}})

    assert (changed["status"], changed["encoding"]) == (204, "none")
    assert found["body"]["Name"] == "Acme & Co"
    with pytest.raises(Rejected, match="not open"):
        act("api_request", {"method": "POST", "path": "/services/oauth2/revoke"})
