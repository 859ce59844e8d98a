"""`list_quick_actions` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import ConnectorError

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """An object that is not there."""
    with pytest.raises(ConnectorError):
        run("list_quick_actions", {"sobject": "Nothing__c"})


def test_succeeds(run: Callable[..., Any]) -> None:
    """Those of the example org's delivery."""
    listed = run("list_quick_actions", {"sobject": "Delivery__c", "with_defaults": True})
    actions = {action["name"]: action for action in listed["quick_actions"]}
    assert actions["Return_It"]["defaults"]["Status__c"] == "Returned"
