"""What belongs to one event loop: its connections, and the clients that use them."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, TypeVar

from salesforce_actions.pooled import find_client, keep
from salesforce_connector.connection import Connection
from salesforce_connector.http.async_client import AsyncClient
from salesforce_connector.http.base_client import EventSource
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.transport import (
    AsyncTransport,
    SyncTransport,
    async_transport,
    network_async,
)

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
ArgT = TypeVar("ArgT")


class LoopPool:
    """The event loops of one process, with the clients of each."""

    def __init__(
        self,
        transport: "httpx.AsyncBaseTransport | AsyncTransport | None",
        refresh_transport: Callable[[], SyncTransport | None],
        event_source: EventSource,
    ) -> None:
        """Make an empty pool.

        Args:
            transport: Where requests go; the network when None.
            refresh_transport: Returns the transport of token requests, from a thread.
            event_source: Fetches events.
        """
        self._transport = transport
        self._refresh_transport = refresh_transport
        self._event_source = event_source
        self._loops: dict[asyncio.AbstractEventLoop, LoopTransport] = {}

    def get_client(
        self, connection: Connection, state: ConnectionState
    ) -> "tuple[LoopTransport, AsyncClient]":
        """Return the running loop's client for a connection; the caller holds the pool's lock."""
        running = asyncio.get_running_loop()
        loop = self._loops.get(running)
        if loop is None:
            self._loops = {loop: its for loop, its in self._loops.items() if not loop.is_closed()}
            loop = self._loops[running] = LoopTransport(self._transport)
        client = find_client(loop.clients, state)
        if client is None:
            client = AsyncClient(
                connection,
                transport=loop.transport,
                state=state,
                event_source=self._event_source,
                refresh_transport=self._refresh_transport(),
            )
            keep(loop.clients, connection, client)
        return loop, client

    def forget(self, connection: Connection) -> None:
        """Forget the clients of a connection."""
        for loop in self._loops.values():
            loop.clients.pop(connection.id, None)

    async def in_thread(self, work: Callable[[ArgT], T], argument: ArgT) -> T:
        """Run work that may wait for the host, off the loop."""
        return await asyncio.to_thread(work, argument)


class LoopTransport:
    """See the module; `transport` is passed in, or created here and closed with the loop."""

    def __init__(self, transport: "httpx.AsyncBaseTransport | AsyncTransport | None") -> None:
        self.clients: OrderedDict[str, AsyncClient] = OrderedDict()
        self.transport = network_async() if transport is None else async_transport(transport)
        self._owned = transport is None
        self._ending: AsyncGenerator[None] | None = None

    async def close_at_end(self) -> None:
        """See to it that the sockets are closed when the loop ends.

        A loop closes open generators at its end, and has no other hook.
        """
        if self._owned and self._ending is None:
            self._ending = self._close_with_loop()
            await anext(self._ending)

    async def _close_with_loop(self) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            await self.transport.aclose()
