"""The org's SQLite database: one table an sobject, one column a stored field.

Tables and columns are named after sobjects and fields. Values are stored in the form that JSON
needs: text, 0 and 1, numbers, `2026-01-01T00:00:00.000+0000`; what is missing is NULL. A deleted
row stays, with IsDeleted 1. Compound fields have no column. The collation SALESFORCE compares text
without regard to case, in all alphabets.
"""

import atexit
import functools
import re
import sqlite3
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from salesforce_emulator.org.derived_tables import first_rows, view_of
from salesforce_emulator.schema.custom import default_schema
from salesforce_emulator.schema.field import TEXT_TYPES, Field
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

# Every row has these, and nothing is looked up by them.
_UNINDEXED: Final = frozenset({"CreatedById", "LastModifiedById", "OwnerId", "RecordTypeId"})

_NO_TABLE: Final = re.compile(r"no such table: (?:main\.)?(\w+)")
_CONFIG: Final = 'CREATE TABLE IF NOT EXISTS "_Config" (file TEXT)'
_TEMPLATE_LOCK: Final = threading.Lock()  # a connection copies for one thread at a time


class Database(sqlite3.Connection):
    """A connection that creates the table of a catalog sobject on first use.

    Attributes:
        schema: Declares the columns of such a table.
        tables: The tables that were created; a rollback may have removed some.
    """

    schema: Schema | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tables: set[str] = set()

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.OperationalError as exc:
            self._make_missing(exc)
        return self.execute(sql, parameters)

    def tuples(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a SELECT whose rows are plain tuples, which is faster for thousands of rows."""
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
        if sobject is None or self.schema is None:
            raise error
        for statement in _table_of(sobject, self.schema):
            super().execute(statement)
        if view_of(sobject, self.schema) is None:
            self.tables.add(sobject.name)

    def has_table(self, name: str) -> bool:
        """Return whether an sobject of the catalog was ever used, so that it has a table."""
        return name in self.tables


def connect(data: Path | None) -> Database:
    """Open a database in memory, or in a file that is created if it does not exist."""
    # No isolation level: transactions are begun and ended by `transaction` below and nowhere else.
    db = sqlite3.connect(
        data or ":memory:", check_same_thread=False, isolation_level=None, factory=Database
    )
    db.row_factory = sqlite3.Row
    db.create_collation("SALESFORCE", _compare)
    if data is not None:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
    return db


def connect_in_memory(schema: Schema) -> Database:
    """Open a database in memory that has a schema's tables."""
    db = connect(None)
    if schema is default_schema():
        with _TEMPLATE_LOCK:
            template = _template()
            template.backup(db)
        db.schema = schema
        db.tables |= template.tables
    else:
        create_tables(db, schema)
    return db


@functools.cache
def _template() -> Database:
    """Return an empty database with the default tables: to copy it takes a fifth of making them."""
    db = connect(None)
    create_tables(db, default_schema())
    atexit.register(db.close)
    return db


def create_tables(db: Database, schema: Schema) -> None:
    """Make the tables, columns and indexes that do not exist yet."""
    existing = {
        name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    db.tables |= existing
    script = ["BEGIN;"]
    for sobject in _changed(schema, db.schema):
        if sobject.name not in existing:
            script += _table_of(sobject, schema)
            continue
        stored = [field for field in sobject.fields if not field.compound]
        columns = {row["name"] for row in db.execute(f'PRAGMA table_info("{sobject.name}")')}
        script += [
            f'ALTER TABLE "{sobject.name}" ADD COLUMN {field.column};'
            for field in stored
            if field.name not in columns
        ]
        script += [_index(sobject, field, schema) for field in stored if _is_indexed(field)]
    script.append("COMMIT;")
    db.executescript("\n".join(script))
    db.schema = schema


def _changed(schema: Schema, before: Schema | None) -> Iterator[SObject]:
    """Return the sobjects that may need a table, columns or indexes which they had no need of."""
    if before is None:
        yield from schema
        return
    new = {sobject.name for sobject in schema if not before.owns(sobject.name)}
    for sobject in schema:
        fields = sobject.fields
        if (
            sobject.name in new
            or fields != before[sobject.name].fields
            or any(not new.isdisjoint(field.reference_to) for field in fields)
        ):
            yield sobject


def collation(field: Field) -> str:
    """Return the SQL that compares a field's values as Salesforce does when it looks for equals."""
    folds = field.type in TEXT_TYPES and not field.case_sensitive
    return " COLLATE SALESFORCE" if folds else ""


def save_config(db: sqlite3.Connection, file: str) -> None:
    """Remember which config file the org has been set up by."""
    db.execute(_CONFIG)
    db.execute('DELETE FROM "_Config"')
    db.execute('INSERT INTO "_Config" VALUES (?)', (str(Path(file).resolve()),))


def last_config(db: sqlite3.Connection) -> str | None:
    """Return the config file that the org was set up by last; None when there was none."""
    db.execute(_CONFIG)
    row = db.execute('SELECT file FROM "_Config"').fetchone()
    return None if row is None else str(row[0])


@contextmanager
def transaction(db: sqlite3.Connection) -> Generator[None]:
    """Commit when the block ends, roll back when it raises; may be nested."""
    nested = db.in_transaction
    db.execute("SAVEPOINT nested" if nested else "BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if nested:
            db.execute("ROLLBACK TO nested")
            db.execute("RELEASE nested")
        else:
            db.execute("ROLLBACK")
        raise
    db.execute("RELEASE nested" if nested else "COMMIT")


def _compare(left: str, right: str) -> int:
    left, right = left.casefold(), right.casefold()
    return (left > right) - (left < right)


def _is_indexed(field: Field) -> bool:
    if field.external_id or field.unique or field.id_lookup:
        return field.type != "id"
    return field.type == "reference" and field.name not in _UNINDEXED


def _table_of(sobject: SObject, schema: Schema) -> list[str]:
    view = view_of(sobject, schema)
    if view is not None:
        return view
    stored = [field for field in sobject.fields if not field.compound]
    columns = "".join(f", {field.column}" for field in stored if field.name != "Id")
    indexes = [_index(sobject, field, schema) for field in stored if _is_indexed(field)]
    table = f'CREATE TABLE "{sobject.name}" ("Id" TEXT PRIMARY KEY{columns});'
    return [table, *indexes, *first_rows(sobject)]


def _index(sobject: SObject, field: Field, schema: Schema) -> str:
    if field.type == "reference" and not any(map(schema.owns, field.reference_to)):
        return ""
    # Partial: a reference that is empty, as most are, costs nothing.
    return (
        f'CREATE INDEX IF NOT EXISTS "{sobject.name}.{field.name}" ON "{sobject.name}"'
        f' ("{field.name}"{collation(field)}) WHERE "{field.name}" IS NOT NULL;'
    )
