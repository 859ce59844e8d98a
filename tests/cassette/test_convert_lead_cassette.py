"""`convert_lead` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A status that does not mean converted."""
    fields = {"LastName": "Lee", "Company": "Leeds"}
    lead = run("create_record", {"sobject": "Lead", "fields": fields})
    with pytest.raises(ConnectorError) as error:
        run("convert_lead", {"lead_id": lead["id"], "converted_status": "Nothing"})
    assert error.value.code == "INVALID_STATUS"


def test_succeeds(run: Callable[..., Any]) -> None:
    """By the first status of the org's that means converted."""
    fields = {"LastName": "Lee", "Company": "Leeds & Sons"}
    lead = run("create_record", {"sobject": "Lead", "fields": fields})
    done = run("convert_lead", {"lead_id": lead["id"]})
    assert done["lead_id"] == lead["id"]
    assert done["account_id"].startswith("001")
    assert done["contact_id"].startswith("003")
    assert done["opportunity_id"].startswith("006")
