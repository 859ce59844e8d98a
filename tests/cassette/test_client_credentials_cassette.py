"""The client credentials sign-in over recorded HTTP."""

import httpx
import pytest
from memory_connection import MemoryConnection

from salesforce_actions.catalog import ACTIONS
from salesforce_connector.errors import Rejected
from salesforce_connector.http.client import Client

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]


def test_fails(connection: MemoryConnection, transport: httpx.HTTPTransport) -> None:
    """A wrong secret is told, with where to copy the right one from; nothing is kept."""
    connection.settings["consumer_secret"] = "wrong"
    client = Client(connection, transport=transport)
    with pytest.raises(Rejected, match="Consumer Key and Secret"):
        client.run(ACTIONS["list_objects"], {})
    client.close()
    assert connection.saved == []


def test_succeeds(connection: MemoryConnection, transport: httpx.HTTPTransport) -> None:
    """A token is got and kept, and no refresh token with it."""
    client = Client(connection, transport=transport)
    client.run(ACTIONS["list_objects"], {})
    client.close()
    (stored,) = connection.saved
    assert stored["access_token"]
    assert stored["instance_url"]
    assert "refresh_token" not in stored
