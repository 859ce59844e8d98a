"""`remove_from_campaign` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A campaign's id of another length is no id."""
    with pytest.raises(Rejected):
        run(
            "remove_from_campaign",
            {"campaign_id": "701000000000001AAA", "member_id": "006000000000001AAA"},
        )


def test_succeeds(run: Callable[..., Any]) -> None:
    """A member is removed once; the second time there is none."""
    campaign = run("create_record", {"sobject": "Campaign", "fields": {"Name": "Fair"}})
    fields = {"LastName": "Lee", "Company": "Leeds"}
    lead = run("create_record", {"sobject": "Lead", "fields": fields})
    inputs = {"campaign_id": campaign["id"], "member_id": lead["id"]}
    run("add_to_campaign", inputs)
    assert run("remove_from_campaign", inputs)["removed"] is True
    assert run("remove_from_campaign", inputs)["removed"] is False
