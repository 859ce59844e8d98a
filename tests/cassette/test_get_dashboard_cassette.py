"""`get_dashboard` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import NotFound

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """There is no such dashboard."""
    with pytest.raises(NotFound):
        run("get_dashboard", {"dashboard_id": "01Z000000000001AAA"})


def test_succeeds(run: Callable[..., Any]) -> None:
    (dashboard,) = run("list_dashboards", {"search": "deliveries"})["dashboards"]
    shown = run("get_dashboard", {"dashboard_id": dashboard["id"]})
    (component,) = shown["components"]
    assert (component["header"], component["error"]) == ("By status", None)
    assert component["totals"]["Record Count"] == sum(
        group["Record Count"] for group in component["groups"]
    )
