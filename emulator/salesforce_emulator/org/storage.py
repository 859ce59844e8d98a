"""The org's SQLite database: one table an sobject, one column a stored field.

Tables and columns are named as the sobject and the field are. Values are kept in the form that JSON
needs: text, 0 and 1, numbers, `2026-01-01T00:00:00.000+0000`; what is missing is NULL. A deleted
row stays, with IsDeleted 1. Compound fields have no column. The collation SALESFORCE compares text
without regard to case, in all alphabets.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from salesforce_emulator.org.derived_tables import first_rows, view_of
from salesforce_emulator.schema.field import TEXT_TYPES, Field
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

# Every row has these, and nothing is looked up by them.
_UNINDEXED: Final = frozenset({"CreatedById", "LastModifiedById", "OwnerId", "RecordTypeId"})

_NO_TABLE: Final = re.compile(r"no such table: (?:main\.)?(\w+)")
_CONFIG: Final = 'CREATE TABLE IF NOT EXISTS "_Config" (file TEXT)'


class Database(sqlite3.Connection):
    """A connection that makes the table of an sobject of the catalog when it is first used.

    Attributes:
        schema: Says what such a table has.
    """

    schema: Schema | None = None

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.OperationalError as exc:
            self._make_missing(exc)
        return self.execute(sql, parameters)

    def tuples(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a SELECT whose rows are plain tuples: a page has thousands."""
        cursor = self.cursor()
        cursor.row_factory = None
        try:
            return cursor.execute(sql, parameters)
        except sqlite3.OperationalError as exc:
            self._make_missing(exc)
        return self.tuples(sql, parameters)

    def _make_missing(self, error: sqlite3.OperationalError) -> None:
        """Make the table that a statement misses, or raise the error when none is missing."""
        absent = _NO_TABLE.match(str(error))
        sobject = self.schema.get(absent[1]) if self.schema is not None and absent else None
        if sobject is None or self.schema is None or self.has_table(sobject.name):
            raise error
        for statement in _table_of(sobject, self.schema):
            super().execute(statement)

    def has_table(self, name: str) -> bool:
    indexes = [_index(sobject, field, schema) for field in stored if _is_indexed(field)]
    table = f'CREATE TABLE "{sobject.name}" ("Id" TEXT PRIMARY KEY{columns});'
    return [table, *indexes, *first_rows(sobject)]
