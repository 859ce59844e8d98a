"""The log that the event bus is read from: what was written to the tables that it follows.

SQLite writes it, by triggers within the very transaction, so that what is rolled back was never
there and no way of writing passes it by. They last as long as the connection: an org in a file that
is opened without the event bus logs nothing, and has no part of it missing.

https://www.sqlite.org/lang_createtrigger.html
"""

# SQL is built from the schema's names.
# ruff: noqa: S608

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records.platform_events import SUFFIX
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

RETENTION: Final = timedelta(hours=72)  # Event Message Durability

_BYTES: Final = frozenset({"base64", "anyType"})  # JSON has no place for them

_SCHEMA: Final = (
    'CREATE TABLE IF NOT EXISTS "_EventLog" (position INTEGER PRIMARY KEY AUTOINCREMENT,'
    " transaction_number INTEGER, at TEXT, sobject TEXT, record_id TEXT, before TEXT, after TEXT);"
    'CREATE INDEX IF NOT EXISTS "_EventLog.transaction" ON "_EventLog" (transaction_number);'
)
_INSERT: Final = (
    'INSERT INTO "_EventLog" (transaction_number, at, sobject, record_id, before, after)'
    " VALUES (org_transaction(), org_now()"
)
_COLUMNS: Final = "position, transaction_number, at, sobject, record_id, before, after"


class Entry(NamedTuple):
    """One write: `before` and `after` are the row as JSON, None where there is none."""

    position: int
    transaction: int
    at: str
    sobject: str
    record_id: str
    before: str | None
    after: str | None


class EventLog:
    """What was written; hold the org's lock around its reading."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        with org.lock:
            org.db.executescript(_SCHEMA)
            (last,) = org.db.execute('SELECT MAX(transaction_number) FROM "_EventLog"').fetchone()
            org.transactions = max(org.transactions, last or 0)
            org.db.create_function("org_now", 0, lambda: datetime_text(org.clock.now()))
            org.db.create_function("org_transaction", 0, lambda: org.transactions)
        self.watch()

    def watch(self) -> None:
        """Log the platform events and captured objects that exist now."""
        with self._org.lock:
            for sobject in self._followed():
                for script in _triggers(sobject):
                    self._org.db.execute(script)

    def stop(self) -> None:
        """Log no more."""
        with self._org.lock:
            rows = self._org.db.execute(
                "SELECT name FROM sqlite_temp_master WHERE type = 'trigger'"
            ).fetchall()
            for (name,) in rows:
                if name.startswith("_EventLog."):
                    self._org.db.execute(f'DROP TRIGGER temp."{name}"')

    def last(self) -> int:
        """Return the position of the last entry; 0 when there is none."""
        (last,) = self._org.db.execute('SELECT MAX(position) FROM "_EventLog"').fetchone()
        return last or 0

    def after(self, position: int, sobjects: Iterable[str]) -> list[Entry]:
        """Return the entries of some objects from the transaction at a position on."""
        names = tuple(sobjects)
        marks = ", ".join("?" * len(names))
        oldest = datetime_text(self._org.clock.now() - RETENTION)
        rows = self._org.db.execute(
            f'SELECT {_COLUMNS} FROM "_EventLog" WHERE at > ? AND sobject IN ({marks})'
            " AND transaction_number >= COALESCE((SELECT transaction_number FROM"
            ' "_EventLog" WHERE position = ?), 0) ORDER BY position',
            (oldest, *names, position),
        )
        return [Entry(*row) for row in rows]

    def _followed(self) -> list[SObject]:
        captured = self._org.settings.change_data_capture
        return [
            item for item in self._org.schema if item.name.endswith(SUFFIX) or item.name in captured
        ]


def _triggers(sobject: SObject) -> list[str]:
    table = sobject.name
    names = [
        field.name for field in sobject.fields if not field.compound and field.type not in _BYTES
    ]
    old, new = (_as_json(row, names) for row in ("OLD", "NEW"))
    values = {
        "INSERT": f", '{table}', NEW.\"Id\", NULL, {new}",
        "UPDATE": f", '{table}', NEW.\"Id\", {old}, {new}",
        "DELETE": f", '{table}', OLD.\"Id\", {old}, NULL",
    }
    scripts = []
    for event, row in values.items():
        name = f'temp."_EventLog.{table}.{event}"'
        scripts += [
            f"DROP TRIGGER IF EXISTS {name}",
            f'CREATE TRIGGER {name} AFTER {event} ON main."{table}" BEGIN {_INSERT}{row}); END',
        ]
    return scripts


def _as_json(row: str, names: Iterable[str]) -> str:
    # json_object takes 63 pairs at most.
    pairs = (f'\'"{name}":\' || json_quote({row}."{name}")' for name in names)
    return "'{' || " + " || ',' || ".join(pairs) + " || '}'"
