"""`list_views` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    with pytest.raises(NotFound):
        run("list_views", {"sobject": "Nothing__c"})


def test_succeeds(run: Callable[..., Any]) -> None:
    output = run("list_views", {"sobject": "Account"})["views"]
    assert "All Accounts" in [record["label"] for record in output]
    assert all(record["id"].startswith("00B") for record in output)
