"""One Salesforce org: its schema, its records, its clock, its limits. No HTTP.

An org lives in memory, or in a SQLite file. Everything in it that is not given is the same for the
same seed and clock. Rules about records are in `records.py`; signing in is in `identity/`.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from salesforce_emulator.automation.state import Automation
from salesforce_emulator.faults import Faults
from salesforce_emulator.org import sequences
from salesforce_emulator.org.access import Access
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.ids import IdAllocator
from salesforce_emulator.org.limits import Limits
from salesforce_emulator.org.seed import seed as seed_rows
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.org.storage import (
    Database,
    connect,
    create_tables,
    keep_config,
    last_config,
    transaction,
)
from salesforce_emulator.records import recycle_bin
from salesforce_emulator.records.plans import Plan
from salesforce_emulator.records.save_context import Check
from salesforce_emulator.schema.custom import default_schema
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.config import Config
    from salesforce_emulator.event_bus.log import EventLog


class Org:
    """One org. Hold `lock` around whatever reads or writes it; `transaction` does.

    Attributes:
        db: One table an sobject; see `storage.py`.
        schema: Its sobjects; `extend` gives it others.
        schema_changed: When `schema` was last changed, as describe's Last-Modified says.
        ids: Gives out record ids.
        seed: What is made up (ids, tokens) is the same for the same seed.
        my_domain: The first part of the org's own host names.
        kept: It lives in a file.
        reopened: The file had been there before.
        automation: Its flows, Apex, quick actions, approvals and the like.
        faults: What is ordered to go wrong with requests; see `faults/`.
        numbers: The last autonumber given, by sobject and field.
        transactions: How many there were.
        event_log: What the event bus is read from; None while it is off.
        save_checks: Called with each save before it is written, to refuse it by raising; what an
            administrator declares is in `settings`.
        org_id: Id of its Organization row, 18 characters.
        admin_id: Id of the first user, who may do everything.
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        clock: Clock | None = None,
        seed: int = 0,
        my_domain: str = "local-org",
        schema: Schema | None = None,
        settings: Settings | None = None,
        config: "Config | Path | str | None" = None,
    ) -> None:
        """Open an org.

        Args:
            data: SQLite file to keep it in, made when it is not there; None keeps it in memory.
            schema: None gives the standard objects and what `schema/custom.py` adds.
            config: What it has beside the default, or the file that says it; see `config/`. None
                takes, for a file that was there, the one that it was opened with last.

        Raises:
            BadConfig: The file cannot be used.
        """
        self.clock = clock or Clock()
        self.seed = seed
        self.my_domain = my_domain
        self.settings = settings or Settings()
        self.schema = schema or default_schema()
        self.schema_changed: datetime = self.clock.now()
        self.ids = IdAllocator(seed)
        self.automation = Automation(seed)
        self.faults = Faults(seed)
        self.save_checks: list[Check] = []
        self.numbers: dict[tuple[str, str], int] = {}
        self.transactions = 0
        self.event_log: EventLog | None = None
        self.lock = threading.RLock()
        self._plans: dict[SObject, Plan] = {}
        self.db: Database = connect(data)
        self.reopened = False
        create_tables(self.db, self.schema)
        self.db.executescript(recycle_bin.SCHEMA + sequences.SCHEMA)
        self.kept = data is not None
        self.limits = Limits(self.clock, self.db if self.kept else None)
        with self.transaction():
            if self.db.execute('SELECT 1 FROM "Organization"').fetchone() is None:
                seed_rows(self)
            elif data is not None:
                self.reopened = True
                self._resume_ids(self.schema)
        self.org_id = str(self.db.execute('SELECT "Id" FROM "Organization"').fetchone()[0])
        first = self.db.execute('SELECT "Id" FROM "User" ORDER BY "CreatedDate", "Id"').fetchone()
        self.admin_id = str(first[0])
        if config is None and self.reopened:
            config = last_config(self.db)
        if config is not None:
            self._configure(config)

    @property
    def host(self) -> str:
        """Its My Domain host."""
        return f"{self.my_domain}.my.salesforce.com"

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; keep what is written when the block ends, drop it when it raises.

        May be nested: an inner block that raises drops its own writes only.
        """
        with self.lock:
            if not self.db.in_transaction:
                self.transactions += 1
            with transaction(self.db):
                yield

    def extend(self, schema: Schema) -> None:
        """Take another schema in place of this one, with the tables and columns it needs more."""
        with self.lock:
            create_tables(self.db, schema)
            if self.reopened:
                self._resume_ids(each for each in schema if each.name not in self.schema)
            self.schema = schema
            self.schema_changed = self.clock.now()
            self._plans.clear()
            if self.event_log is not None:
                self.event_log.watch()

    def access(self, user_id: str) -> Access:
        """Give what a user may see and do now."""
        with self.lock:
            return Access(self, user_id)

    def plan(self, sobject: SObject) -> Plan:
        """Give how records of an sobject are written, prepared once."""
        if sobject not in self._plans:
            self._plans[sobject] = Plan(sobject, self.schema)
        return self._plans[sobject]

    def user(self, user_id: str) -> sqlite3.Row | None:
        """Give a user's row; None when there is none."""
        with self.lock:
            found = self.db.execute('SELECT * FROM "User" WHERE "Id" = ?', (user_id,)).fetchone()
        return found if isinstance(found, sqlite3.Row) else None

    def close(self) -> None:
        """Close the database; what is in a file stays."""
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

    def _configure(self, config: "Config | Path | str") -> None:
        from salesforce_emulator.config import Config, load_config

        try:
            chosen = config if isinstance(config, Config) else load_config(config)
            chosen.configure(self)
        except BaseException:
            self.db.close()
            raise
        if self.kept:
            keep_config(self.db, chosen.name)

    def _resume_ids(self, sobjects: Iterable[SObject]) -> None:
        for sobject in sobjects:
            sql = f'SELECT MAX("Id") FROM "{sobject.name}"'  # noqa: S608 - our own name
            (last,) = self.db.execute(sql).fetchone()
            for each in (last, sequences.last_id(self, sobject)):
                if each is not None:
                    self.ids.resume(each)
