"""The async transport: HTTP/1.1 over a pool of connections of one event loop.

Its twin for threads is `socket_transport`. It decides nothing about a call, never sends one twice,
follows no redirect, and keeps no cookie. See docs/decisions/0061-own-connections-for-event-loops.md
"""

import asyncio
import functools
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Final

from salesforce_connector.http.async_connect import connect
from salesforce_connector.http.async_connection import AsyncConnection
from salesforce_connector.http.idle_connections import IdleConnections
from salesforce_connector.http.loop_slots import LoopSlots
from salesforce_connector.http.wire_request import WireRequest
from salesforce_connector.http.wire_response import WireResponse

if TYPE_CHECKING:
    import ssl

ProxyOf = Callable[[str], str | None]
"""Returns the address of the proxy for a host, with user and password; None for no proxy."""

# A timer of the loop for each request costs a quarter as much as the request; one timer that checks
# all requests costs nothing. So a deadline may be this late.
_CHECK_EVERY: Final = 0.5  # seconds


class AsyncSocketTransport:
    """A pool of connections that belongs to the event loop of its first request."""

    def __init__(
        self,
        tls: "Callable[[], ssl.SSLContext]",
        proxy_of: ProxyOf | None,
        *,
        max_in_use: int,
        max_idle: int,
        idle_timeout: float,
    ) -> None:
        """Make a pool; nothing is opened yet.

        Args:
            tls: Returns the settings of TLS; called for the first connection that needs them.
            proxy_of: Called for each new connection; None for no proxy at all.
            max_in_use: Requests under way at once.
            max_idle: Connections that stay open between requests.
            idle_timeout: Seconds after which an idle one is not used again.
        """
        self._tls = tls
        self._proxy_of = proxy_of
        slots = LoopSlots(max_in_use)
        self.acquire, self.release = slots.acquire, slots.release
        self._idle = IdleConnections[AsyncConnection](limit=max_idle, timeout=idle_timeout)
        self._busy: dict[AsyncConnection, str] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        """Send a request and read the response.

        Args:
            request: As it is to be sent.
            stream: Whether the body of a 2xx is left to be read.

        Raises:
            NoResponse: There is none, or half of one.
            ResponseTooLarge: It is larger than is read into memory.
            BodySourceFailed: The body to be sent cannot be read.
        """
        base = request.base
        connection = self._idle.take(base) or await self._connect(request)
        self._busy[connection] = base
        if self._timer is None:
            self._check_deadlines(asyncio.get_running_loop())
        try:
            response = await connection.exchange(request, stream=stream)
        except BaseException:  # cancelled, too
            del self._busy[connection]
            connection.close()
            raise
        if response.async_stream is None:
            self._release_connection(connection)
        return response

    async def aclose(self) -> None:
        """Close all connections; a later request opens new ones."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        connections = [*self._idle.take_all(), *self._busy]
        for connection in connections:
            connection.close()
        while not all(connection.closed for connection in connections):
            await asyncio.sleep(0)  # the loop closes them in its next round

    async def _connect(self, request: WireRequest) -> AsyncConnection:
        origin = request.origin
        make = functools.partial(
            AsyncConnection, asyncio.get_running_loop(), release=self._release_connection
        )
        proxy = None if self._proxy_of is None else self._proxy_of(origin.host)
        return await connect(make, origin, self._tls, proxy)

    def _release_connection(self, connection: AsyncConnection) -> None:
        base = self._busy.pop(connection, None)
        if base is not None and connection.reusable:
            self._idle.put(base, connection)
        else:
            connection.close()

    def _check_deadlines(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the requests that are late, and check again while there are others."""
        now = monotonic()
        for connection in [*self._busy]:
            connection.end_if_late(now)
        self._timer = (
            loop.call_later(_CHECK_EVERY, self._check_deadlines, loop) if self._busy else None
        )
