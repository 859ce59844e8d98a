"""What the host needs of a place that keeps connections.

`connections.ConnectionStore` is one; a host with a secret store of its own writes another.
`environment_store` and `secret_store` are two small ones to begin from.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from connector_host.access import Access
from connector_host.hookspecs import Json, JsonObject


@dataclass(frozen=True)
class SignInNeeded:
    """Why a connection is of no use until a person signs in to it again.

    Attributes:
        code: The service's own, as the connector's error had it.
        reason: A sentence for people; holds no secret.
        since: UTC, ISO 8601.
    """

    code: str
    reason: str
    since: str


class StoredConnection(Protocol):
    """A connection as the store gives it: the contract's `Connection`, and whose it is.

    Attributes:
        app: Name of the app profile whose settings are among `settings`; None for none.
        access: Who may use it.
        needs_sign_in: None while nothing is known to be the matter.
    """

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def connector(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, Json]: ...
    @property
    def credentials(self) -> Mapping[str, Json]: ...
    @property
    def app(self) -> str | None: ...
    @property
    def access(self) -> Access: ...
    @property
    def needs_sign_in(self) -> SignInNeeded | None: ...

    def verify(self) -> None:
        """Raise StoreDamaged when something else than the store has changed it; may do nothing."""

    def save(self, credentials: Mapping[str, Json]) -> None:
        """Replace the credentials, durably, and forget that a sign-in was needed."""

    def replace(
        self,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> None:
        """Replace all that a sign-in gives, in one step, and forget that one was needed."""

    def lock(self) -> AbstractContextManager[object]: ...

    def mark(self, code: str, reason: str) -> None:
        """Note that a sign-in is needed; not if somebody has signed in since this was read."""

    def unmark(self) -> None:
        """Forget that a sign-in was needed."""


class StoredAppProfile(Protocol):
    """An app profile as the store gives it: settings stored once, for many connections."""

    @property
    def name(self) -> str: ...
    @property
    def connector(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, Json]: ...
    @property
    def hosts(self) -> Sequence[str]:
        """Patterns of the hosts that its secrets may go to; none for all but this machine."""
        ...


class StoredTrigger(Protocol):
    """A trigger that somebody polls, and how far they have come.

    Attributes:
        connection, trigger: Names.
        cursor: None before the first poll; inside `lock()`, what was saved last by any process.
    """

    @property
    def connection(self) -> str: ...
    @property
    def trigger(self) -> str: ...
    @property
    def inputs(self) -> Mapping[str, Json]: ...
    @property
    def cursor(self) -> Mapping[str, Json] | None: ...

    def save(self, cursor: Mapping[str, Json]) -> None: ...
    def lock(self) -> AbstractContextManager[object]: ...


class ReceivedEvent(Protocol):
    """A pushed event that waits to be delivered.

    Attributes:
        row_id: What the store knows it by.
    """

    @property
    def row_id(self) -> str: ...
    @property
    def event(self) -> Json: ...


class ReceivingTrigger(Protocol):
    """A trigger that a service pushes events to, and those that are yet to be delivered.

    Attributes:
        connection, trigger: Names.
    """

    @property
    def connection(self) -> str: ...
    @property
    def trigger(self) -> str: ...

    def lock(self) -> AbstractContextManager[object]: ...

    def receive(self, events: Sequence[Json], /) -> int:
        """Store those events whose `id` was not stored in the last two days; durable, all or none.

        Gives how many were new.
        """
        ...

    def list_waiting(self, limit: int, /) -> Sequence[ReceivedEvent]:
        """Return events that are yet to be delivered, in the order that they were stored in."""
        ...

    def mark_delivered(self, row_ids: Sequence[str], /) -> None:
        """Note that these have been delivered; that they were received stays known."""


class Store(Protocol):
    """What the runner and the connection setup need of a store."""

    def get(self, name: str, /) -> StoredConnection: ...
    def add(
        self,
        name: str,
        /,
        *,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None = None,
        owner: str | None = None,
    ) -> StoredConnection: ...
    def check_free(self, name: str, /) -> None: ...
    def remove(self, name: str, /) -> None: ...

    def app(self, name: str, /) -> StoredAppProfile:
        """Return an app profile by name; one that has none raises UnknownName."""
        ...

    def record(self, who: str, what: str, connection: str, detail: str = "", /) -> None:
        """Write a line of the audit trail; raises when it cannot, and nothing is done then."""

    def claim(self, ticket_id: str, now: float, ends_at: float, /) -> bool:
        """Take a sign-in's ticket for this call alone; False when it has been taken."""
        ...

    def release(self, ticket_id: str, /) -> None:
        """Return a ticket back that came to nothing."""

    def seal(self, value: Mapping[str, Json], associated_data: str, /) -> str: ...
    def open(self, sealed: str, associated_data: str, /) -> JsonObject: ...
