"""What the connector's tests share: clients of both kinds."""

from collections.abc import Callable, Iterator

import pytest
from connector.client_drivers import AsyncDriver, Driver, SyncDriver
from connector.scripted_org import ScriptedOrg

from salesforce_connector.connection import Connection

# A law is no less true on a slow machine.

Connect = Callable[[Connection, ScriptedOrg], Driver]


@pytest.fixture(params=[SyncDriver, AsyncDriver], ids=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Make a client of either kind for a connection and an org."""
    created: list[Driver] = []

    def of(connection: Connection, org: ScriptedOrg) -> Driver:
        created.append(request.param(connection, org))
        return created[-1]

    yield of
    for driver in created:
        driver.close()
