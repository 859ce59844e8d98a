"""A host may make a connection object for each call, and drop it when the call is over."""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from connector.acme_connection import SETTINGS, SIGNED_IN
from connector.scripted_org import TOKEN_PATH, TokenOrg, answer

from salesforce_actions.plugin import SalesforceConnector

READ = {"sobject": "Account", "id": "001000000000001"}


class Row:
    """What a host's database holds of one connection."""

    def __init__(self) -> None:
        self.credentials: dict[str, Any] = dict(SIGNED_IN)
        self.lock = threading.Lock()


class CallConnection:
    """One object for one call; `close` is the end of the call, after which it is of no more use.

    The credentials are those of the moment when the call began: a new transaction reads them again
    inside the lock.
    """

    id = "acme"
    method = "authorization_code"
    settings = SETTINGS

    def __init__(self, row: Row) -> None:
        self._row = row
        self._read = dict(row.credentials)
        self._closed = False

    @property
    def credentials(self) -> dict[str, Any]:
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()  # a database may be asked for them
        self._require_open()
        return dict(self._row.credentials) if self._row.lock.locked() else self._read

    def save(self, credentials: Mapping[str, Any]) -> None:
        self._require_open()
        self._row.credentials = dict(credentials)

    def lock(self) -> AbstractContextManager[object]:
        self._require_open()
        return self._row.lock

    def close(self) -> None:
        self._closed = True

    def _require_open(self) -> None:
        if self._closed:
            raise AssertionError("the call of this object is over")


def run(plugin: SalesforceConnector, row: Row) -> Any:
    connection = CallConnection(row)
    try:
        return plugin.run_action("salesforce", "get_record", connection, READ, {})
    finally:
        connection.close()


async def run_async(plugin: SalesforceConnector, row: Row) -> Any:
    connection = CallConnection(row)
    started = plugin.run_action_async("salesforce", "get_record", connection, READ, {})
    assert started is not None
    try:
        return await started
    finally:
        connection.close()


def test_each_call_saves_to_its_own_connection_object() -> None:
    org, row = TokenOrg(), Row()
    plugin = SalesforceConnector(org, org)

    for _ in range(3):
        org.end_session()
        run(plugin, row)
        org.end_session()
        asyncio.run(run_async(plugin, row))

    assert row.credentials["refresh_token"] == org.refresh
    assert len(org.token_requests) == 6


def test_calls_at_the_same_time_save_to_objects_of_their_own() -> None:
    """Whoever refreshes does so before its own call is over."""
    org, row = TokenOrg(gather=8), Row()
    plugin = SalesforceConnector(org, org)
    org.end_session()

    with ThreadPoolExecutor(8) as threads:
        for item in [threads.submit(run, plugin, row) for _ in range(8)]:
            item.result()

    assert row.credentials["refresh_token"] == org.refresh
    assert len(org.token_requests) == 1


def test_calls_at_the_same_time_on_a_loop_save_to_objects_of_their_own() -> None:
    org, row = TokenOrg(gather=8), Row()
    plugin = SalesforceConnector(org, org)
    org.end_session()

    async def main() -> None:
        await asyncio.gather(*(run_async(plugin, row) for _ in range(8)))

    asyncio.run(main())

    assert row.credentials["refresh_token"] == org.refresh
    assert len(org.token_requests) == 1


def test_an_object_that_was_read_before_the_last_refresh_does_not_bring_the_old_tokens_back() -> (
    None
):
    """A host may begin a call, refresh in another one, and only then go on with the first."""

    class StaleConnection(CallConnection):
        @property
        def credentials(self) -> dict[str, Any]:
            return self._read

        def save(self, credentials: Mapping[str, Any]) -> None:
            super().save(credentials)
            self._read = dict(credentials)

    org, row = TokenOrg(), Row()
    plugin = SalesforceConnector(org, org)
    stale = StaleConnection(row)
    org.end_session()
    run(plugin, row)
    org.end_session()

    result = plugin.run_action("salesforce", "get_record", stale, READ, {})

    assert result is not None
    assert row.credentials["refresh_token"] == org.refresh
    assert len(org.token_requests) == 2


def test_a_call_that_is_cancelled_saves_to_its_own_object_all_the_same() -> None:
    """Salesforce has rotated the refresh token by then: it must not be lost."""

    class HeldOrg(TokenOrg):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == TOKEN_PATH:
                request_received.set()
                assert may_answer.wait(20)
            return super().handle_request(request)

    request_received, may_answer = threading.Event(), threading.Event()
    org, row = HeldOrg(), Row()
    plugin = SalesforceConnector(org, org)
    org.end_session()

    async def main() -> None:
        connection = CallConnection(row)
        started = plugin.run_action_async("salesforce", "get_record", connection, READ, {})
        assert started is not None
        task = asyncio.ensure_future(started)
        await asyncio.to_thread(request_received.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        may_answer.set()
        await run_async(plugin, row)

    asyncio.run(main())

    assert row.credentials["refresh_token"] == org.refresh == "REFRESH-2"


def test_a_run_that_finds_another_org_behind_the_connection_reports_so() -> None:
    """A sandbox was refreshed: the same address and user name, and none of the record ids."""
    new = "https://test.salesforce.com/id/00D000000000099EAA/005000000000001AAA"

    class RefreshedSandbox(TokenOrg):
        def _grant(self, form_fields: Mapping[str, str]) -> httpx.Response:
            response = super()._grant(form_fields)
            return answer(200, {**response.json(), "id": new})

    org, row = RefreshedSandbox(), Row()
    plugin = SalesforceConnector(org, org)
    assert run(plugin, row)["warnings"] == []
    org.end_session()

    for result in (run(plugin, row), asyncio.run(run_async(plugin, row))):
        (warning,) = result["warnings"]
        assert "00D000000000062EAA" in warning
        assert "00D000000000099EAA" in warning
    assert row.credentials["former_org_id"] == "00D000000000062EAA"
