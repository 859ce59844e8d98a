"""The notifications that wait: written in the transaction of the save, stored until acknowledged.

What cannot be delivered is tried again after a time that doubles, at most two hours, and dropped
when it is 24 hours old. Salesforce does not document the first wait.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging_notifications.htm
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.org.clock import datetime_text

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

ID_PREFIX: Final = "04l"  # key prefix of notifications
MAX_NOTIFICATIONS: Final = 100  # notifications of one message
LIFETIME: Final = timedelta(hours=24)

_FIRST_WAIT: Final = timedelta(seconds=5)  # ours
_MAX_WAIT: Final = timedelta(hours=2)
_MAX_DOUBLINGS: Final = 12  # 5 s doubled so often is more than two hours

# AUTOINCREMENT: the id of a delivered notification is never used again.
_SCHEMA: Final = (
    'CREATE TABLE IF NOT EXISTS "_OutboundNotification" (number INTEGER PRIMARY KEY AUTOINCREMENT,'
    " message TEXT, sobject TEXT, record_id TEXT, queued_at TEXT, next_at TEXT,"
    " attempts INTEGER DEFAULT 0, failure TEXT DEFAULT '');"
)


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification that waits.

    Attributes:
        id: 18 characters; the same at each try.
        next_at: When it is tried next, as `datetime_text` writes it.
        failure: Why the last try failed; empty before the first.
    """

    number: int
    id: str
    message: str
    sobject: str
    record_id: str
    queued_at: str
    next_at: str
    attempts: int
    failure: str


class Queue:
    """The notifications of one org that are yet to be acknowledged.

    Attributes:
        added: Set when a notification has been added.
    """

    def __init__(self, org: "Org") -> None:
        self._org = org
        self.added = threading.Event()
        with org.lock:
            org.db.executescript(_SCHEMA)

    def add(self, message: str, sobject: str, record_id: str) -> None:
        """Add a notification; the caller is in the transaction of the save."""
        now = datetime_text(self._org.clock.now())
        self._org.db.execute(
            'INSERT INTO "_OutboundNotification" (message, sobject, record_id, queued_at, next_at)'
            " VALUES (?, ?, ?, ?, ?)",
            (message, sobject, record_id, now, now),
        )
        self.added.set()

    def waiting(self) -> list[Notification]:
        """Return all that wait, in the order in which they were queued."""
        with self._org.lock:
            rows = self._org.db.execute('SELECT * FROM "_OutboundNotification" ORDER BY number')
            return [self._notification(dict(row)) for row in rows]

    def due(self, message: str) -> list[Notification]:
        """Return up to 100 notifications of a message that are to be sent now; drop the old."""
        now = self._org.clock.now()
        with self._org.transaction():
            self._org.db.execute(
                'DELETE FROM "_OutboundNotification" WHERE queued_at < ?',
                (datetime_text(now - LIFETIME),),
            )
            rows = self._org.db.execute(
                'SELECT * FROM "_OutboundNotification" WHERE message = ? AND next_at <= ?'
                " ORDER BY number LIMIT ?",
                (message, datetime_text(now), MAX_NOTIFICATIONS),
            )
            return [self._notification(dict(row)) for row in rows]

    def remove(self, notifications: Sequence[Notification]) -> None:
        """Remove what has been acknowledged."""
        with self._org.transaction():
            self._org.db.executemany(
                'DELETE FROM "_OutboundNotification" WHERE number = ?',
                [(notification.number,) for notification in notifications],
            )

    def postpone(self, notifications: Sequence[Notification], failure: str) -> None:
        """Postpone notifications that were not acknowledged."""
        now = self._org.clock.now()
        rows = []
        for notification in notifications:
            wait = _FIRST_WAIT * 2 ** min(notification.attempts, _MAX_DOUBLINGS)
            next_at = datetime_text(now + min(wait, _MAX_WAIT))
            rows.append((next_at, failure, notification.number))
        with self._org.transaction():
            self._org.db.executemany(
                'UPDATE "_OutboundNotification" SET attempts = attempts + 1, next_at = ?,'
                " failure = ? WHERE number = ?",
                rows,
            )

    def retry_all(self) -> None:
        """Make all that wait due now, as `Retry` in Setup > Outbound Messages does."""
        with self._org.transaction():
            self._org.db.execute(
                'UPDATE "_OutboundNotification" SET next_at = ?',
                (datetime_text(self._org.clock.now()),),
            )
        self.added.set()

    def _notification(self, row: Mapping[str, Any]) -> Notification:
        return Notification(
            number=row["number"],
            id=self._org.ids.write(ID_PREFIX, row["number"]),
            message=row["message"],
            sobject=row["sobject"],
            record_id=row["record_id"],
            queued_at=row["queued_at"],
            next_at=row["next_at"],
            attempts=row["attempts"],
            failure=row["failure"],
        )
