"""What the host needs from a store of connections.

`connection_store.ConnectionStore` is one; an engine with a secret store of its own writes another.
`environment_store` and `secret_store` are two small ones to start from.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from connector_host.access import Access
from connector_host.hookspecs import Json, JsonObject

AuditEvent: TypeAlias = Literal[
    "connected",
    "settings_changed",
    "renamed",
    "removed",
    "shared",
    "unshared",
    "owner_changed",
    "tested",
    "ran",
    "polled",
    "received",
    "refused",
    "credentials_saved",
    "needs_sign_in",
    "closed",
    "app_added",
    "app_rotated",
    "app_removed",
    "exported",
    "imported",
    "keys_rotated",
]
"""What an entry of the audit trail records."""


@dataclass(frozen=True)
class SignInNeeded:
    """The reason why a person must sign in to a connection again.

    Attributes:
        code: The `code` of the connector's error.
        reason: A sentence for people, without secrets.
        since: UTC, ISO 8601.
    """

    code: str
    reason: str
    since: str


class StoredConnection(Protocol):
    """A connection from a store: the contract's `Connection`, with its name and owner.

    Attributes:
        app: Name of the app profile whose settings are part of `settings`; None for none.
        access: Who may use it.
        needs_sign_in: None unless a call has shown that a person must sign in again.
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
        """Raise StoreDamaged when something else has changed the stored data; may do nothing."""

    def save(self, credentials: Mapping[str, Json]) -> None:
        """Replace the credentials durably, and clear `needs_sign_in`."""

    def replace(
        self,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> None:
        """Replace settings and credentials in one step, and clear `needs_sign_in`."""

    def lock(self) -> AbstractContextManager[object]: ...

    def mark(self, code: str, reason: str) -> None:
        """Set `needs_sign_in`, unless somebody has signed in since this was read."""

    def unmark(self) -> None:
        """Clear `needs_sign_in`."""


class StoredAppProfile(Protocol):
    """An app profile from a store: settings that many connections share."""

    @property
    def name(self) -> str: ...
    @property
    def connector(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, Json]: ...
    @property
    def hosts(self) -> Sequence[str]:
        """Patterns of the hosts that its secrets may be sent to; empty for all but this machine."""
        ...


class StoredTrigger(Protocol):
    """A trigger that is polled, and its cursor.

    Attributes:
        connection, trigger: Names.
        cursor: None before the first poll; inside `lock()`, what any process saved last.
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
        row_id: Its id in the store.
    """

    @property
    def row_id(self) -> str: ...
    @property
    def event(self) -> Json: ...


class ReceivingTrigger(Protocol):
    """A trigger that a service pushes events to, and the events that wait to be delivered.

    Attributes:
        connection, trigger: Names.
    """

    @property
    def connection(self) -> str: ...
    @property
    def trigger(self) -> str: ...

    def lock(self) -> AbstractContextManager[object]: ...

    def receive(self, events: Sequence[Json], /) -> int:
        """Store the events whose `id` was not stored in the last two days: durably, all or none.

        Returns how many were new. Raises TooManyWaitingEvents where a store limits how many wait.
        """
        ...

    def list_waiting(self, limit: int, /) -> Sequence[ReceivedEvent]:
        """Return events that wait to be delivered, in the order in which they were stored."""
        ...

    def mark_delivered(self, row_ids: Sequence[str], /) -> None:
        """Mark events as delivered; their ids stay stored, so that a repeated push is ignored."""


class Store(Protocol):
    """What the runner needs from a store."""

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
        """Return an app profile by name; a store without profiles raises UnknownName."""
        ...

    def record(self, who: str, what: AuditEvent, connection: str, detail: str = "", /) -> None:
        """Write a line of the audit trail; when this raises, the operation does not take place."""

    def claim(self, ticket_id: str, now: float, ends_at: float, /) -> bool:
        """Reserve a sign-in's ticket for this call; False when it was used or is reserved."""
        ...

    def release(self, ticket_id: str, /) -> None:
        """Release a reserved ticket after a failure, so that it may be used."""

    def seal(self, value: Mapping[str, Json], associated_data: str, /) -> str: ...
    def open(self, sealed: str, associated_data: str, /) -> JsonObject: ...
