"""`run_quick_action` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def _delivery(run: Callable[..., Any], number: str) -> str:
    """Return the id of a delivery of the example org."""
    soql = "SELECT Id FROM Delivery__c WHERE Order_Number__c = :number"
    output = run("query", {"soql": soql, "parameters": {"number": number}})
    return str(output["records"][0]["Id"])


def test_fails(run: Callable[..., Any]) -> None:
    """An action of an object needs a record."""
    with pytest.raises(Rejected) as error:
        run("run_quick_action", {"action_name": "Return_It", "sobject": "Delivery__c"})
    assert error.value.code == "REQUIRED_FIELD_MISSING"


def test_succeeds(run: Callable[..., Any]) -> None:
    """One changes the record it is run on, the other makes one."""
    delivery = _delivery(run, "A-2")
    own = {"action_name": "Return_It", "sobject": "Delivery__c", "record_id": delivery}
    assert run("run_quick_action", own) == {"id": delivery, "created": False, "feed_item_ids": []}
    done = run("run_quick_action", {"action_name": "LogACall", "fields": {"Subject": "Hello"}})
    assert (done["id"][:3], done["created"]) == ("00T", True)
