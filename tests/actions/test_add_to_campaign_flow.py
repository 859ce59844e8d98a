"""add_to_campaign: who is new, and who is there already."""

from typing import Any

import httpx
import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.add_to_campaign import Input, flow
from salesforce_connector.errors import Rejected

CAMPAIGN, CONTACT, LEAD = "701D0000000FoOwIAK", "003D000000QYVzxIAH", "00QD000000FP14JMAT"


def members(*rows: dict[str, Any]) -> httpx.Response:
    return ok({"totalSize": len(rows), "done": True, "records": list(rows)})


def test_refuses_the_id_of_something_else() -> None:
    run = drive(flow(Input(campaign_id=CAMPAIGN, member_id="006D000000CDEfgIAH")))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


@pytest.mark.parametrize(("member", "field"), [(CONTACT, "ContactId"), (LEAD, "LeadId")])
def test_adds_a_new_member(member: str, field: str) -> None:
    run = drive(
        flow(Input(campaign_id=CAMPAIGN, member_id=member)),
        members(),
        ok({"id": "00v", "success": True, "errors": []}, 201),
    )

    assert f"{field} = '{member}'" in run.calls[0].params["q"]
    assert run.calls[1].json == {"CampaignId": CAMPAIGN, field: member}
    assert (run.output.id, run.output.created) == ("00v", True)


def test_sets_the_status_of_a_member() -> None:
    run = drive(
        flow(Input(campaign_id=CAMPAIGN, member_id=CONTACT, status="Responded")),
        members({"Id": "00v", "Status": "Sent"}),
        httpx.Response(204),
    )

    assert (run.calls[1].method, run.calls[1].json) == ("PATCH", {"Status": "Responded"})
    assert not run.output.created


@pytest.mark.parametrize("status", ["", "Sent"])
def test_a_member_with_the_same_status_is_not_updated(status: str) -> None:
    run = drive(
        flow(Input(campaign_id=CAMPAIGN, member_id=CONTACT, status=status)),
        members({"Id": "00v", "Status": "Sent"}),
    )

    assert run.output.id == "00v"
