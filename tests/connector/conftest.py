"""What the connector's tests share: clients of both kinds, and retries that do not wait."""

from collections.abc import Callable, Iterator

import pytest
import stamina
from connector.client_drivers import AsyncDriver, Driver, SyncDriver
from connector.scripted_org import ScriptedOrg

from salesforce_connector.connection import Connection
from salesforce_connector.requests import ATTEMPTS

Connect = Callable[[Connection, ScriptedOrg], Driver]


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    """As many tries as in earnest, with no time between them."""
    with stamina.set_testing(True, attempts=ATTEMPTS, cap=True):
        yield


@pytest.fixture(params=[SyncDriver, AsyncDriver], ids=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Make a client of either kind for a connection and an org."""
    made: list[Driver] = []

    def of(connection: Connection, org: ScriptedOrg) -> Driver:
        made.append(request.param(connection, org))
        return made[-1]

    yield of
    for driver in made:
        driver.close()
