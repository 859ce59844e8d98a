"""What the connector's tests share: clients of both kinds."""

import ssl
from collections.abc import Callable, Iterator

import pytest
from connector.client_drivers import AsyncDriver, Driver, SyncDriver
from connector.scripted_org import ScriptedOrg
from connector.senders import Async, Sender, Sync

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


@pytest.fixture(params=[Sync, Async], ids=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> type[Sender]:
    kind: type[Sender] = request.param
    return kind


@pytest.fixture
def sender(kind: type[Sender]) -> Iterator[Sender]:
    sender = kind(ssl.create_default_context())
    yield sender
    sender.close()
