"""`run_report` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """There is no such report."""
    with pytest.raises(NotFound) as error:
        run("run_report", {"report_id": "00O000000000001AAA"})
    assert error.value.code == "NOT_FOUND"


def test_succeeds(run: Callable[..., Any]) -> None:
    """As it is, and with another filter."""
    (report,) = run("list_reports", {"search": "deliveries"})["reports"]
    whole = run("run_report", {"report_id": report["id"]})
    large = {"column": "Delivery__c.Value__c", "operator": "equals", "value": "12000"}
    cut = run("run_report", {"report_id": report["id"], "filters": [large]})
    assert (whole["format"], whole["complete"]) == ("SUMMARY", True)
    assert whole["totals"]["Record Count"] > cut["totals"]["Record Count"] == 1
    assert cut["rows"][0]["Account: Account Name"] == "Acme Logistics"
