"""Connections that stay open between requests, by the host that they lead to."""

import threading
from time import monotonic
from typing import Generic, Protocol, TypeVar


class Reusable(Protocol):
    """A connection that can carry another request.

    Attributes:
        idle_since: When it was put here, by the monotonic clock.
    """

    idle_since: float

    def is_open(self) -> bool:
        """Return whether a request can be sent over it."""
        ...

    def close(self) -> None:
        """Close it."""


ConnectionT = TypeVar("ConnectionT", bound=Reusable)


class IdleConnections(Generic[ConnectionT]):
    """Bounded; safe to use from several threads."""

    def __init__(self, *, limit: int, timeout: float) -> None:
        """Begin with none.

        Args:
            limit: Connections in all; beyond it, the one that was idle for longest is closed.
            timeout: Seconds after which an idle one is not used again.
        """
        self._limit = limit
        self._timeout = timeout
        self._lock = threading.Lock()
        self._count = 0
        self._by_base: dict[str, list[ConnectionT]] = {}

    def take(self, base: str) -> ConnectionT | None:
        """Take the connection that was used last, if one is still open."""
        while True:
            with self._lock:
                connections = self._by_base.get(base)
                if not connections:
                    return None
                connection = connections.pop()
                self._count -= 1
            if monotonic() < connection.idle_since + self._timeout and connection.is_open():
                return connection
            connection.close()

    def put(self, base: str, connection: ConnectionT) -> None:
        """Store a connection that may carry another request."""
        connection.idle_since = monotonic()
        surplus = None
        with self._lock:
            connections = self._by_base.get(base)
            if connections is None:
                connections = self._by_base[base] = []
            connections.append(connection)
            self._count += 1
            if self._count > self._limit:
                surplus = self._take_oldest()
        if surplus is not None:
            surplus.close()

    def take_all(self) -> list[ConnectionT]:
        """Take all, to be closed."""
        with self._lock:
            by_base, self._by_base, self._count = self._by_base, {}, 0
        return [connection for connections in by_base.values() for connection in connections]

    def _take_oldest(self) -> ConnectionT:
        base = min(
            (base for base, connections in self._by_base.items() if connections),
            key=lambda base: self._by_base[base][0].idle_since,
        )
        self._count -= 1
        oldest = self._by_base[base].pop(0)
        if not self._by_base[base]:
            del self._by_base[base]
        return oldest
