"""Authenticates whole rows: what stands in the clear beside sealed texts cannot be changed unseen.

Whoever can write to the database but has no key could else point a connection at another host,
make somebody else its owner, or put an old secret back. Each row has a sealed summary of its
columns, with a version that grows with each change. A row that does not fit it is refused by name.

What remains: a whole row, with its summary, may be put back to what it was before. A process that
has seen the newer one refuses it; one that starts afterwards cannot know.
"""

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection as DbConnection
from sqlalchemy import select

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
"""Columns in the clear. When a row was made and changed is not among them: nothing relies on it."""
SECRET: Final = {
    "connections": ("secrets", "credentials"),
    "apps": ("secrets",),
    "triggers": ("inputs", "cursor"),
}

# Of each row that this process has seen, whichever store object has read it; by database.
_newest: dict[str, dict[str, int]] = {}
_guard = threading.Lock()


def _renew_guard() -> None:
    global _guard
    _guard = threading.Lock()


if hasattr(os, "register_at_fork"):  # a thread that the child has not may hold it
    os.register_at_fork(after_in_child=_renew_guard)


class Opened(dict[str, JsonObject | None]):
    """What the sealed columns of a row hold, by column; None for an empty column.

    Its repr shows the columns alone: error trackers send away the variables of a frame.
    """

    def __repr__(self) -> str:
        return f"<Opened {', '.join(self)}>"


class RowSeals:
    """The summaries of one store's rows; safe to share by threads."""

    def __init__(self, sealer: Sealer, identity: str) -> None:
        """Args:
        sealer: Of the store.
        identity: Of the store's database.
        """
        self._sealer = sealer
        with _guard:
            self._newest = _newest.setdefault(identity, {})

    def verify(self, table: str, row: Mapping[str, Any], people: list[list[str]]) -> Opened:
        """Hold a row to its summary, and give what its sealed columns hold.

        Args:
            row: By column.
            people: With whom a connection is shared; see `people_of`.

        Raises:
            StoreDamaged: It does not fit, and where; or it was put back to an older one.
            WrongKey: No key here opens it.
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
        with _guard:
            newest = self._newest.get(row_id, 0)
            self._newest[row_id] = max(newest, version)
        if version < newest:
            raise OlderRow(
                f"The {noun} {row['name']!r} is older than it was: an old one was put back.",
                "Restore the whole store from a backup and restart, or add it again.",
            )
        return opened

    def verify_in(self, db: DbConnection, table: str, row_id: str, name: str) -> None:
        """Hold a row to its summary in a transaction that is to change it; locks the row.

        Raises:
            UnknownName: It has been removed meanwhile; `name` is for the message.
            StoreDamaged, WrongKey: As `verify`.
        """
        self.verify(table, _row(db, table, row_id, name), people_of(db, table, row_id))

    def write(self, db: DbConnection, seal: Seal, table: str, row_id: str, name: str) -> None:
        """Write the summary of a row as it is by now in this transaction."""
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
    """List with whom a connection is shared, in one order; nobody for other rows."""
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
