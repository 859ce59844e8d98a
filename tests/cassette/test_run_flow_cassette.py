"""`run_flow` over recorded HTTP."""

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
    """An input that the flow needs is missing."""
    with pytest.raises(Rejected) as error:
        run("run_flow", {"flow_name": "Ship_Delivery", "inputs": {"carrier": "DHL"}})
    assert error.value.code == "INVALID_API_INPUT"


def test_succeeds(run: Callable[..., Any]) -> None:
    delivery = _delivery(run, "A-1")
    inputs = {"deliveryId": delivery, "carrier": "DHL", "weight": 4.5}
    done = run("run_flow", {"flow_name": "Ship_Delivery", "inputs": inputs})
    assert (done["status"], done["outputs"]["tracking"]) == ("Finished", f"DHL-{delivery}")
    assert done["outputs"]["taskId"].startswith("00T")
