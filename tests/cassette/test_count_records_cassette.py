"""`count_records` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """An exact count needs an object that is there."""
    with pytest.raises(Rejected) as error:
        run("count_records", {"sobjects": ["Nothing__c"], "exact": True})
    assert error.value.code == "INVALID_TYPE"


def test_succeeds(run: Callable[..., Any]) -> None:
    """The estimates leave out an object without records; an exact count does not."""
    run("create_record", {"sobject": "Account", "fields": {"Name": "Counted"}})
    rough = run("count_records", {"sobjects": ["Account", "Asset"]})
    assert rough["counts"][0]["count"] >= 1
    exact = run(
        "count_records",
        {
            "sobjects": ["Account"],
            "exact": True,
            "filters": [{"field": "Name", "value": "Counted"}],
        },
    )
    assert exact["counts"][0]["count"] >= 1
