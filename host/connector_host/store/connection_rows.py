"""Reads and writes the rows of connections, each verified against its seal.

`connection_store` looks connections up and adds them; a `Connection` reads and changes its own row
through here.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy import Connection as DbConnection

from connector_host.access import Access
from connector_host.errors import UnknownName, unknown
from connector_host.hookspecs import Json, JsonObject
from connector_host.store import inserts
from connector_host.store.audit import AuditTrail
from connector_host.store.database import Database
from connector_host.store.protocol import SignInNeeded
from connector_host.store.row_seals import ReadRow, RowSeals
from connector_host.store.sealed_columns import associated_data
from connector_host.store.sealer import Seal, Sealer
from connector_host.store.tables import apps, connections, shares
from connector_host.timestamps import now

APP_COLUMNS = ("id", "name", "connector", "settings", "secrets", "hosts", "row_seal")

_WITH_APP: Select[Any] = select(
    connections,
    *(apps.c[name].label(f"app_{name}") for name in APP_COLUMNS if name != "id"),
).outerjoin(apps, connections.c.app_id == apps.c.id)


class Stored(Protocol):
    """A connection whose row is there: by its id, and a name for messages."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class OpenedRow:
    """The unsealed values of a connection's row, and of its app profile's row."""

    secrets: JsonObject = field(repr=False)
    credentials: JsonObject = field(repr=False)
    app_secrets: JsonObject = field(repr=False)


class ConnectionRows:
    """The rows of one store's connections; safe to share by threads."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        row_seals: RowSeals,
        trail: AuditTrail,
        *,
        lock_timeout: float,
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._row_seals = row_seals
        self._trail = trail
        self._lock_timeout = lock_timeout

    def read(self, condition: ColumnElement[bool], name: str) -> tuple[ReadRow, Access]:
        """Read the one row that meets a condition, with its app profile, and who may use it.

        Raises:
            UnknownName: There is none; `name` is for the message, which suggests the nearest.
        """
        read_at = self._row_seals.versions_seen
        with self._database.reading() as db:
            row = db.execute(_WITH_APP.where(condition)).one_or_none()
            if row is not None:
                return ReadRow(row, read_at), _access(db, row)
        raise unknown("connection", name, self.names())

    def read_all(self) -> list[tuple[ReadRow, Access]]:
        """Read all rows by name, with their app profiles, and who may use each."""
        read_at = self._row_seals.versions_seen
        with self._database.reading() as db:
            rows = db.execute(_WITH_APP.order_by(connections.c.name)).all()
            return [(ReadRow(row, read_at), _access(db, row)) for row in rows]

    def names(self) -> set[str]:
        """Return the names of all connections."""
        with self._database.reading() as db:
            return set(db.scalars(select(connections.c.name)))

    @contextmanager
    def changing(self, connection: Stored) -> Generator[tuple[DbConnection, Seal]]:
        """Yield a transaction that changes a row: verify its seal before, and seal it after.

        Without the first, a change of ours would seal a row that something else has changed.
        """
        with self._sealer.writing() as (db, seal):
            row = ("connections", connection.id, connection.name)
            self._row_seals.verify_in(db, *row)
            yield db, seal
            self._row_seals.write(db, seal, *row)

    # What follows is what a `Connection` uses.

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock of this name, for the store's lock timeout at most."""
        return self._database.hold(name, self._lock_timeout)

    def reread(self, connection: Stored) -> tuple[ReadRow, Access]:
        """Read a connection's row again, by id because it may have been renamed."""
        return self.read(connections.c.id == connection.id, connection.name)

    def open(self, read: ReadRow, access: Access) -> OpenedRow:
        """Verify a row and that of its app profile against their seals, and unseal their values.

        Raises:
            StoreDamaged: Something else has changed one of them in the database.
        """
        row, read_at = read
        people = [["group", name] for name in access.groups]
        people += [["user", name] for name in access.users]
        opened = self._row_seals.verify("connections", row._asdict(), sorted(people), read_at)
        app_secrets: JsonObject = {}
        if row.app_id is not None:
            app_row = {name: getattr(row, f"app_{name}") for name in APP_COLUMNS}
            app_secrets = self._row_seals.verify("apps", app_row, [], read_at)["secrets"] or {}
        return OpenedRow(opened["secrets"] or {}, opened["credentials"] or {}, app_secrets)

    def save(self, connection: Stored, credentials: Mapping[str, Json]) -> str:
        """Replace the credentials and clear the mark; return them as they are sealed."""
        with self.changing(connection) as (db, seal):
            sealed = seal(credentials, associated_data("connections", "credentials", connection.id))
            update(db, connection, credentials=sealed, needs_sign_in=None)
            self._trail.add(db, "", "credentials_saved", connection.name)
        return sealed

    def replace(
        self,
        connection: Stored,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> None:
        """Replace all that a sign-in gives, and clear the mark."""
        with self.changing(connection) as (db, seal):
            update(
                db,
                connection,
                settings=json.dumps(dict(settings)),
                secrets=seal(secrets, associated_data("connections", "secrets", connection.id)),
                credentials=seal(
                    credentials, associated_data("connections", "credentials", connection.id)
                ),
                app_id=inserts.app_id(db, app),
                needs_sign_in=None,
            )

    def mark(
        self, connection: Stored, sealed_credentials: str, code: str, reason: str
    ) -> SignInNeeded | None:
        """Mark a connection as needing a sign-in, unless its credentials have changed since.

        Args:
            sealed_credentials: The credentials that the service did not accept.

        Returns:
            None when somebody has signed in again, or removed the connection.
        """
        needed = SignInNeeded(code, reason, now())
        columns = connections.c
        current = select(columns.credentials).where(columns.id == connection.id).with_for_update()
        row = ("connections", connection.id, connection.name)
        with self._sealer.writing() as (db, seal):
            if db.scalar(current) != sealed_credentials:
                return None
            self._row_seals.verify_in(db, *row)
            update(db, connection, needs_sign_in=json.dumps(asdict(needed)))
            self._row_seals.write(db, seal, *row)
            self._trail.add(db, "", "needs_sign_in", connection.name, code)
        return needed

    def unmark(self, connection: Stored) -> None:
        """Clear the mark that a connection needs a sign-in."""
        with self.changing(connection) as (db, _):
            update(db, connection, needs_sign_in=None)


def update(db: DbConnection, connection: Stored, **values: str | None) -> None:
    """Write columns of a connection's row.

    Raises:
        UnknownName: It has been removed meanwhile.
    """
    statement = connections.update().where(connections.c.id == connection.id)
    if db.execute(statement, {**values, "changed_at": now()}).rowcount == 0:
        raise UnknownName(f"The connection {connection.name!r} has been removed.")


def _access(db: DbConnection, row: Row[Any]) -> Access:
    if row.owner is None:
        return Access()
    rows = db.execute(select(shares).where(shares.c.connection_id == row.id)).all()
    people = {
        kind: frozenset(share.name for share in rows if share.kind == kind)
        for kind in ("user", "group")
    }
    return Access(row.owner, people["user"], people["group"])
