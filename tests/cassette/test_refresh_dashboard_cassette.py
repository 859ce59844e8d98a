"""`refresh_dashboard` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """There is no such dashboard."""
    with pytest.raises(NotFound):
        run("refresh_dashboard", {"dashboard_id": "01Z000000000001AAA"})


def test_succeeds(run: Callable[..., Any]) -> None:
    (dashboard,) = run("list_dashboards", {"search": "deliveries"})["dashboards"]
    refreshed = run("refresh_dashboard", {"dashboard_id": dashboard["id"]})
    assert refreshed["refreshing"] is False
    assert refreshed["components"][0]["refreshed_at"]
