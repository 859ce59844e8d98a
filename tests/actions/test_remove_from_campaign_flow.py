"""remove_from_campaign: who is a member, and who is none."""

import httpx
from flow_driver import drive, ok

from salesforce_actions.actions.remove_from_campaign import Input, flow
from salesforce_connector.errors import Rejected

CAMPAIGN, CONTACT = "701D0000000FoOwIAK", "003D000000QYVzxIAH"


def test_refuses_the_id_of_something_else() -> None:
    run = drive(flow(Input(campaign_id=CAMPAIGN, member_id="006D000000CDEfgIAH")))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_removing_a_non_member_is_no_error() -> None:
    none = ok({"totalSize": 0, "done": True, "records": []})
    run = drive(flow(Input(campaign_id=CAMPAIGN, member_id=CONTACT)), none)

    assert run.output.removed is False
    assert len(run.calls) == 1


def test_deletes_the_member() -> None:
    member = ok({"totalSize": 1, "done": True, "records": [{"Id": "00v", "Status": "Sent"}]})
    run = drive(flow(Input(campaign_id=CAMPAIGN, member_id=CONTACT)), member, httpx.Response(204))

    assert (run.calls[1].method, run.calls[1].path) == ("DELETE", "/sobjects/CampaignMember/00v")
    assert run.output.removed is True
