"""Authenticates whole rows, so that changes of their unsealed columns are detected.

Otherwise somebody who can write to the database but has no key could point a connection at another
host, change its owner, or restore an old secret. Each row has a seal: a sealed summary of its
columns, with a version that grows with each change. A row that does not match its seal is an error.

One attack remains: restoring an old row together with its seal. A process that has seen the newer
row detects it; one that starts later cannot.
"""

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection as DbConnection
from sqlalchemy import Row, select

from connector_host.errors import OlderRow, StoreDamaged, UnknownName
from connector_host.hookspecs import Json, JsonObject
from connector_host.store.sealed_columns import associated_data
from connector_host.store.sealer import Seal, Sealer
from connector_host.store.tables import metadata, shares

ROW_SEAL: Final = "row_seal"
NOUNS: Final = {"connections": "connection", "apps": "app profile", "triggers": "trigger"}
PLAIN: Final = {
    "connections": (
        *("name", "connector", "method", "settings", "app_id", "owner", "needs_sign_in"),
    ),
    "apps": ("name", "connector", "settings", "hosts"),
    "triggers": ("name", "connection_id", "trigger_name"),
}
"""Unsealed columns. The times of creation and change are left out: nothing relies on them."""
SECRET: Final = {
    "connections": ("secrets", "credentials"),
    "apps": ("secrets",),
    "triggers": ("inputs", "cursor"),
}

_guard = threading.Lock()


def _renew_guard() -> None:
    global _guard
    _guard = threading.Lock()


if hasattr(os, "register_at_fork"):  # a thread that the child does not have may hold it
    os.register_at_fork(after_in_child=_renew_guard)


class _SeenVersions:
    """The newest version of each row of one database that this process has seen.

    Attributes:
        count: How many versions were seen; it tells what was seen before a row was read.
    """

    def __init__(self) -> None:
        self.count = 0
        self._newest: dict[str, tuple[int, int]] = {}

    def add(self, row_id: str, version: int, read_at: int) -> bool:
        """Add a version of a row, and return whether a newer one had been seen by `read_at`.

        One that was seen later proves nothing: another thread has changed the row since.
        """
        with _guard:
            newest, seen_at = self._newest.get(row_id, (0, 0))
            if version > newest:
                self.count += 1
                self._newest[row_id] = (version, self.count)
            return version < newest and seen_at <= read_at


_seen: dict[str, _SeenVersions] = {}  # by database


class ReadRow(NamedTuple):
    """A row of the database as it was read.

    Attributes:
        row: Its values.
        read_at: The `versions_seen` of the row seals before it was read.
    """

    row: Row[Any]
    read_at: int


class Opened(dict[str, JsonObject | None]):
    """The unsealed values of a row's sealed columns, by column; None for an empty column.

    Its repr shows only the columns, because error trackers send the variables of a frame.
    """

    def __repr__(self) -> str:
        return f"<Opened {', '.join(self)}>"


class RowSeals:
    """The seals of one store's rows; safe to share by threads."""

    def __init__(self, sealer: Sealer, identity: str) -> None:
        """Args:
        sealer: The store's sealer.
        identity: The identity of the store's database.
        """
        self._sealer = sealer
        with _guard:
            self._seen = _seen.setdefault(identity, _SeenVersions())

    @property
    def versions_seen(self) -> int:
        """How many versions of rows this process has seen. Read it before a row is read."""
        return self._seen.count

    def verify(
        self, table: str, row: Mapping[str, Any], people: list[list[str]], read_at: int
    ) -> Opened:
        """Verify a row against its seal, and return the values of its sealed columns.

        Args:
            row: The values by column.
            people: Whom a connection is shared with; see `people_of`.
            read_at: `versions_seen` before the row was read.

        Raises:
            StoreDamaged: The row does not match its seal, or an older row was restored.
            WrongKey: No key opens it.
        """
        noun, row_id = NOUNS[table], row["id"]
        opened = self._open(table, row)
        summary = self._open_summary(table, row)
        if summary is None:
            raise StoreDamaged(
                f"The {noun} {row['name']!r} has no seal: it was not written by this program.",
                "Remove it and add it again.",
            )
        version = summary.pop("version")
        actual = _summary(table, row, opened, people)
        changed = sorted(key for key in {*summary, *actual} if summary.get(key) != actual.get(key))
        if changed:
            raise StoreDamaged(
                f"The {noun} {row['name']!r} was changed or moved in the database by something "
                f"else: {', '.join(changed)}.",
                "Restore the store from a backup, or remove it and add it again.",
            )
        if self._seen.add(row_id, version, read_at):
            raise OlderRow(
                f"The {noun} {row['name']!r} is older than it was: an old one was restored.",
                "Restore the whole store from a backup and restart, or add it again.",
            )
        return opened

    def verify_in(self, db: DbConnection, table: str, row_id: str, name: str) -> None:
        """Verify a row against its seal in a transaction that will change it; locks the row.

        Raises:
            UnknownName: It has been removed meanwhile; `name` is for the message.
            StoreDamaged, WrongKey: See `verify`.
        """
        read_at = self.versions_seen
        row = _row(db, table, row_id, name)
        self.verify(table, row, people_of(db, table, row_id), read_at)

    def write(self, db: DbConnection, seal: Seal, table: str, row_id: str, name: str) -> None:
        """Write the seal of a row as it is now in this transaction."""
        row = _row(db, table, row_id, name)
        before = self._open_summary(table, row) or {"version": 0}
        summary = _summary(table, row, self._open(table, row), people_of(db, table, row_id))
        version = before["version"] + 1
        sealed = seal({**summary, "version": version}, associated_data(table, ROW_SEAL, row_id))
        columns = metadata.tables[table].c
        statement = metadata.tables[table].update().where(columns.id == row_id)
        db.execute(statement, {ROW_SEAL: sealed})

    def _open(self, table: str, row: Mapping[str, Any]) -> Opened:
        opened = Opened()
        for column in SECRET[table]:
            sealed = row[column]
            bound_to = associated_data(table, column, row["id"])
            opened[column] = None if sealed is None else self._sealer.open(sealed, bound_to)
        return opened

    def _open_summary(self, table: str, row: Mapping[str, Any]) -> JsonObject | None:
        sealed = row[ROW_SEAL]
        if sealed is None:
            return None
        return self._sealer.open(sealed, associated_data(table, ROW_SEAL, row["id"]))


def people_of(db: DbConnection, table: str, row_id: str) -> list[list[str]]:
    """Return whom a connection is shared with, sorted; nobody for other rows."""
    if table != "connections":
        return []
    rows = db.execute(select(shares).where(shares.c.connection_id == row_id)).all()
    return sorted([row.kind, row.name] for row in rows)


def _summary(
    table: str, row: Mapping[str, Any], opened: Opened, people: list[list[str]]
) -> JsonObject:
    summary: JsonObject = {column: row[column] for column in PLAIN[table]}
    summary |= {column: _digest(value) for column, value in opened.items()}
    if people:
        summary["shared_with"] = people
    return summary


def _digest(value: Json) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(db: DbConnection, table: str, row_id: str, name: str) -> Mapping[str, Any]:
    columns = metadata.tables[table]
    statement = select(columns).where(columns.c.id == row_id).with_for_update()
    row = db.execute(statement).one_or_none()
    if row is None:
        raise UnknownName(f"The {NOUNS[table]} {name!r} has been removed.")
    return row._asdict()
