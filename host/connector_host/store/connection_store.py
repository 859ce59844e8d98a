"""The connection store: who is signed in where, in a database with all secrets sealed.

`database` opens it, `sealer` seals, `locks` holds. What a connection's settings must hold is the
connector's business, and who may use or change one, `authorization` checks.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy import Connection as DbConnection

from connector_host.access import Access
from connector_host.errors import OlderRow, UnknownName, unknown
from connector_host.hookspecs import Json, JsonObject
from connector_host.names import check_name, name_taken, raising_name_taken
from connector_host.store import inserts
from connector_host.store.app_profiles import AppProfile, AppProfiles
from connector_host.store.audit import AuditTrail
from connector_host.store.call_budget import StoreCallBudget
from connector_host.store.connection import Connection
from connector_host.store.database import Database
from connector_host.store.keys import KeyFile, KeySource
from connector_host.store.protocol import SignInNeeded
from connector_host.store.row_seals import RowSeals
from connector_host.store.run_history import RunHistory
from connector_host.store.sealed_columns import associated_data
from connector_host.store.sealer import Seal, Sealer
from connector_host.store.shared_cache import FileCache
from connector_host.store.tables import apps, connections, shares
from connector_host.store.triggers import Triggers
from connector_host.store.used_sign_ins import UsedSignIns
from connector_host.timestamps import now

BUSY_TIMEOUT = 15.0  # seconds; a write takes milliseconds, but SQLite gives no one a turn
LOCK_TIMEOUT = 60.0  # seconds; a holder sends at most a few calls while it holds


class ConnectionStore:
    """All that one host keeps.

    Attributes:
        apps: The app profiles.
        triggers: The triggers that are polled.
        trail: Who did what.
        history: What was run, how it ended, and each connection's last test.
        call_budget: The services' calls a day, shared by all processes on this store.
        shared_cache: What connectors cache for all processes of this machine; None for nothing.
        sealer: What seals, and changes the keys.
        row_seals: What authenticates whole rows.
    """

    def __init__(
        self,
        location: str | Path,
        keys: KeySource,
        *,
        busy_timeout: float = BUSY_TIMEOUT,
        lock_timeout: float = LOCK_TIMEOUT,
        cache_folder: Path | None = None,
    ) -> None:
        """Open the store; see `database.Database` for the places it may be and for what it raises.

        Args:
            location: A path, or a `postgresql://` URL.
            keys: Read when the first secret is sealed or opened, not before.
            busy_timeout: Seconds to wait for another writer.
            lock_timeout: Seconds to wait for a connection that another call holds.
            cache_folder: Where `shared_cache` is; None for none.
        """
        self._database = Database(location, busy_timeout=busy_timeout)
        self._lock_timeout = lock_timeout
        self.sealer = Sealer(self._database, keys, lock_timeout=lock_timeout)
        self.row_seals = RowSeals(self.sealer, self._database.identity)
        self.trail = AuditTrail(self._database)
        self.history = RunHistory(self._database)
        self.apps = AppProfiles(self._database, self.sealer, self.row_seals, self.trail)
        self.triggers = Triggers(
            self._database, self.sealer, self.row_seals, lock_timeout=lock_timeout
        )
        self.call_budget = StoreCallBudget(self._database)
        self.shared_cache = FileCache(cache_folder, self.sealer) if cache_folder else None
        self._used_sign_ins = UsedSignIns(self._database)
        self.record = self.trail.record
        self.claim = self._used_sign_ins.claim
        self.release = self._used_sign_ins.release
        self.seal = self.sealer.seal
        self.open = self.sealer.open

    @classmethod
    def in_folder(cls, folder: Path) -> "ConnectionStore":
        """Open a store with its key beside it: for trials and tests, where both may be lost."""
        place, keys = folder / "connections.sqlite3", KeyFile(folder / "key")
        return cls(place, keys, cache_folder=folder / "cache")

    def __repr__(self) -> str:
        return f"ConnectionStore({self._database.label})"

    def add(
        self,
        name: str,
        *,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None = None,
        owner: str | None = None,
    ) -> Connection:
        """Keep a new connection.

        Args:
            settings: Those that may be read by whoever can read the store.
            secrets: Those that may not.
            app: Name of the app profile that gives the other settings.
            owner: Who may share and change it; None: it is for anyone.

        Raises:
            NameTaken: There is one of this name.
            BadInput: It cannot be a name.
            UnknownName: There is no such app profile.
        """
        with self.sealer.writing() as (db, seal):
            inserts.add_connection(
                db,
                seal,
                self.row_seals,
                name,
                connector=connector,
                method=method,
                settings=settings,
                secrets=secrets,
                credentials=credentials,
                app=app,
                access=Access(owner),
            )
        return self.get(name)

    def get(self, name: str) -> Connection:
        """Return the connection of this name, held to its seal.

        Raises:
            UnknownName: There is none; names the nearest.
            StoreDamaged: Something else has changed it in the database.
            WrongKey: There is no key that opens it.
        """
        connection = self.peek(name)
        try:
            connection.verify()
        except OlderRow:  # or another thread has changed it since it was read
            connection = self.peek(name)
            connection.verify()
        return connection

    def peek(self, name: str) -> Connection:
        """Return the connection of this name, not held to its seal: to be shown or removed.

        Raises:
            UnknownName: There is none; names the nearest.
        """
        return Connection(self, *self._row(connections.c.name == name, name))

    def list(self) -> list[Connection]:
        """Return all connections by name; opens no secret, and holds none to its seal."""
        with self._database.reading() as db:
            rows = db.execute(_WITH_APP.order_by(connections.c.name)).all()
            return [Connection(self, row, _access(db, row)) for row in rows]

    def app(self, name: str) -> AppProfile:
        """Return an app profile; see `apps`."""
        return self.apps.get(name)

    def check_free(self, name: str) -> None:
        """Raise what `add` would for this name, before a person goes through a sign-in."""
        check_name("connection", name)
        if name in self._names():
            raise name_taken("connection", name)

    def rename(self, old: str, new: str) -> None:
        """Return a connection another name; its id stays.

        Raises:
            UnknownName, NameTaken, BadInput: As `get` and `add`.
        """
        check_name("connection", new)
        connection = self.get(old)
        with raising_name_taken("connection", new), self._changing(connection) as (db, _):
            _update(db, connection, name=new)
            self.history.rename(db, old, new)

    def share(self, name: str, access: Access) -> None:
        """Say who may use a connection; replaces what was said before."""
        connection = self.get(name)
        with self._changing(connection) as (db, _):
            _update(db, connection, owner=access.owner)
            inserts.write_people(db, connection.id, access)

    def remove(self, name: str) -> None:
        """Remove a connection, its secrets and its triggers; ends nothing at the service.

        One that does not fit its seal can be removed too.
        """
        connection = self.peek(name)
        with self._database.writing() as db:
            db.execute(connections.delete().where(connections.c.id == connection.id))
        self._database.locks.forget(connection.id)

    def close(self) -> None:
        """Close the database; a later call opens it again."""
        self._database.close()

    # What follows is for `Connection`.

    def hold(self, name: str) -> AbstractContextManager[None]:
        return self._database.hold(name, self._lock_timeout)

    def read_row(self, connection: Connection) -> tuple[Row[Any], Access]:
        """Read a connection anew, by id: it may have another name meanwhile."""
        return self._row(connections.c.id == connection.id, connection.name)

    def open_row(self, row: Row[Any], access: Access) -> "_Opened":
        """Hold a row and that of its app profile to their seals, and give what is sealed."""
        people = [["group", name] for name in access.groups]
        people += [["user", name] for name in access.users]
        opened = self.row_seals.verify("connections", row._asdict(), sorted(people))
        app_secrets: JsonObject = {}
        if row.app_id is not None:
            app_row = {name: getattr(row, f"app_{name}") for name in APP_COLUMNS}
            app_secrets = self.row_seals.verify("apps", app_row, [])["secrets"] or {}
        return _Opened(opened["secrets"] or {}, opened["credentials"] or {}, app_secrets)

    def save(self, connection: Connection, credentials: Mapping[str, Json]) -> str:
        """Replace the credentials; gives them as they were sealed."""
        with self._changing(connection) as (db, seal):
            sealed = seal(credentials, associated_data("connections", "credentials", connection.id))
            _update(db, connection, credentials=sealed, needs_sign_in=None)
            self.trail.add(db, "", "credentials_saved", connection.name)
        return sealed

    def replace(
        self,
        connection: Connection,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,
    ) -> None:
        with self._changing(connection) as (db, seal):
            _update(
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
        self, connection: Connection, sealed_credentials: str, code: str, reason: str
    ) -> SignInNeeded | None:
        """Note that a sign-in is needed, unless other credentials are there by now.

        Args:
            sealed_credentials: Those that were of no use.
        """
        needed = SignInNeeded(code, reason, now())
        row = connections.c.id == connection.id
        current = select(connections.c.credentials).where(row).with_for_update()
        where = ("connections", connection.id, connection.name)
        with self.sealer.writing() as (db, seal):
            if db.scalar(current) != sealed_credentials:
                return None  # removed, or signed in anew, meanwhile
            self.row_seals.verify_in(db, *where)
            _update(db, connection, needs_sign_in=json.dumps(asdict(needed)))
            self.row_seals.write(db, seal, *where)
            self.trail.add(db, "", "needs_sign_in", connection.name, code)
        return needed

    def unmark(self, connection: Connection) -> None:
        with self._changing(connection) as (db, _):
            _update(db, connection, needs_sign_in=None)

    @contextmanager
    def _changing(self, connection: Connection) -> Iterator[tuple[DbConnection, Seal]]:
        """Yield a transaction that changes a row: it is held to its seal before, and sealed after.

        A row that something else has changed must not get a seal by a change of ours.
        """
        with self.sealer.writing() as (db, seal):
            where = ("connections", connection.id, connection.name)
            self.row_seals.verify_in(db, *where)
            yield db, seal
            self.row_seals.write(db, seal, *where)

    def _row(self, condition: ColumnElement[bool], name: str) -> tuple[Row[Any], Access]:
        with self._database.reading() as db:
            row = db.execute(_WITH_APP.where(condition)).one_or_none()
            if row is not None:
                return row, _access(db, row)
        raise unknown("connection", name, self._names())

    def _names(self) -> set[str]:
        with self._database.reading() as db:
            return set(db.scalars(select(connections.c.name)))


@dataclass(frozen=True)
class _Opened:
    """What is sealed in a connection's row, and in that of its app profile."""

    secrets: JsonObject = field(repr=False)
    credentials: JsonObject = field(repr=False)
    app_secrets: JsonObject = field(repr=False)


APP_COLUMNS = ("id", "name", "connector", "settings", "secrets", "hosts", "row_seal")

_WITH_APP: Select[Any] = select(
    connections,
    *(apps.c[name].label(f"app_{name}") for name in APP_COLUMNS if name != "id"),
).outerjoin(apps, connections.c.app_id == apps.c.id)


def _access(db: DbConnection, row: Row[Any]) -> Access:
    if row.owner is None:
        return Access()
    rows = db.execute(select(shares).where(shares.c.connection_id == row.id)).all()
    people = {
        kind: frozenset(share.name for share in rows if share.kind == kind)
        for kind in ("user", "group")
    }
    return Access(row.owner, people["user"], people["group"])


def _update(db: DbConnection, connection: Connection, **values: str | None) -> None:
    statement = connections.update().where(connections.c.id == connection.id)
    if db.execute(statement, {**values, "changed_at": now()}).rowcount == 0:
        raise UnknownName(f"The connection {connection.name!r} has been removed.")
