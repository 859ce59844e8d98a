"""The sync transport: HTTP/1.1 over a pool of blocking sockets, parsed by httptools (llhttp).

httpx's own pool and parser are pure Python: of 1,844 function calls that one create took, 1,400
were theirs. See docs/decisions/0035-thin-sync-transport.md. It decides nothing about a call, never
sends one twice, follows no redirect, and keeps no cookie.
"""

import functools
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from salesforce_connector.http.idle_connections import IdleConnections
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.socket_connection import SocketConnection
from salesforce_connector.http.transfer_rate import TransferRate
from salesforce_connector.http.wire_request import (
    CONNECT_TIMEOUT,
    POOL_TIMEOUT,
    Origin,
    WireRequest,
)
from salesforce_connector.http.wire_response import WireResponse

if TYPE_CHECKING:
    import ssl


class SocketTransport:
    """A pool of connections that threads share."""

    def __init__(
        self,
        tls: Callable[[], "ssl.SSLContext"],
        *,
        max_in_use: int,
        max_idle: int,
        idle_timeout: float,
    ) -> None:
        """Make a pool; nothing is opened yet.

        Args:
            tls: Returns the settings of TLS; called for the first connection that needs them.
            max_in_use: Requests under way at once.
            max_idle: Connections that stay open between requests.
            idle_timeout: Seconds after which an idle one is not used again.
        """
        self._tls = tls
        self._max_in_use = max_in_use
        self._lock = threading.Lock()
        self._freed = threading.Condition(self._lock)
        self._in_use = self._waiting = 0
        self._idle = IdleConnections[SocketConnection](limit=max_idle, timeout=idle_timeout)

    def acquire(self) -> None:
        """Wait until one more request may be under way.

        Raises:
            NoResponse: Too many were under way for a minute.
        """
        with self._lock:
            if self._in_use >= self._max_in_use:
                self._waiting += 1
                free = self._freed.wait_for(self._has_room, POOL_TIMEOUT)
                self._waiting -= 1
                if not free:
                    raise NoResponse("PoolTimeout")
            self._in_use += 1

    def release(self) -> None:
        """Record that a request has come to its end."""
        with self._lock:
            self._in_use -= 1
            if self._waiting:
                self._freed.notify()

    def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
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
        connection = self._idle.take(base) or self._connect(request.origin)
        try:
            response = connection.exchange(request, stream=stream)
        except BaseException as exc:
            connection.close()
            if isinstance(exc, OSError):
                code = "ReadTimeout" if isinstance(exc, TimeoutError) else "ReadError"
                raise NoResponse(code, exc) from exc
            raise
        if response.stream is None:
            self._release_connection(base, connection)
        else:
            release = functools.partial(self._release_connection, base, connection)
            response.stream = _Stream(response.stream, release, request.lowest_rate)
        return response

    def close(self) -> None:
        """Close the idle connections; a later request opens new ones."""
        for connection in self._idle.take_all():
            connection.close()

    def _has_room(self) -> bool:
        return self._in_use < self._max_in_use

    def _release_connection(self, base: str, connection: SocketConnection) -> None:
        if connection.reusable:
            self._idle.put(base, connection)
        else:
            connection.close()

    def _connect(self, origin: Origin) -> SocketConnection:
        try:
            plain = socket.create_connection((origin.host, origin.port), CONNECT_TIMEOUT)
        except OSError as exc:
            raise NoResponse(_connect_code(exc), exc) from exc
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not origin.is_tls:
                return SocketConnection(plain)
            return SocketConnection(self._tls().wrap_socket(plain, server_hostname=origin.host))
        except OSError as exc:  # what ssl raises is one
            plain.close()
            raise NoResponse(_connect_code(exc), exc) from exc


class _Stream:
    """The body of a response, piece by piece; see `wire_response.Stream`."""

    def __init__(
        self, chunks: Iterable[bytes], release: Callable[[], None], lowest_rate: int
    ) -> None:
        self._chunks = chunks
        self._release: Callable[[], None] | None = release
        self._rate = TransferRate(lowest_rate)

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks:
                self._rate.count(len(chunk))
                yield chunk
        except OSError as exc:
            code = "ReadTimeout" if isinstance(exc, TimeoutError) else "ReadError"
            raise NoResponse(code, exc) from exc

    def close(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()


def _connect_code(error: OSError) -> str:
    return "ConnectTimeout" if isinstance(error, TimeoutError) else "ConnectError"
