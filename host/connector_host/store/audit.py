"""The audit trail: who did what with which connection, and when.

It holds names, and no secrets, inputs or results. It is bounded: the oldest entries are deleted.
"""

import secrets
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection as DbConnection
from sqlalchemy import select

from connector_host.store.database import Database
from connector_host.store.protocol import AuditEvent
from connector_host.store.tables import audit

MAX_ENTRIES: Final = 100_000  # entries; some 20 MB
PRUNE_EVERY: Final = 1_000  # entries of one process; the trail exceeds `MAX_ENTRIES` by no more


@dataclass(frozen=True)
class Entry:
    """One line of the trail.

    Attributes:
        at: UTC, ISO 8601.
        who: The user's name; empty for an unnamed user and for a connector.
        what: One of `protocol.AuditEvent`.
        connection: Its name at that time; empty when no connection was involved.
        detail: The name of an action, whom it was shared with, or a code; never a value.
    """

    at: str
    who: str
    what: str
    connection: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


class AuditTrail:
    """The trail of one store."""

    def __init__(
        self, database: Database, *, max_entries: int = MAX_ENTRIES, prune_every: int = PRUNE_EVERY
    ) -> None:
        self._database = database
        self._max_entries = max_entries
        self._prune_every = prune_every
        self._entries_until_prune = 1  # so that processes with few entries prune too

    def record(self, who: str, what: AuditEvent, connection: str = "", detail: str = "") -> None:
        """Add an entry.

        It survives the end of this process at once, and a loss of power after a moment: a run does
        not wait for the disk.
        """
        with self._database.writing(durable=False) as db:
            self.add(db, who, what, connection, detail)

    def add(
        self, db: DbConnection, who: str, what: AuditEvent, connection: str = "", detail: str = ""
    ) -> None:
        """Add an entry in the transaction of the change that it describes."""
        values = {
            "id": f"{time.time_ns():016x}{secrets.token_hex(8)}",
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "who": who,
            "what": what,
            "connection": connection,
            "detail": detail,
        }
        db.execute(audit.insert(), values)
        self._entries_until_prune -= 1
        if self._entries_until_prune <= 0:
            self._entries_until_prune = self._prune_every
            self._prune(db)

    def entries(self, *, connection: str | None = None, newest: int = 100) -> list[Entry]:
        """Return the newest entries, oldest first.

        Args:
            connection: Return only the entries about this connection.
            newest: The maximum number of entries.
        """
        statement = select(audit).order_by(audit.c.id.desc()).limit(newest)
        if connection is not None:
            statement = statement.where(audit.c.connection == connection)
        with self._database.reading() as db:
            rows = db.execute(statement).all()
        return [Entry(row.at, row.who, row.what, row.connection, row.detail) for row in rows[::-1]]

    def _prune(self, db: DbConnection) -> None:
        oldest_to_keep = (
            select(audit.c.id).order_by(audit.c.id.desc()).offset(self._max_entries - 1).limit(1)
        )
        db.execute(audit.delete().where(audit.c.id < oldest_to_keep.scalar_subquery()))
