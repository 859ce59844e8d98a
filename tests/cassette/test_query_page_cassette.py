"""`query_page` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """A field that is not there."""
    with pytest.raises(Rejected):
        run("query_page", {"soql": "SELECT Nothing__c FROM Account"})


def test_succeeds(run: Callable[..., Any]) -> None:
    """The only page has no cursor."""
    page = run("query_page", {"soql": "SELECT Id, Name FROM User LIMIT 1"})
    assert len(page["records"]) == 1
    assert page["next_cursor"] is None
