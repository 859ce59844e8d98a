"""Sessions that end all the time, on a local org with faults on: no call is lost, none is doubled.

Each of three plugins is what one process of an engine has; they share one stored connection.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_emulator.faults.schedule import faults_of
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.transport import OrgTransport

PROCESSES, CALLS = 3, 100


class SharedConnection(MemoryConnection):
    """One stored connection, by an object for each process."""

    def __init__(self, shared: MemoryConnection) -> None:
        self.id, self.method, self.settings = shared.id, shared.method, shared.settings
        self._shared = shared

    @property
    def credentials(self) -> dict[str, Any]:
        return self._shared.credentials

    def save(self, credentials: Any) -> None:
        self._shared.save(credentials)

    def lock(self) -> Any:
        return self._shared.lock()


@pytest.fixture
def shared(local_org: Org) -> MemoryConnection:
    faults_of(local_org).add(
        kind="session_expired", path="/services/data/", probability=0.02, count=None
    )
    return MemoryConnection("client_credentials", app_settings(local_org, "automation"))


def test_threads_ride_it_out(local_org: Org, shared: MemoryConnection) -> None:
    transport = OrgTransport(local_org)
    plugins = [SalesforceConnector(transport, transport) for _ in range(PROCESSES)]
    failures: list[Exception] = []
    lock = threading.Lock()

    def run(number: int) -> None:
        plugin = plugins[number % PROCESSES]
        try:
            plugin.run_action("salesforce", "get_limits", SharedConnection(shared), {}, None)
        except Exception as error:  # noqa: BLE001 - counted
            with lock:
                failures.append(error)

    with ThreadPoolExecutor(30) as threads:
        list(threads.map(run, range(PROCESSES * CALLS)))

    assert failures == []
    transport.close()


def test_tasks_ride_it_out(local_org: Org, shared: MemoryConnection) -> None:
    transport = OrgTransport(local_org)
    plugins = [SalesforceConnector(transport, transport) for _ in range(PROCESSES)]

    async def main() -> list[Any]:
        started = [
            plugin.run_action_async("salesforce", "get_limits", SharedConnection(shared), {}, None)
            for plugin in plugins
            for _ in range(CALLS)
        ]
        results: list[Any] = await asyncio.gather(*filter(None, started), return_exceptions=True)
        return results

    results = asyncio.run(main())

    assert len(results) == PROCESSES * CALLS
    assert [result for result in results if isinstance(result, BaseException)] == []
    transport.close()
