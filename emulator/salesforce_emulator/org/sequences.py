"""The last ids and autonumbers that were assigned to rows which are deleted for good.

An org in a file goes on after the highest id and number of each table; those of rows that are gone
for good would be assigned again, which Salesforce never does.

https://help.salesforce.com/s/articleView?id=platform.fields_about_auto_number.htm
"""

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from salesforce_emulator.schema.sobject import SObject

SCHEMA: Final = 'CREATE TABLE IF NOT EXISTS "_Gone" (sequence TEXT PRIMARY KEY, last TEXT);'

_KEEP: Final = (
    'INSERT INTO "_Gone" VALUES (?, ?)'
    " ON CONFLICT (sequence) DO UPDATE SET last = excluded.last"
    " WHERE (LENGTH(excluded.last), excluded.last) > (LENGTH(last), last)"  # 9 before 10
)


def remove_row(db: sqlite3.Connection, sobject: SObject, record_id: str) -> None:
    """Delete a row for good; its id and autonumbers are not assigned again.

    The caller holds `Org.transaction()`.
    """
    sql = f'SELECT * FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608 - our own name
    row = db.execute(sql, (record_id,)).fetchone()
    if row is None:
        return
    db.execute(f'DELETE FROM "{sobject.name}" WHERE "Id" = ?', (record_id,))  # noqa: S608
    db.executemany(_KEEP, _sequences(sobject, row))


def last_id(db: sqlite3.Connection, sobject: SObject) -> str | None:
    """Return the highest id of rows of an sobject that are gone; None when none is."""
    return _last(db, sobject.name)


def last_number(db: sqlite3.Connection, sobject: str, field: str) -> str | None:
    """Return the highest autonumber of rows that are gone, as it was formatted; None: none is."""
    return _last(db, f"{sobject}.{field}")


def _last(db: sqlite3.Connection, sequence: str) -> str | None:
    row = db.execute('SELECT last FROM "_Gone" WHERE sequence = ?', (sequence,)).fetchone()
    return None if row is None else str(row[0])


def _sequences(sobject: SObject, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    numbers = [
        field.name for field in sobject.fields if field.auto_number and row[field.name] is not None
    ]
    numbered = [(f"{sobject.name}.{name}", str(row[name])) for name in numbers]
    return [(sobject.name, str(row["Id"])), *numbered]
