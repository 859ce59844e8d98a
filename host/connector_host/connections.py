"""The connection store: who is signed in where, kept in a database with all secrets sealed.

`database` opens it, `sealing` seals, `locks` holds. What a connection's settings must hold is the
connector's business, checked by `runner`.
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.exc import IntegrityError

from connector_host.connection import Connection, place
from connector_host.database import Database
from connector_host.errors import BadInput, NameTaken, UnknownName, unknown
from connector_host.hookspecs import Json, JsonObject
from connector_host.sealing import KeyFile, Keyring, KeySource, wrong_key
from connector_host.tables import connections, store_info

NAME = re.compile(r"[\w][\w .@+-]{0,98}\w|\w")  # 100 characters, the column's width
BUSY_TIMEOUT = 5.0  # seconds; a write takes milliseconds
LOCK_TIMEOUT = 60.0  # seconds; a holder sends at most a few calls while it holds


class ConnectionStore:
    """All connections of one host."""

    def __init__(
        self,
        location: str | Path,
        keys: KeySource,
        *,
        busy_timeout: float = BUSY_TIMEOUT,
        lock_timeout: float = LOCK_TIMEOUT,
    ) -> None:
        """Open the store; see `database.Database` for the places it may be and for what it raises.

        Args:
            location: A path, or a `postgresql://` URL.
            keys: Read when the first secret is sealed or opened, not before.
            busy_timeout: Seconds to wait for another writer.
            lock_timeout: Seconds to wait for a connection that another call holds.
        """
        self._database = Database(location, busy_timeout=busy_timeout)
        self._keys = keys
        self._ring: Keyring | None = None
        self._lock_timeout = lock_timeout

    @classmethod
    def in_folder(cls, folder: Path) -> "ConnectionStore":
        """Open a store with its key beside it: for trials and tests, where both may be lost."""
        return cls(folder / "connections.sqlite3", KeyFile(folder / "key"))

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
    ) -> Connection:
        """Keep a new connection.

        Args:
            settings: Those that may be read by whoever can read the store.
            secrets: Those that may not.

        Raises:
            NameTaken: There is one of this name.
            BadInput: It cannot be a name.
        """
        _check_name(name)
        new_id, now = uuid.uuid4().hex, _now()
        values = {
            "id": new_id,
            "name": name,
            "connector": connector,
            "method": method,
            "settings": json.dumps(dict(settings)),
            "secrets": self.seal(secrets, place(new_id, "settings")),
            "credentials": self.seal(credentials, place(new_id, "credentials")),
            "created_at": now,
            "changed_at": now,
        }
        with _unique(name), self._database.writing() as db:
            db.execute(connections.insert(), values)
        return self.get(name)

    def get(self, name: str) -> Connection:
        """Give the connection of this name.

        Raises:
            UnknownName: There is none; names the nearest.
        """
        return Connection(self, self._row(connections.c.name == name, name))

    def list(self) -> list[Connection]:
        """Give all connections by name; opens no secret."""
        with self._database.reading() as db:
            rows = db.execute(select(connections).order_by(connections.c.name)).all()
        return [Connection(self, row) for row in rows]

    def check_free(self, name: str) -> None:
        """Raise what `add` would for this name, before a person goes through a sign-in."""
        _check_name(name)
        if name in self._names():
            raise _taken(name)

    def rename(self, old: str, new: str) -> None:
        """Give a connection another name; its id stays.

        Raises:
            UnknownName, NameTaken, BadInput: As `get` and `add`.
        """
        _check_name(new)
        connection = self.get(old)
        with _unique(new):
            self.update(connection, name=new)

    def remove(self, name: str) -> None:
        """Forget a connection and its secrets; ends nothing at the service."""
        connection = self.get(name)
        with self._database.writing() as db:
            db.execute(connections.delete().where(connections.c.id == connection.id))
        self._database.locks.forget(connection.id)

    def close(self) -> None:
        """Close the database; a later call opens it again."""
        self._database.close()

    # What follows is for `Connection` and `runner`.

    def seal(self, value: Mapping[str, Json], place: str) -> str:
        """Seal a JSON object with the store's key."""
        return self._keyring().seal(value, place)

    def open(self, sealed: str, place: str) -> JsonObject:
        """Open what `seal` gave for the same `place`."""
        return self._keyring().open(sealed, place)

    def hold(self, name: str) -> AbstractContextManager[None]:
        return self._database.hold(name, self._lock_timeout)

    def row_of(self, connection: Connection) -> Row[Any]:
        """Read a connection anew, by id: it may have another name meanwhile."""
        return self._row(connections.c.id == connection.id, connection.name)

    def update(self, connection: Connection, **values: str) -> None:
        statement = connections.update().where(connections.c.id == connection.id)
        with self._database.writing() as db:
            if db.execute(statement, {**values, "changed_at": _now()}).rowcount == 0:
                raise UnknownName(f"The connection {connection.name!r} has been removed.")

    def _row(self, condition: ColumnElement[bool], name: str) -> Row[Any]:
        with self._database.reading() as db:
            row = db.execute(select(connections).where(condition)).one_or_none()
        if row is None:
            raise unknown("connection", name, self._names())
        return row

    def _names(self) -> set[str]:
        with self._database.reading() as db:
            return set(db.scalars(select(connections.c.name)))

    def _keyring(self) -> Keyring:
        """Give the keys, and hold them to the key that this store was first sealed with."""
        if self._ring is None:
            with self._database.hold("key", self._lock_timeout):
                self._ring = self._agreed_keyring()
        return self._ring

    def _agreed_keyring(self) -> Keyring:
        condition = store_info.c.name == "key_id"
        with self._database.reading() as db:
            key_id = db.scalar(select(store_info.c.value).where(condition))
        ring = self._keys.load()
        if key_id is None:
            ring = ring or self._keys.make()
            with self._database.writing() as db:
                db.execute(store_info.insert(), {"name": "key_id", "value": ring.id})
        elif ring is None or ring.id != key_id:
            raise wrong_key(key_id, ring.id if ring else None)
        return ring


@contextmanager
def _unique(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as exc:
        raise _taken(name) from exc


def _taken(name: str) -> NameTaken:
    return NameTaken(
        f"There is a connection {name!r} already.",
        "Choose another name, or sign in to that one again.",
        fields=["name"],
    )


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise BadInput(
            f"{name!r} cannot be the name of a connection.",
            "Take letters, digits, spaces and . @ + - _, at most 100, with a letter or digit at "
            "both ends.",
            fields=["name"],
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
