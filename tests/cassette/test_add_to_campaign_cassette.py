"""`add_to_campaign` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A campaign that is not there takes no member."""
    fields = {"LastName": "Lee", "Company": "Leeds"}
    lead = run("create_record", {"sobject": "Lead", "fields": fields})
    inputs = {"campaign_id": "701000000000001AAA", "member_id": lead["id"]}
    with pytest.raises(Rejected):
        run("add_to_campaign", inputs)


def test_succeeds(run: Callable[..., Any]) -> None:
    """The first time makes a member, the second changes the status of the same one."""
    campaign = run("create_record", {"sobject": "Campaign", "fields": {"Name": "Fair"}})
    fields = {"LastName": "Lee", "Company": "Leeds"}
    lead = run("create_record", {"sobject": "Lead", "fields": fields})
    inputs = {"campaign_id": campaign["id"], "member_id": lead["id"]}
    first = run("add_to_campaign", inputs)
    second = run("add_to_campaign", {**inputs, "status": "Responded"})
    assert (first["created"], second["created"]) == (True, False)
    assert first["id"] == second["id"]
