"""Runs of the connector on an org: the local org in process, or with `--live` a real one.

What stands here is used by tests that hold for both. What needs the local org's own switches asks
for `local_org`, and is skipped with `--live`.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

Act = Callable[..., Any]


@pytest.fixture
def local_org(request: pytest.FixtureRequest) -> Iterator[Org]:
    """A fresh local org; its My Domain is `https://{local_org.host}`."""
    if request.config.getoption("--live"):
        pytest.skip("needs switches that only the local org has")
    org = open_org()
    yield org
    org.close()


@pytest.fixture
def quick_pauses(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of the connector move the local org's clock; a real org takes its time."""
    if not request.config.getoption("--live"):
        clock: Clock = request.getfixturevalue("local_org").clock
        monkeypatch.setattr("time.sleep", lambda seconds: clock.advance(timedelta(seconds=seconds)))


@pytest.fixture
def connector(request: pytest.FixtureRequest) -> Iterator[SalesforceConnector]:
    """The plugin, with the local org behind it, or with `--live` the network."""
    if request.config.getoption("--live"):
        yield SalesforceConnector()
        return
    transport = OrgTransport(request.getfixturevalue("local_org"))
    yield SalesforceConnector(transport, transport)
    transport.close()


@pytest.fixture
def connection(request: pytest.FixtureRequest) -> MemoryConnection:
    """A connection by client credentials that may do what an ordinary user may."""
    if request.config.getoption("--live"):
        settings = {
            "my_domain_url": os.environ["SALESFORCE_LIVE_MY_DOMAIN_URL"],
            "consumer_key": os.environ["SALESFORCE_LIVE_CONSUMER_KEY"],
            "consumer_secret": os.environ["SALESFORCE_LIVE_CONSUMER_SECRET"],
        }
        return MemoryConnection("client_credentials", settings)
    org: Org = request.getfixturevalue("local_org")
    return MemoryConnection("client_credentials", app_settings(org, "automation"))


@pytest.fixture
def act(connector: SalesforceConnector, connection: MemoryConnection) -> Act:
    """Run an action by name; gives its output."""

    def run(action: str, inputs: Mapping[str, Any]) -> Any:
        result = connector.run_action("salesforce", action, connection, inputs, {})
        assert result is not None
        return result["output"]

    return run
