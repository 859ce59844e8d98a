"""The exchange and the refresh of the authorization code sign-in over recorded HTTP.

What happens in the browser before is not recorded: a replay's state would not be the recording's.
"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from memory_connection import MemoryConnection

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.sign_in import begin, finish
from salesforce_connector.errors import Unauthorized
from salesforce_connector.http.client import Client

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

Settings = Callable[[str], dict[str, Any]]

METHOD = "authorization_code"
CALLBACK = "http://127.0.0.1:8910/callback"


def test_fails(settings_of: Settings, transport: httpx.HTTPTransport) -> None:
    """A code that nobody issued is refused, with what to do."""
    settings = settings_of("sync")
    begun = begin(METHOD, settings, CALLBACK)
    callback = f"{CALLBACK}?code=made-up&state={begun['pending']['state']}"
    with pytest.raises(Unauthorized, match="Start the sign-in again"):
        finish(METHOD, settings, begun["pending"], callback, transport)


def test_succeeds(
    settings_of: Settings, allow: Callable[[str, str], str], transport: httpx.HTTPTransport
) -> None:
    """The code is exchanged; later a new access token is got with the refresh token."""
    settings = settings_of("sync")
    begun = begin(METHOD, settings, CALLBACK)
    code = allow(begun["url"], CALLBACK)
    callback = f"{CALLBACK}?code={code}&state={begun['pending']['state']}"
    credentials = finish(METHOD, settings, begun["pending"], callback, transport)
    assert credentials["refresh_token"]

    del credentials["access_token"]
    connection = MemoryConnection(METHOD, settings, credentials)
    client = Client(connection, transport=transport)
    client.run(ACTIONS["list_objects"], {})
    client.close()
    (stored,) = connection.saved
    assert stored["refresh_token"] == credentials["refresh_token"]
