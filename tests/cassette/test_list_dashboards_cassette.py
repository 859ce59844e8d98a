"""`list_dashboards` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from salesforce_connector.errors import Rejected

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(run: Callable[..., Any]) -> None:
    """More dashboards are asked for than a list may have."""
    with pytest.raises(Rejected):
        run("list_dashboards", {"limit": -1})


def test_succeeds(run: Callable[..., Any]) -> None:
    (dashboard,) = run("list_dashboards", {"search": "deliveries"})["dashboards"]
    assert (dashboard["developer_name"], dashboard["folder_name"]) == (
        "Deliveries",
        "Public Dashboards",
    )
