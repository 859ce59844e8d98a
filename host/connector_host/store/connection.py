"""A stored connection: what hooks receive, and what the host shows.

`connection_rows` reads and changes its row.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from connector_host.access import Access
from connector_host.errors import StoreDamaged
from connector_host.hookspecs import Json, JsonObject
from connector_host.store.protocol import SignInNeeded

if TYPE_CHECKING:
    from connector_host.hookspecs import CallBudget, SharedCache
    from connector_host.store.connection_rows import ConnectionRows, OpenedRow
    from connector_host.store.row_seals import ReadRow

REMEDY = "Restore the store from a backup, or remove the connection and connect again."


class Shared(Protocol):
    """What the connections of a store share."""

    @property
    def call_budget(self) -> "CallBudget": ...
    @property
    def shared_cache(self) -> "SharedCache | None": ...


class Connection:
    """A connection as hooks receive it (the contract's `Connection`), with its name and owner.

    Secrets are unsealed when they are first read. Neither `repr` nor errors show them.
    """

    def __init__(
        self, shared: Shared, rows: "ConnectionRows", read: "ReadRow", access: Access
    ) -> None:
        row = read.row
        self._shared = shared
        self._rows = rows
        self._read = read
        self._row = row
        self.access = access
        self._opened: OpenedRow | None = None
        self._settings: JsonObject | None = None
        self._credentials: JsonObject | None = None
        self._sealed_credentials: str = row.credentials
        self.needs_sign_in = self._parse_sign_in_needed(row.needs_sign_in)
        self.id: str = row.id
        self.name: str = row.name
        self.connector: str = row.connector
        self.method: str = row.method
        self.created_at: str = row.created_at
        self.changed_at: str = row.changed_at

    def __repr__(self) -> str:
        return f"Connection({self.name!r}, {self.connector}, {self.method}, id={self.id})"

    @property
    def app(self) -> str | None:
        """The name of its app profile; None for none."""
        name: str | None = self._row.app_name
        return name

    @property
    def plain_settings(self) -> JsonObject:
        """The settings that are not secret, with the app profile's; needs no key."""
        return {**self._parse(self._row.app_settings or "{}"), **self._parse(self._row.settings)}

    @property
    def own_plain_settings(self) -> JsonObject:
        """The settings that are not secret, without the app profile's; needs no key."""
        return self._parse(self._row.settings)

    @property
    def own_settings(self) -> JsonObject:
        """The settings and secrets without those of the app profile."""
        plain, secrets = self.own_parts()
        return {**plain, **secrets}

    def own_parts(self) -> tuple[JsonObject, JsonObject]:
        """Return its own settings in two parts: those that are not secret, and the secret ones."""
        return self._parse(self._row.settings), self._open().secrets

    @property
    def settings(self) -> Mapping[str, Json]:
        """All settings, with secrets and those of the app profile."""
        if self._settings is None:
            app_secrets = self._open().app_secrets
            app_plain = self._parse(self._row.app_settings or "{}")
            self._settings = {**app_plain, **app_secrets, **self.own_settings}
        return self._settings

    @property
    def credentials(self) -> Mapping[str, Json]:
        """What the connector saved last; inside `lock()`, what any process saved last."""
        if self._credentials is None:
            self._credentials = self._open().credentials
        return self._credentials

    @property
    def call_budget(self) -> "CallBudget":
        """The service's quota, shared by all processes on this store; see the contract."""
        return self._shared.call_budget

    @property
    def shared_cache(self) -> "SharedCache | None":
        """What connectors cache for all processes of this machine; see the contract."""
        return self._shared.shared_cache

    def verify(self) -> None:
        """Verify the connection against its seal.

        Raises:
            StoreDamaged: Something else has changed it in the database.
        """
        self._open()

    def save(self, credentials: Mapping[str, Json]) -> None:
        """Replace the credentials; durable when this returns.

        Raises:
            UnknownName: The connection has been removed meanwhile.
        """
        saved = dict(credentials)
        self._sealed_credentials = self._rows.save(self, saved)
        self._credentials = saved
        self.needs_sign_in = None

    def replace(
        self,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None = None,
    ) -> None:
        """Replace settings and credentials in one step, as a new sign-in does.

        Args:
            app: Name of the app profile that holds the other settings.
        """
        self._rows.replace(self, settings, secrets, credentials, app)
        self._load(*self._rows.reread(self))

    @contextmanager
    def lock(self) -> Generator["Connection"]:
        """Lock this connection against other threads and processes; not re-entrant.

        Raises:
            StoreLocked: Another call held the lock for the whole lock timeout.
            UnknownName: The connection has been removed meanwhile.
        """
        with self._rows.hold(self.id):
            self._load(*self._rows.reread(self))
            yield self

    def mark(self, code: str, reason: str) -> None:
        """Mark that a person must sign in again, unless somebody has since this was read."""
        self.needs_sign_in = self._rows.mark(self, self._sealed_credentials, code, reason)

    def unmark(self) -> None:
        """Clear the mark that a person must sign in again."""
        if self.needs_sign_in is not None:
            self._rows.unmark(self)
            self.needs_sign_in = None

    def _load(self, read: "ReadRow", access: Access) -> None:
        self._read, self._row, self.access = read, read.row, access
        self._opened = self._settings = self._credentials = None
        self._sealed_credentials = self._row.credentials
        self.needs_sign_in = self._parse_sign_in_needed(self._row.needs_sign_in)

    def _open(self) -> "OpenedRow":
        if self._opened is None:
            self._opened = self._rows.open(self._read, self.access)
        return self._opened

    def _parse(self, text: Any) -> JsonObject:
        try:
            return dict(json.loads(text))
        except (ValueError, TypeError, RecursionError) as exc:
            raise StoreDamaged(
                f"The settings of the connection {self._row.name!r} are not JSON.", REMEDY
            ) from exc

    def _parse_sign_in_needed(self, text: Any) -> SignInNeeded | None:
        if not text:
            return None
        try:
            return SignInNeeded(**json.loads(text))
        except (ValueError, TypeError, RecursionError) as exc:
            raise StoreDamaged(
                f"The state of the connection {self._row.name!r} is not JSON.", REMEDY
            ) from exc
