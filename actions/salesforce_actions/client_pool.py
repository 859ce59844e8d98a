"""The clients of all connections, pooled between calls: bounded, and safe to share between threads.

Sync clients share one transport, async ones one for each event loop. After a fork the child begins
with an empty pool. It decides nothing about a call.
"""

import os
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from salesforce_actions.pooled import find_client, keep, note_use
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.flow import Fetch, Fetched
from salesforce_connector.http.client import Client
from salesforce_connector.http.connection_state import ConnectionState
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
    from salesforce_connector.http.async_client import AsyncClient


class ClientPool:
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

    def forget(self, connection: Connection) -> None:
        """Forget the clients of a connection."""
        with self._lock:
            self._states.pop(connection.id, None)
            self._clients.pop(connection.id, None)
            if self._loop_pool is not None:
                self._loop_pool.forget(connection)

    def empty(self) -> None:
        """Close the sync transport and forget all clients; async ones close with their loops."""
        transport = self._network
        self._begin_anew()
        if transport is not None:
            transport.close()

    def client(self, connection: Connection) -> Client:
        """Return the connection's client for threads; may wait for the host."""
        if self._process != os.getpid():
            self._begin_anew()
        state = self._state(connection)
        with self._lock:
            note_use(self._states, connection)
            client = find_client(self._clients, state)
            if client is None:
                transport = self.sync_transport()
                client = Client(
                    connection, transport=transport, state=state, event_source=_fetch_events
                )
                keep(self._clients, connection, client)
        return client

    async def async_client(self, connection: Connection) -> "AsyncClient":
        """Return the connection's client for the running event loop."""
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
            return None if self._own_async and not self._own_sync else self.sync_transport()

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

    def proxy_for(self, host: str) -> str | None:
        """Return the proxy by which a host is reached; None without one."""
        return None if self._own_sync else proxy_for(host)

    def sync_transport(self) -> SyncTransport:
        """Return where requests of threads go."""
        if self._own_sync is not None:
            return self._own_sync
        if self._network is None:
            self._network = network()
        return self._network


def _fetch_events(fetch: Fetch, credentials: Credentials, state: ConnectionState) -> Fetched:
    from salesforce_connector.pubsub.delivery import fetch_events  # gRPC, for its triggers alone

    return fetch_events(fetch, credentials, state)
