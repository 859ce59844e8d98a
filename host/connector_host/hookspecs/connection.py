"""The connection that a host passes to hooks, and what it may share between processes."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from .contract import Json


class Connection(Protocol):
    """One sign-in that the host stores, passed to a connector for one call.

    A host may create a new object for every call, and several objects with one `id` at a time. A
    connector pools by `id`, and reads, saves and locks through the object of the current call.

    Attributes:
        id: Stable for one sign-in and never reused: a new sign-in to the same account may have the
            same id, a sign-in to another account has a new one.
        method: `name` of the auth method in the manifest.
        settings: Valid against that method's schema.
        credentials: What the connector saved last; empty before the first save. Inside `lock()`,
            what any process saved last.
    """

    @property
    def id(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, Json]: ...
    @property
    def credentials(self) -> Mapping[str, Json]: ...

    def save(self, credentials: Mapping[str, Json]) -> None:
        """Replace the credentials; durable when this returns."""

    def lock(self) -> AbstractContextManager[object]:
        """Lock this connection against other threads and processes.

        There is one lock for one `id`, whichever object it is acquired through. It may be
        acquired in one thread and released in another. It is not re-entrant.
        """
        ...


class CallBudget(Protocol):
    """The service's quota of calls a day, shared by all processes of a host.

    A host that shares one sets the attribute `call_budget` on its connections; connectors read it
    with `getattr(connection, "call_budget", None)` and work without it when it is None.
    `account` names what the quota belongs to, such as an organization's id: connections to one
    account share one quota.
    """

    def report(self, account: str, used: int, maximum: int) -> None:
        """Store the quota that the service reported last."""

    def reserve(self, account: str, calls: int, *, floor: int = 0, lease: str = "") -> int:
        """Reserve up to `calls` calls and return how many may be made now.

        Returns fewer, down to 0, when the quota would fall below `floor`, and all of them as long
        as the service has not reported its quota.

        Args:
            account: See the class.
            calls: How many to reserve.
            floor: How many calls to leave for others.
            lease: Identifies this caller's previous reservation, which is returned now. Call
                `report` first: the service's figure includes the calls made from it. A reservation
                expires after five minutes.
        """
        ...

    def begin_call(self, account: str, limit: int, *, seconds: float) -> str | None:
        """Take one of `limit` slots for calls that may take long; None when none is free.

        The slot is free again after `end_call`, or after `seconds` if the caller has died. A budget
        may lack this method and `end_call`: each process then counts its own long calls.
        """
        ...

    def end_call(self, account: str, slot: str) -> None:
        """Free the slot that `begin_call` returned."""

    def long_calls(self, account: str) -> int:
        """Return how many slots are taken."""
        ...


class SharedCache(Protocol):
    """Cached values that all processes of a host share, so that each need not ask the service.

    A host that has one sets the attribute `shared_cache` on its connections; connectors read it
    with `getattr(connection, "shared_cache", None)`. It is for what can be fetched again at any
    time, such as descriptions of objects, and never for records or secrets. The host limits its
    size, and returns no value that somebody else has changed.
    """

    def get(self, key: str) -> bytes | None:
        """Return what any process stored last under a key, or None."""
        ...

    def put(self, key: str, value: bytes) -> None:
        """Store a value; the host may drop it at any time."""
