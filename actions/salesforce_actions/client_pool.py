"""Clients by connection, kept between calls: what the plugin pools, bounded and safe to share.

Sync clients share one set of sockets, async ones one set an event loop. After a fork the child
begins with none. It decides nothing about a call.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from salesforce_actions.catalog import find_action
from salesforce_actions.page_writer import PageWriter
from salesforce_actions.polls import as_trigger_batch, begin_poll
from salesforce_actions.pooled import find_client, keep, note_use
from salesforce_actions.trigger_catalog import TRIGGERS, find_trigger
from salesforce_connector.auth import tokens
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError, Unavailable
from salesforce_connector.flow import Fetch, Fetched
from salesforce_connector.http.client import Client
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.exchange import send_token_request
from salesforce_connector.http.result import Result
from salesforce_connector.http.transport import (
    AsyncTransport,
    SyncTransport,
    network,
    proxy_for,
    sync_transport,
)

if TYPE_CHECKING:
    import httpx

    from salesforce_actions.loop_transports import LoopPool
    from salesforce_connector.auth.authorization_state import UsedStates
    from salesforce_connector.connection_test import Report
    from salesforce_connector.http.async_client import AsyncClient


class Pool:
    """All clients of one plugin object."""

    def __init__(
        self,
        transport: "httpx.BaseTransport | SyncTransport | None",
        async_transport: "httpx.AsyncBaseTransport | AsyncTransport | None",
    ) -> None:
        """Make an empty pool.

        Args:
            transport: Where requests of sync hooks go; the network when None.
            async_transport: Where requests of async hooks go; the network when None.
        """
        self._own_sync = None if transport is None else sync_transport(transport)
        self._own_async = async_transport
        self._used_states: UsedStates | None = None
        self._begin_anew()

    @property
    def used_states(self) -> "UsedStates":
        """The browser sign-ins that were completed."""
        from salesforce_connector.auth.authorization_state import UsedStates  # for sign-ins alone

        with self._lock:
            self._used_states = self._used_states or UsedStates()
            return self._used_states

    def _begin_anew(self) -> None:
        self._process = os.getpid()
        # After a fork the parent's may be held by a thread that the child has not.
        self._lock = threading.Lock()
        self._network: SyncTransport | None = None
        self._states: OrderedDict[str, ConnectionState] = OrderedDict()
        self._clients: OrderedDict[str, Client] = OrderedDict()
        self._loop_pool: LoopPool | None = None

    def run(
        self,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Run an action; see `Client.run` for what it raises."""
        definition, client = find_action(action), self._client(connection)
        if context.get("explain"):
            return client.explain(definition, inputs).as_json()
        result = Result.in_context(context)
        client.run(definition, inputs, result, connection=connection)
        result.warnings += client.session.warnings
        return result.as_json()

    async def run_async(
        self,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Run an action on the running event loop; see `run`."""
        definition, client = find_action(action), await self._async_client(connection)
        if context.get("explain"):
            return client.explain(definition, inputs).as_json()
        result = Result.in_context(context)
        await client.run(definition, inputs, result, connection=connection)
        result.warnings += client.session.warnings
        return result.as_json()

    def stream(
        self,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> Iterator[dict[str, Any]]:
        """Return an action's records page by page; see `Client.stream` for what it raises."""
        definition, client = find_action(action), self._client(connection)
        stream, result = PageWriter.begin(context), Result.in_context(context)
        pages = client.stream(definition, inputs, result, connection=connection)
        return stream.write_all(pages, result, client.session.warnings)

    async def stream_async(
        self,
        action: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        context: Mapping[str, Any],
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield an action's records on the running event loop; see `stream`."""
        definition, stream = find_action(action), PageWriter.begin(context)
        client, result = await self._async_client(connection), Result.in_context(context)
        pages = client.stream(definition, inputs, result, connection=connection)
        written = stream.write_all_async(pages, result, client.session.warnings)
        async with aclosing(written):
            async for page in written:
                yield page

    def poll(
        self,
        trigger: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        cursor: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        """Poll a trigger once; see `Client.run` for what it raises."""
        definition, client = find_trigger(trigger), self._client(connection)
        result = Result()
        flow = begin_poll(definition, client, inputs, cursor)
        return as_trigger_batch(client.drive(flow, result, connection=connection), result)

    async def poll_async(
        self,
        trigger: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        cursor: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        """Poll a trigger once on the running event loop; see `poll`."""
        definition, client = find_trigger(trigger), await self._async_client(connection)
        result = Result()
        flow = begin_poll(definition, client, inputs, cursor)
        return as_trigger_batch(await client.drive(flow, result, connection=connection), result)

    def resolve(
        self, action: str, connection: Connection, inputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the schemas of an action or a trigger for what has been chosen so far."""
        from salesforce_actions import live_schema  # for builders; runs never need it

        definition = TRIGGERS[action] if action in TRIGGERS else find_action(action)
        flow = live_schema.flow(definition, inputs)
        return self._client(connection).drive(flow, Result(), connection=connection)

    def options(
        self,
        source: str,
        connection: Connection,
        inputs: Mapping[str, Any],
        search: str,
        page: str | None,
    ) -> dict[str, Any]:
        """Return a page of choices for a field."""
        from salesforce_connector.metadata import option_sources

        flow = option_sources.flow(source, inputs, search, page)
        return self._client(connection).drive(flow, Result(), connection=connection)

    def limits(self, connection: Connection) -> list[dict[str, Any]]:
        """Ask for the org's quotas; see `limit_list`."""
        from salesforce_actions import limit_list  # runs never need it

        client = self._client(connection)
        # Trusted: it reads numbers of its own org alone.
        limits = client.drive(
            limit_list.read_limits(), Result(), trusted=True, connection=connection
        )
        return limit_list.add_own(limits, client.state, connection)

    def refresh(self, connection: Connection) -> dict[str, Any]:
        """Refresh a connection now; see `scheduled_refresh`."""
        from salesforce_actions import scheduled_refresh  # runs never need it

        transport = self._sync_transport()
        session = self._client(connection).session
        return scheduled_refresh.refresh(session, transport, connection)

    def test(
        self, connection: Connection, on_check: Callable[[dict[str, str]], object] | None = None
    ) -> dict[str, Any]:
        """Test a connection. Never raises: whatever goes wrong is a check of the report.

        Args:
            connection: The host's.
            on_check: Called with each check as soon as it is known.
        """
        from salesforce_connector import connection_test  # for builders; runs never need it

        # A person waits: what passes by itself is found by the next test.
        result = Result(retry_for=connection_test.RETRY_FOR)
        report = connection_test.Report(on_check=on_check)
        try:
            self._test(connection, result, report)
        except ConnectorError as error:
            connection_test.fail_before_start(report, error)
        except Exception as error:  # noqa: BLE001 - of the host's objects, or a bug of ours
            report.fail_unexpectedly(error)
        return report.as_json(result.usage.as_json())

    def _test(self, connection: Connection, result: Result, report: "Report") -> None:
        from salesforce_connector import connection_test

        client = self._client(connection)
        session = client.session
        session.forget_failure()
        host = urlsplit(session.base_url).hostname or ""
        proxy = None if self._own_sync else proxy_for(host)

        def facts() -> connection_test.Facts:
            return connection_test.Facts(
                session.method,
                session.settings,
                session.credentials,
                session.base_url,
                session.rotates,
                client.state.version,
                result.usage,
            )

        flow = connection_test.with_facts(connection_test.flow(report, proxy=proxy), facts)
        # Trusted: it reads its own user and org alone.
        client.drive(flow, result, trusted=True, connection=connection)

    def close(self, connection: Connection, *, revoke: bool) -> None:
        """Forget the client of a connection; with `revoke`, end its sign-in at Salesforce first.

        Raises:
            Unavailable: Salesforce could not be told; the sign-in may still be good there.
        """
        try:
            if revoke:
                self._revoke(self._client(connection), connection)
        finally:
            with self._lock:
                self._states.pop(connection.id, None)
                self._clients.pop(connection.id, None)
                if self._loop_pool is not None:
                    self._loop_pool.forget(connection)

    def _revoke(self, client: Client, connection: Connection) -> None:
        with connection.lock():
            credentials = client.session.load(connection)
            for request in tokens.revocations(client.session.settings.base_url, credentials):
                if not tokens.is_revoked(send_token_request(request, self._sync_transport())):
                    raise Unavailable(
                        "Salesforce did not confirm that the sign-in has ended.",
                        code="REVOKE_FAILED",
                        remedy="End it in Setup > Connected Apps OAuth Usage.",
                        sent=True,
                    )
            connection.save({})

    def empty(self) -> None:
        """Close the sync sockets and forget all clients; async sockets close with their loops."""
        sockets = self._network
        self._begin_anew()
        if sockets is not None:
            sockets.close()

    def _client(self, connection: Connection) -> Client:
        if self._process != os.getpid():
            self._begin_anew()
        state = self._state(connection)
        with self._lock:
            note_use(self._states, connection)
            client = find_client(self._clients, state)
            if client is None:
                transport = self._sync_transport()
                client = Client(
                    connection, transport=transport, state=state, event_source=_fetch_events
                )
                keep(self._clients, connection, client)
        return client

    async def _async_client(self, connection: Connection) -> "AsyncClient":
        if self._process != os.getpid():
            self._begin_anew()
        pool = self._loop_pool or self._begin_loop_pool()
        state = self._states.get(connection.id)
        if state is None or not state.session.was_just_read(connection):
            # The host may ask a database for the credentials.
            state = await pool.in_thread(self._state, connection)
        with self._lock:
            note_use(self._states, connection)
            loop, client = pool.get_client(connection, state)
        await loop.close_at_end()
        return client

    def _begin_loop_pool(self) -> "LoopPool":
        from salesforce_actions.loop_transports import LoopPool  # asyncio and aiohttp

        def refresh_transport() -> SyncTransport | None:
            # Tokens go by the sync transport: a refresh must outlive the loop that began it.
            return None if self._own_async and not self._own_sync else self._sync_transport()

        with self._lock:
            self._loop_pool = self._loop_pool or LoopPool(
                self._own_async, refresh_transport, _fetch_events
            )
            return self._loop_pool

    def _state(self, connection: Connection) -> ConnectionState:
        """Return what all clients of a connection share in this process; may wait for the host."""
        while True:
            with self._lock:
                state = self._states.get(connection.id)
            if state is not None and state.session.adopt(connection):
                return state
            fresh = ConnectionState(connection)
            with self._lock:
                if self._states.get(connection.id) is state:  # no other thread was faster
                    keep(self._states, connection, fresh)
                    return fresh

    def _sync_transport(self) -> SyncTransport:
        if self._own_sync is not None:
            return self._own_sync
        if self._network is None:
            self._network = network()
        return self._network


def _fetch_events(fetch: Fetch, credentials: Credentials, state: ConnectionState) -> Fetched:
    from salesforce_connector.pubsub.delivery import fetch_events  # gRPC, for its triggers alone

    return fetch_events(fetch, credentials, state)
