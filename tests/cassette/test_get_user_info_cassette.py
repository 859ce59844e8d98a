"""`get_user_info` over recorded HTTP."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from memory_connection import MemoryConnection

from salesforce_actions.catalog import ACTIONS
from salesforce_connector.errors import Rejected
from salesforce_connector.http.client import Client

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(connection: MemoryConnection, transport: httpx.HTTPTransport) -> None:
    """With a consumer key that no app has, nothing is told."""
    connection.settings["consumer_key"] = "wrong"
    client = Client(connection, transport=transport)
    with pytest.raises(Rejected, match="does not know the consumer key"):
        client.run(ACTIONS["get_user_info"], {})
    client.close()


def test_succeeds(run: Callable[..., Any]) -> None:
    who = run("get_user_info", {})
    assert who["user_id"].startswith("005")
    assert who["organization_id"].startswith("00D")
    assert "@" in who["username"]
