"""`list_reports` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """More reports are asked for than a list may have."""
    with pytest.raises(Rejected):
        run("list_reports", {"limit": -1})


def test_succeeds(run: Callable[..., Any]) -> None:
    (report,) = run("list_reports", {"search": "deliveries"})["reports"]
    assert (report["developer_name"], report["format"]) == ("Deliveries_by_Status", "Summary")
