"""Leads, merges, the recycle bin, campaigns, comments and activities, run by the connector."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError, Rejected

Act = Callable[..., Any]


def _create(act: Act, sobject: str, **fields: Any) -> str:
    return str(act("create_record", {"sobject": sobject, "fields": fields})["id"])


def _row(act: Act, sobject: str, record_id: str) -> dict[str, Any]:
    record: dict[str, Any] = act("get_record", {"sobject": sobject, "id": record_id})["record"]
    return record


def test_converts_a_lead_with_the_orgs_own_status(act: Act) -> None:
    lead = _create(act, "Lead", LastName="Lee", Company="Leeds & Sons")
    done = act("convert_lead", {"lead_id": lead, "opportunity_name": "First <order>"})
    assert _row(act, "Account", done["account_id"])["Name"] == "Leeds & Sons"
    assert _row(act, "Opportunity", done["opportunity_id"])["Name"] == "First <order>"
    assert _row(act, "Lead", lead)["IsConverted"] is True
    with pytest.raises(ConnectorError) as refused:
        act("convert_lead", {"lead_id": lead})
    assert refused.value.code == "CANNOT_UPDATE_CONVERTED_LEAD"


def test_converts_a_lead_into_what_is_there(act: Act) -> None:
    account = _create(act, "Account", Name="Acme")
    contact = _create(act, "Contact", LastName="Kim", AccountId=account)
    lead = _create(act, "Lead", LastName="Lee", Company="Leeds", LeadSource="Web")
    values = {"account_id": account, "contact_id": contact, "overwrite_lead_source": True}
    done = act("convert_lead", {"lead_id": lead, "create_opportunity": False, **values})
    assert (done["account_id"], done["contact_id"]) == (account, contact)
    assert done["opportunity_id"] is None
    assert _row(act, "Contact", contact)["LeadSource"] == "Web"


def test_a_status_that_is_not_a_conversion_is_refused(act: Act) -> None:
    lead = _create(act, "Lead", LastName="Lee", Company="Leeds")
    with pytest.raises(Rejected, match="invalid convertedStatus") as refused:
        act("convert_lead", {"lead_id": lead, "converted_status": "Open - Not Contacted"})
    assert refused.value.code == "INVALID_STATUS"


def test_merges_and_undeletes(act: Act) -> None:
    master = _create(act, "Account", Name="Acme", Fax="1")
    loser = _create(act, "Account", Name="Acme Ltd")
    contact = _create(act, "Contact", LastName="Kim", AccountId=loser)
    message = act(
        "merge_records",
        {
            "sobject": "Account",
            "master_id": master,
            "ids": [loser],
            "fields": {"Phone": "1 < 2", "Fax": None},
        },
    )
    assert message == {"id": master, "merged_ids": [loser], "updated_related_ids": [contact]}
    stored = _row(act, "Account", master)
    assert (stored["Phone"], stored["Fax"]) == ("1 < 2", None)
    with pytest.raises(ConnectorError) as removed:
        act("merge_records", {"sobject": "Account", "master_id": master, "ids": [loser]})
    assert removed.value.code == "ENTITY_IS_DELETED"
    assert act("undelete_record", {"id": loser})["id"] == loser
    assert _row(act, "Contact", contact)["AccountId"] == master
    with pytest.raises(ConnectorError) as there:
        act("undelete_record", {"id": loser})
    assert there.value.code == "UNDELETE_FAILED"


def test_adds_each_person_to_a_campaign_once(act: Act) -> None:
    campaign = _create(act, "Campaign", Name="Fair")
    person = _create(act, "Contact", LastName="Kim")
    inputs = {"campaign_id": campaign, "member_id": person}
    first = act("add_to_campaign", inputs)
    second = act("add_to_campaign", {**inputs, "status": "Responded"})
    assert (first["created"], second["created"]) == (True, False)
    assert first["id"] == second["id"]
    assert _row(act, "CampaignMember", first["id"])["HasResponded"] is True


def test_comments_on_a_case_and_logs_activities(act: Act) -> None:
    case = _create(act, "Case", Subject="It hums")
    comment = act("add_case_comment", {"case_id": case, "comment": "Found it.", "public": True})
    assert _row(act, "CaseComment", comment["id"])["IsPublished"] is True
    task = act("log_activity", {"kind": "task", "subject": "Call", "status": "Completed"})
    assert _row(act, "Task", task["id"])["IsClosed"] is True
    event = act(
        "log_activity",
        {
            "kind": "event",
            "subject": "Demo",
            "what_id": case,
            "start": "2026-11-30T09:00:00+01:00",
            "end": "2026-11-30T10:30:00+01:00",
        },
    )
    stored = _row(act, "Event", event["id"])
    assert stored["StartDateTime"] == "2026-11-30T08:00:00.000+0000"
    assert stored["DurationInMinutes"] == 90
