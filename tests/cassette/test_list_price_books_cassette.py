"""`list_price_books` over recorded HTTP."""

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
        client.run(ACTIONS["list_price_books"], {})
    client.close()


def test_succeeds(run: Callable[..., Any]) -> None:
    """Each org has a standard price book."""
    books = run("list_price_books", {"include_inactive": True})["price_books"]
    assert books[0]["is_standard"] is True
