"""The state of one Salesforce org: its database, schema, clock, ids, limits and settings.

An org lives in memory, or in a SQLite file. Everything in it that is not declared is the same for
the same seed and clock. `open_org` opens one; a feature stores its state in a part.
"""

import sqlite3
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Any, TypeVar

from salesforce_emulator.org import sequences
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.clock import Clock, datetime_text
from salesforce_emulator.org.derived_tables import NOW
from salesforce_emulator.org.limits import Limits
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.storage import Database, create_tables, transaction
from salesforce_emulator.schema.ids import IdAllocator
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

Part = TypeVar("Part")


class Org:
    """One org. Hold `lock` around whatever reads or writes it; `transaction` does.

    Attributes:
        db: One table an sobject; see `storage.py`.
        schema: Its sobjects; `extend` replaces them.
        schema_changed: When `schema` was last replaced: describe's Last-Modified.
        ids: Allocates record ids.
        seed: Ids and tokens are the same for the same seed.
        my_domain: The first part of the org's own host names.
        persistent: It lives in a file.
        reopened: The file had been there before.
        numbers: The last autonumber assigned, by sobject and field.
        transactions: How many there were.
        schema_listeners: Called after each change of the schema.
    """

    def __init__(
        self,
        db: Database,
        schema: Schema,
        *,
        clock: Clock,
        seed: int,
        my_domain: str,
        settings: Settings,
        persistent: bool,
    ) -> None:
        self.db = db
        self.schema = schema
        self.clock = clock
        self.seed = seed
        self.my_domain = my_domain
        self.settings = settings
        self.persistent = persistent
        self.reopened = False
        self.schema_changed: datetime = clock.now()
        self.ids = IdAllocator(seed)
        db.create_function(NOW, 0, lambda: datetime_text(clock.now()))
        self.limits = Limits(clock, db if persistent else None)
        self.numbers: dict[tuple[str, str], int] = {}
        self.transactions = 0
        self.schema_listeners: list[Callable[[], None]] = []
        self.lock = threading.RLock()
        self._parts: dict[Callable[[Org], Any], Any] = {}

    @property
    def host(self) -> str:
        """Its My Domain host."""
        return f"{self.my_domain}.my.salesforce.com"

    @cached_property
    def org_id(self) -> str:
        """Id of its Organization row, 18 characters."""
        return str(self.db.execute('SELECT "Id" FROM "Organization"').fetchone()[0])

    @cached_property
    def admin_id(self) -> str:
        """Id of the first user, an administrator."""
        sql = 'SELECT "Id" FROM "User" ORDER BY "CreatedDate", "Id"'
        return str(self.db.execute(sql).fetchone()[0])

    def has_rows(self, sobject: str) -> bool:
        """Return whether there may be rows of an sobject in a table of its own."""
        return self.schema.owns(sobject) or self.db.has_table(sobject)

    def part(self, make: Callable[["Org"], Part]) -> Part:
        """Return a feature's state of this org, created by `make` on first use."""
        part = self._parts.get(make)
        if part is None:
            with self.lock:
                part = self._parts.get(make)
                if part is None:
                    part = self._parts[make] = make(self)
        return part

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Hold the lock; commit when the block ends, roll back when it raises.

        May be nested: an inner block that raises rolls back its own writes only.
        """
        with self.lock:
            if not self.db.in_transaction:
                self.transactions += 1
            with transaction(self.db):
                yield

    def extend(self, schema: Schema) -> None:
        """Replace the schema, and add the tables and columns that it needs."""
        with self.lock:
            create_tables(self.db, schema)
            if self.reopened:
                self.resume_ids(sobject for sobject in schema if sobject.name not in self.schema)
            self.schema = schema
            self.schema_changed = self.clock.now()
            for notify in self.schema_listeners:
                notify()

    def access(self, user_id: str) -> Access:
        """Return what a user may see and do now."""
        with self.lock:
            return Access(self.db, self.schema, self.settings, user_id)

    def user(self, user_id: str) -> sqlite3.Row | None:
        """Return a user's row; None when there is none."""
        with self.lock:
            row = self.db.execute('SELECT * FROM "User" WHERE "Id" = ?', (user_id,)).fetchone()
        return row if isinstance(row, sqlite3.Row) else None

    def resume_ids(self, sobjects: Iterable[SObject]) -> None:
        """Allocate ids after those in the database from now on."""
        for sobject in sobjects:
            sql = f'SELECT MAX("Id") FROM "{sobject.name}"'  # noqa: S608 - our own name
            (last,) = self.db.execute(sql).fetchone()
            for record_id in (last, sequences.last_id(self.db, sobject)):
                if record_id is not None:
                    self.ids.resume(record_id)

    def close(self) -> None:
        """Close the database; a file of an org is left as it is."""
        with self.lock:
            self.db.close()

    def __enter__(self) -> "Org":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
