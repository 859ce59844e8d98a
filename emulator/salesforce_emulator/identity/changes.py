"""Changes of apps and logins while the org runs: stored in its database, applied again at the next
start, so that an org in a file keeps them.

Declared values, of the defaults or a config file, are not stored: they are declared at each start,
and the stored changes override them.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal

TABLES: Final = """
CREATE TABLE IF NOT EXISTS identity_change (
  kind TEXT NOT NULL, name TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (kind, name, field));
"""

Kind = Literal["app", "login"]

GONE: Final = ""
"""Stands for a field: the whole was removed."""


class Changes:
    """The changes of one kind of thing, by name and field."""

    def __init__(self, db: sqlite3.Connection, kind: Kind) -> None:
        self._db = db
        self._kind = kind

    def names(self) -> list[str]:
        """Return the names of what was changed, in the order it was first changed in."""
        rows = self._db.execute(
            "SELECT name FROM identity_change WHERE kind = ? GROUP BY name ORDER BY MIN(rowid)",
            (self._kind,),
        )
        return [name for (name,) in rows]

    def of(self, name: str) -> dict[str, Any]:
        """Return what was changed of one thing, by field."""
        rows = self._db.execute(
            "SELECT field, value FROM identity_change WHERE kind = ? AND name = ?",
            (self._kind, name),
        )
        return {field: _read(json.loads(value)) for field, value in rows}

    def store(self, name: str, fields: Mapping[str, Any]) -> None:
        """Remember the values of fields."""
        self._db.executemany(
            "INSERT INTO identity_change VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, name, field) DO UPDATE SET value = excluded.value",
            [
                (self._kind, name, field, json.dumps(_write_value(item)))
                for field, item in fields.items()
            ],
        )

    def forget(self, name: str) -> None:
        """Remember nothing of a thing but that it is gone."""
        self._db.execute(
            "DELETE FROM identity_change WHERE kind = ? AND name = ?", (self._kind, name)
        )
        self.store(name, {GONE: True})


def _write_value(value: Any) -> Any:
    """Return a value as JSON; what JSON has no form for is an object of one key, its type."""
    match value:
        case datetime():
            return {"datetime": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case timedelta():
            return {"timedelta": value.total_seconds()}
        case frozenset():
            return {"frozenset": sorted(value)}
        case tuple() | list():
            return [_write_value(item) for item in value]
        case _:
            return value


def _read(value: Any) -> Any:
    match value:
        case {"datetime": text}:
            return datetime.fromisoformat(text)
        case {"time": text}:
            return time.fromisoformat(text)
        case {"timedelta": seconds}:
            return timedelta(seconds=seconds)
        case {"frozenset": items}:
            return frozenset(items)
        case list():
            return tuple(_read(item) for item in value)
        case _:
            return value
