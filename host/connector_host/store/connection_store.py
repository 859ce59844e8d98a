"""The connection store: connections in a database, with all secrets sealed.

`database` opens it, `sealer` seals, `connection_rows` reads and changes the rows. The connector
defines what settings contain, and `authorization` decides who may use or change a connection.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from connector_host.access import Access
from connector_host.hookspecs import Json
from connector_host.names import check_name, name_taken, raising_name_taken
from connector_host.store import inserts
from connector_host.store.app_profiles import AppProfile, AppProfiles
from connector_host.store.audit import AuditTrail
from connector_host.store.call_budget import StoreCallBudget
from connector_host.store.connection import Connection
from connector_host.store.connection_rows import ConnectionRows, update
from connector_host.store.database import Database
from connector_host.store.keys import KeyFile, KeySource
from connector_host.store.received_events import MAX_WAITING
from connector_host.store.row_seals import RowSeals
from connector_host.store.run_history import RunHistory
from connector_host.store.sealer import Sealer
from connector_host.store.shared_cache import FileCache
from connector_host.store.tables import connections
from connector_host.store.triggers import Triggers
from connector_host.store.used_sign_ins import UsedSignIns

BUSY_TIMEOUT = 15.0  # seconds; a write takes milliseconds, but SQLite keeps no queue of writers
LOCK_TIMEOUT = 60.0  # seconds; the holder of a lock sends at most a few calls meanwhile


class ConnectionStore:
    """A host's connections, app profiles, triggers, audit trail and history.

    Attributes:
        apps: The app profiles.
        triggers: The triggers that are polled or pushed to.
        trail: The audit trail: who did what.
        history: Recent runs with their outcomes, and each connection's last test.
        call_budget: The services' daily call quotas, shared by all processes on this store.
        shared_cache: What connectors cache for all processes of this machine; None for no cache.
        sealer: Seals values, and rotates keys.
        row_seals: Authenticates whole rows.
    """

    def __init__(
        self,
        location: str | Path,
        keys: KeySource,
        *,
        busy_timeout: float = BUSY_TIMEOUT,
        lock_timeout: float = LOCK_TIMEOUT,
        cache_folder: Path | None = None,
        max_waiting_events: int = MAX_WAITING,
    ) -> None:
        """Open the store; see `database.Database` for locations and errors.

        Args:
            location: A path, or a `postgresql://` URL.
            keys: Read when the first value is sealed or opened, not before.
            busy_timeout: Seconds to wait for another writer.
            lock_timeout: Seconds to wait for a connection that another call has locked.
            cache_folder: The folder of `shared_cache`; None for no cache.
            max_waiting_events: Pushed events of one trigger that may wait to be delivered; while
                as many do, a service that pushes more must try again later.
        """
        self._database = Database(location, busy_timeout=busy_timeout)
        self.sealer = Sealer(self._database, keys, lock_timeout=lock_timeout)
        self.row_seals = RowSeals(self.sealer, self._database.identity)
        self.trail = AuditTrail(self._database)
        self.history = RunHistory(self._database)
        self.apps = AppProfiles(self._database, self.sealer, self.row_seals, self.trail)
        self.triggers = Triggers(
            self._database,
            self.sealer,
            self.row_seals,
            lock_timeout=lock_timeout,
            max_waiting_events=max_waiting_events,
        )
        self.call_budget = StoreCallBudget(self._database)
        self.shared_cache = FileCache(cache_folder, self.sealer) if cache_folder else None
        self._rows = ConnectionRows(
            self._database, self.sealer, self.row_seals, self.trail, lock_timeout=lock_timeout
        )
        self._used_sign_ins = UsedSignIns(self._database)
        self.record = self.trail.record
        self.claim = self._used_sign_ins.claim
        self.release = self._used_sign_ins.release
        self.seal = self.sealer.seal
        self.open = self.sealer.open

    @classmethod
    def in_folder(cls, folder: Path) -> "ConnectionStore":
        """Open a store with its key in the same folder: for trials and tests alone."""
        location, keys = folder / "connections.sqlite3", KeyFile(folder / "key")
        return cls(location, keys, cache_folder=folder / "cache")

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
        """Add a connection.

        Args:
            settings: Those that are not secret; stored in the clear.
            secrets: The secret ones; stored sealed.
            app: Name of the app profile that holds the other settings.
            owner: Who may share and change it; None: anyone may.

        Raises:
            NameTaken: There is a connection of this name.
            BadInput: The name is not valid.
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
        """Return the connection of this name, verified against its seal.

        Raises:
            UnknownName: There is none; the error suggests the nearest.
            StoreDamaged: Something else has changed it in the database.
            WrongKey: No key opens it.
        """
        connection = self.peek(name)
        connection.verify()
        return connection

    def peek(self, name: str) -> Connection:
        """Return the connection of this name without verifying it: to show or to remove it.

        Raises:
            UnknownName: There is none; the error suggests the nearest.
        """
        return Connection(self, self._rows, *self._rows.read(connections.c.name == name, name))

    def list(self) -> list[Connection]:
        """Return all connections by name; none is verified, and no secret is opened."""
        return [Connection(self, self._rows, *read) for read in self._rows.read_all()]

    def app(self, name: str) -> AppProfile:
        """Return an app profile; see `apps`."""
        return self.apps.get(name)

    def check_free(self, name: str) -> None:
        """Raise what `add` would for this name, before a person goes through a sign-in."""
        check_name("connection", name)
        if name in self._rows.names():
            raise name_taken("connection", name)

    def rename(self, old: str, new: str) -> None:
        """Rename a connection; its id does not change.

        Raises:
            UnknownName, NameTaken, BadInput: See `get` and `add`.
        """
        check_name("connection", new)
        connection = self.get(old)
        with raising_name_taken("connection", new), self._rows.changing(connection) as (db, _):
            update(db, connection, name=new)
            self.history.rename(db, old, new)

    def share(self, name: str, access: Access) -> None:
        """Set who may use a connection, in the place of those who could before."""
        connection = self.get(name)
        with self._rows.changing(connection) as (db, _):
            update(db, connection, owner=access.owner)
            inserts.write_people(db, connection.id, access)

    def remove(self, name: str) -> None:
        """Remove a connection, its secrets and its triggers; revokes nothing at the service.

        A connection whose seal does not match can be removed too.
        """
        connection = self.peek(name)
        with self._database.writing() as db:
            db.execute(connections.delete().where(connections.c.id == connection.id))
        self._database.locks.forget(connection.id)

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock of this name, against threads and processes."""
        return self._rows.hold(name)

    def close(self) -> None:
        """Close the database; a later call opens it again."""
        self._database.close()
