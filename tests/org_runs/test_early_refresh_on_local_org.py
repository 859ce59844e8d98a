"""Refreshing early, on a local org whose sessions end and that says when."""

from typing import Any

import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_emulator.identity import identity_of
from salesforce_emulator.org.state import Org

MARGIN = 300  # seconds


def connection_to(org: Org, *, jwt: bool = True) -> MemoryConnection:
    """One whose tokens are JWTs lives no longer for being used."""
    identity_of(org).apps.change("automation", jwt_access_tokens=jwt)
    settings = {**app_settings(org, "automation"), "refresh_early": MARGIN}
    return MemoryConnection("client_credentials", settings)


def call(connector: SalesforceConnector, connection: MemoryConnection) -> Any:
    result = connector.run_action("salesforce", "get_limits", connection, {}, {})
    assert result is not None
    return result["usage"]["calls"]


def leave(org: Org, seconds: int) -> None:
    """Let the org's sessions end so soon."""
    with org.lock, org.transaction():
        end = int((org.clock.now().timestamp() + seconds) * 1000)
        org.db.execute("UPDATE identity_session SET expires_at = ?", (end,))


def test_a_token_with_time_left_is_not_refreshed(
    connector: SalesforceConnector, local_org: Org
) -> None:
    connection = connection_to(local_org)

    for _ in range(3):
        assert call(connector, connection) == 1

    assert len(connection.saved) == 1


@pytest.mark.parametrize("left", [MARGIN - 60, 1])
def test_a_token_that_ends_soon_is_refreshed_before_a_call_meets_its_end(
    connector: SalesforceConnector, local_org: Org, left: int
) -> None:
    """No call is refused: each is one call of the org's, where an ended token costs two."""
    connection = connection_to(local_org)
    assert call(connector, connection) == 1
    leave(local_org, left)

    assert [call(connector, connection) for _ in range(3)] == [1, 1, 1]

    first, second = (item["access_token"] for item in connection.saved)
    assert first != second


def test_a_session_that_introspection_extends_is_not_refreshed(
    connector: SalesforceConnector, local_org: Org
) -> None:
    """It is used by being asked about, and has all its time again."""
    connection = connection_to(local_org, jwt=False)
    assert call(connector, connection) == 1
    leave(local_org, MARGIN - 60)

    assert [call(connector, connection) for _ in range(3)] == [1, 1, 1]

    assert len(connection.saved) == 1
