"""`list_data_categories` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from memory_connection import MemoryConnection

from salesforce_actions.catalog import ACTIONS
from salesforce_connector.errors import NotFound
from salesforce_connector.http.client import Client

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(connection: MemoryConnection, transport: httpx.HTTPTransport) -> None:
    """An API version that the org does not serve is not found."""
    connection.settings["api_version"] = "99.0"
    client = Client(connection, transport=transport)
    with pytest.raises(NotFound):
        client.run(ACTIONS["list_data_categories"], {})
    client.close()


def test_succeeds(run: Callable[..., Any]) -> None:
    (group,) = run("list_data_categories", {})["groups"]
    paths = [category["path"] for category in group["categories"]]
    assert (group["name"], paths[2]) == ("Regions", ["All", "Europe", "France"])
