"""One kept connection: what hooks are handed, and what the host shows of it.

Where it is kept, and how its secrets are sealed, is `connections`' business.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from connector_host.errors import StoreDamaged
from connector_host.hookspecs import Json, JsonObject

if TYPE_CHECKING:
    from sqlalchemy import Row

    from connector_host.connections import ConnectionStore


class Connection:
    """One connection, as hooks take it (the contract's `Connection`) and with its name.

    Secrets are opened when they are first read, and shown nowhere: not by `repr`, not in errors.
    """

    def __init__(self, store: "ConnectionStore", row: "Row[Any]") -> None:
        self._store = store
        self._row = row
        self._credentials: JsonObject | None = None
        self._settings: JsonObject | None = None
        self.id: str = row.id
        self.name: str = row.name
        self.connector: str = row.connector
        self.method: str = row.method
        self.created_at: str = row.created_at
        self.changed_at: str = row.changed_at

    def __repr__(self) -> str:
        return f"Connection({self.name!r}, {self.connector}, {self.method}, id={self.id})"

    @property
    def plain_settings(self) -> JsonObject:
        """The settings that are not secret; read without a key."""
        try:
            return dict(json.loads(self._row.settings))
        except ValueError as exc:
            raise StoreDamaged(
                f"The settings of the connection {self.name!r} are not JSON.",
                "Restore the store from a backup, or remove the connection and connect again.",
            ) from exc

    @property
    def settings(self) -> Mapping[str, Json]:
        """All settings, opened."""
        if self._settings is None:
            secrets = self._store.open(self._row.secrets, place(self.id, "settings"))
            self._settings = {**self.plain_settings, **secrets}
        return self._settings

    @property
    def credentials(self) -> Mapping[str, Json]:
        """What the connector saved last; inside `lock()`, what any process did."""
        if self._credentials is None:
            self._credentials = self._store.open(
                self._row.credentials, place(self.id, "credentials")
            )
        return self._credentials

    def save(self, credentials: Mapping[str, Json]) -> None:
        """Replace the credentials; durable when this returns.

        Raises:
            UnknownName: The connection has been removed meanwhile.
        """
        kept = dict(credentials)
        self._store.update(self, credentials=self._store.seal(kept, place(self.id, "credentials")))
        self._credentials = kept

    def replace(
        self,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
    ) -> None:
        """Replace settings and credentials in one step, as a new sign-in does."""
        self._store.update(
            self,
            settings=json.dumps(dict(settings)),
            secrets=self._store.seal(secrets, place(self.id, "settings")),
            credentials=self._store.seal(credentials, place(self.id, "credentials")),
        )
        self._settings = {**settings, **secrets}
        self._credentials = dict(credentials)

    @contextmanager
    def lock(self) -> Iterator["Connection"]:
        """Hold this connection alone, against threads and processes; not re-entrant.

        Raises:
            StoreLocked: Someone else held it for the store's lock timeout.
            UnknownName: The connection has been removed meanwhile.
        """
        with self._store.hold(self.id):
            self._row = self._store.row_of(self)
            self._settings = self._credentials = None
            yield self


def place(connection_id: str, part: str) -> str:
    """Name the place that a secret is bound to: it opens in no other row or column."""
    return f"connection {connection_id} {part}"
