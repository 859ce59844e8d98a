"""One kept connection: what hooks are handed, and what the host shows of it.

Where it is kept, and how its secrets are sealed, is `connections`' business.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from connector_host.access import Access
from connector_host.errors import StoreDamaged
from connector_host.hookspecs import Json, JsonObject
from connector_host.store.protocol import SignInNeeded
from connector_host.store.sealed_columns import associated_data

if TYPE_CHECKING:
    from sqlalchemy import Row

    from connector_host.store.connection_store import ConnectionStore


class Connection:
    """One connection, as hooks take it (the contract's `Connection`) and with its name.

    Secrets are opened when they are first read, and shown nowhere: not by `repr`, not in errors.
    """

    def __init__(self, store: "ConnectionStore", row: "Row[Any]", access: Access) -> None:
        self._store = store
        self._row = row
        self._credentials: JsonObject | None = None
        self._settings: JsonObject | None = None
        self._credentials_seen: str = row.credentials
        self.id: str = row.id
        self.name: str = row.name
        self.connector: str = row.connector
        self.method: str = row.method
        self.access = access
        self.created_at: str = row.created_at
        self.changed_at: str = row.changed_at
        self.needs_sign_in = _parse_sign_in_needed(row.needs_sign_in)

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
        return {
            **self._parse_settings(self._row.app_settings or "{}"),
            **self._parse_settings(self._row.settings),
        }

    @property
    def own_plain_settings(self) -> JsonObject:
        """The settings that are not secret, without the app profile's; read without a key."""
        return self._parse_settings(self._row.settings)

    @property
    def own_settings(self) -> JsonObject:
        """The settings without those of its app profile, opened."""
        plain, secrets = self.own_parts()
        return {**plain, **secrets}

    def own_parts(self) -> tuple[JsonObject, JsonObject]:
        """Give its own settings in two: those that may be read, and those that are secret."""
        secrets = self._store.open(
            self._row.secrets, associated_data("connections", "secrets", self.id)
        )
        return self._parse_settings(self._row.settings), secrets

    @property
    def settings(self) -> Mapping[str, Json]:
        """All settings, opened."""
        if self._settings is None:
            self._settings = {**self._app_settings(), **self.own_settings}
        return self._settings

    @property
    def credentials(self) -> Mapping[str, Json]:
        """What the connector saved last; inside `lock()`, what any process did."""
        if self._credentials is None:
            self._credentials = self._store.open(
                self._row.credentials, associated_data("connections", "credentials", self.id)
            )
        return self._credentials

    def save(self, credentials: Mapping[str, Json]) -> None:
        """Replace the credentials; durable when this returns.

        Raises:
            UnknownName: The connection has been removed meanwhile.
        """
        stored = dict(credentials)
        self._credentials_seen = self._store.save(self, stored)
        self._credentials = stored
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
        self._read(self._store.row_of(self))

    @contextmanager
    def lock(self) -> Iterator["Connection"]:
        """Hold this connection alone, against threads and processes; not re-entrant.

        Raises:
            StoreLocked: Someone else held it for the store's lock timeout.
            UnknownName: The connection has been removed meanwhile.
        """
        with self._store.hold(self.id):
            self._read(self._store.row_of(self))
            yield self

    def mark(self, code: str, reason: str) -> None:
        """Note that a person must sign in again; not if somebody has since this was read."""
        self.needs_sign_in = self._store.mark(self, self._credentials_seen, code, reason)

    def unmark(self) -> None:
        """Forget that a sign-in was needed."""
        if self.needs_sign_in is not None:
            self._store.unmark(self)
            self.needs_sign_in = None

    def _read(self, row: "Row[Any]") -> None:
        self._row = row
        self._credentials_seen = row.credentials
        self._settings = self._credentials = None
        self.needs_sign_in = _parse_sign_in_needed(row.needs_sign_in)

    def _app_settings(self) -> JsonObject:
        if self._row.app_id is None:
            return {}
        secrets = self._store.open(
            self._row.app_secrets, associated_data("apps", "secrets", self._row.app_id)
        )
        return {**self._parse_settings(self._row.app_settings), **secrets}

    def _parse_settings(self, text: str) -> JsonObject:
        try:
            return dict(json.loads(text))
        except ValueError as exc:
            raise StoreDamaged(
                f"The settings of the connection {self.name!r} are not JSON.",
                "Restore the store from a backup, or remove the connection and connect again.",
            ) from exc


def _parse_sign_in_needed(text: str | None) -> SignInNeeded | None:
    return SignInNeeded(**json.loads(text)) if text else None
