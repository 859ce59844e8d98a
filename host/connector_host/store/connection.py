"""One stored connection: what hooks are handed, and what the host shows of it.

Where it is stored, and how its secrets are sealed, is `connection_store`'s business.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from connector_host.access import Access
from connector_host.errors import StoreDamaged
from connector_host.hookspecs import Json, JsonObject
from connector_host.store.protocol import SignInNeeded

if TYPE_CHECKING:
    from sqlalchemy import Row

    from connector_host.hookspecs import CallBudget, SharedCache

REMEDY = "Restore the store from a backup, or remove the connection and connect again."


class Rows(Protocol):
    """What a connection needs of the store it is in."""

    @property
    def call_budget(self) -> "CallBudget": ...

    @property
    def shared_cache(self) -> "SharedCache | None": ...

    def hold(self, name: str, /) -> AbstractContextManager[None]: ...

    def read_row(self, connection: "Connection", /) -> "tuple[Row[Any], Access]":
        """Read its row anew, by id: it may have another name meanwhile."""
        ...

    def open_row(self, row: "Row[Any]", access: Access, /) -> "OpenedRow":
        """Hold a row to its seal, and open what is sealed in it."""
        ...

    def save(self, connection: "Connection", credentials: Mapping[str, Json], /) -> str:
        """Replace the credentials; gives them as they were sealed."""
        ...

    def replace(
        self,
        connection: "Connection",
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,
        /,
    ) -> None: ...

    def mark(
        self, connection: "Connection", sealed_credentials: str, code: str, reason: str, /
    ) -> SignInNeeded | None: ...

    def unmark(self, connection: "Connection", /) -> None: ...


class OpenedRow(Protocol):
    """What is sealed in a connection's row, and in that of its app profile."""

    @property
    def secrets(self) -> JsonObject: ...
    @property
    def credentials(self) -> JsonObject: ...
    @property
    def app_secrets(self) -> JsonObject: ...


class Connection:
    """One connection, as hooks take it (the contract's `Connection`) and with its name.

    Secrets are opened when they are first read, and shown nowhere: not by `repr`, not in errors.
    """

    def __init__(self, store: Rows, row: "Row[Any]", access: Access) -> None:
        self._store = store
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
        """Name of the app profile that it refers to."""
        name: str | None = self._row.app_name
        return name

    @property
    def plain_settings(self) -> JsonObject:
        """The settings that are not secret, the app profile's among them; read without a key."""
        return {**self._parse(self._row.app_settings or "{}"), **self._parse(self._row.settings)}

    @property
    def own_plain_settings(self) -> JsonObject:
        """The settings that are not secret, without the app profile's; read without a key."""
        return self._parse(self._row.settings)

    @property
    def own_settings(self) -> JsonObject:
        """The settings without those of its app profile, opened."""
        plain, secrets = self.own_parts()
        return {**plain, **secrets}

    def own_parts(self) -> tuple[JsonObject, JsonObject]:
        """Return its own settings in two: those that may be read, and those that are secret."""
        return self._parse(self._row.settings), self._open().secrets

    @property
    def settings(self) -> Mapping[str, Json]:
        """All settings, opened."""
        if self._settings is None:
            app_secrets = self._open().app_secrets
            app_plain = self._parse(self._row.app_settings or "{}")
            self._settings = {**app_plain, **app_secrets, **self.own_settings}
        return self._settings

    @property
    def credentials(self) -> Mapping[str, Json]:
        """What the connector saved last; inside `lock()`, what any process did."""
        if self._credentials is None:
            self._credentials = self._open().credentials
        return self._credentials

    @property
    def call_budget(self) -> "CallBudget":
        """The service's quota, shared by all processes on this store; see the contract."""
        return self._store.call_budget

    @property
    def shared_cache(self) -> "SharedCache | None":
        """What connectors cache for all processes of this machine; see the contract."""
        return self._store.shared_cache

    def verify(self) -> None:
        """Hold the connection to its seal.

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
        self._sealed_credentials = self._store.save(self, saved)
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
            app: Name of the app profile that gives the other settings.
        """
        self._store.replace(self, settings, secrets, credentials, app)
        self._load(*self._store.read_row(self))

    @contextmanager
    def lock(self) -> Iterator["Connection"]:
        """Hold this connection alone, against threads and processes; not re-entrant.

        Raises:
            StoreLocked: Someone else held it for the store's lock timeout.
            UnknownName: The connection has been removed meanwhile.
        """
        with self._store.hold(self.id):
            self._load(*self._store.read_row(self))
            yield self

    def mark(self, code: str, reason: str) -> None:
        """Note that a person must sign in again; not if somebody has since this was read."""
        self.needs_sign_in = self._store.mark(self, self._sealed_credentials, code, reason)

    def unmark(self) -> None:
        """Forget that a sign-in was needed."""
        if self.needs_sign_in is not None:
            self._store.unmark(self)
            self.needs_sign_in = None

    def _load(self, row: "Row[Any]", access: Access) -> None:
        self._row = row
        self.access = access
        self._opened = self._settings = self._credentials = None
        self._sealed_credentials = row.credentials
        self.needs_sign_in = self._parse_sign_in_needed(row.needs_sign_in)

    def _open(self) -> OpenedRow:
        if self._opened is None:
            self._opened = self._store.open_row(self._row, self.access)
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
