"""Events that services pushed to triggers: stored before the service gets a response, each once.

An event is stored sealed until it is delivered; then only its id stays, so that a repetition is
ignored. `runner.trigger_runner` delivers the events.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import IntegrityError

from connector_host.errors import TooManyWaitingEvents, UnknownName
from connector_host.hookspecs import Json
from connector_host.store.database import Database
from connector_host.store.sealed_columns import associated_data
from connector_host.store.sealer import Sealer
from connector_host.store.tables import received_events

MAX_AGE: Final = 48 * 3_600  # seconds that an id is stored; services repeat a request for a day
MAX_WAITING: Final = 100_000  # events of one trigger that may wait; some 200 MB at 2 kB each
MAX_ATTEMPTS: Final = 3  # attempts to store events that other processes store too
MAX_IDS: Final = 500  # ids in one statement; SQLite takes 32,766 values, older ones 999

_TABLE: Final = "received_events"


@dataclass(frozen=True)
class ReceivedEvent:
    """An event that waits to be delivered.

    Attributes:
        row_id: Its id in the store.
        event: As the connector returned it.
    """

    row_id: str
    event: Json


class ReceivedEvents:
    """The pushed events of one store; safe to use from several threads and processes."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        clock: Callable[[], float] = time.time,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        """Args:
        clock: Returns seconds since 1970.
        max_waiting: How many events of one trigger may wait; when as many do, none is added. The
            request that reaches this limit is still stored as a whole.
        """
        self._max_waiting = max_waiting
        self._database = database
        self._sealer = sealer
        self._clock = clock

    def add(self, trigger_id: str, events: Sequence[Json]) -> int:
        """Store the events that were not received before, durably.

        Args:
            events: Oldest first, each with an `id`.

        Returns:
            How many were new.

        Raises:
            UnknownName: The trigger has been removed.
            TooManyWaitingEvents: The limit is reached; nothing was stored.
        """
        # An id may also be repeated within one request.
        by_row_id = {_row_id(trigger_id, event): event for event in events}
        for _ in range(MAX_ATTEMPTS):
            # Otherwise another process has stored one of them: the next attempt skips it.
            with suppress(IntegrityError):
                return self._add(trigger_id, by_row_id)
        raise UnknownName("The trigger has been removed.")

    def _add(self, trigger_id: str, events: Mapping[str, Json]) -> int:
        now = int(self._clock())
        table = received_events
        with self._sealer.writing() as (db, seal):
            db.execute(
                table.delete().where(
                    table.c.trigger_id == trigger_id,
                    table.c.waiting == 0,
                    table.c.received_at < now - MAX_AGE,
                )
            )
            stored_ids: set[str] = set()
            for ids in _chunks(list(events)):
                stored_ids.update(db.scalars(select(table.c.id).where(table.c.id.in_(ids))))
            if stored_ids.issuperset(events):
                return 0  # nothing new: a repetition is confirmed, however many wait
            waiting = _count_waiting(db, trigger_id)
            if waiting >= self._max_waiting:
                raise TooManyWaitingEvents(waiting)
            last = select(func.max(table.c.position)).where(table.c.trigger_id == trigger_id)
            position = db.scalar(last) or 0
            rows = [
                {
                    "id": row_id,
                    "trigger_id": trigger_id,
                    "position": position + number,
                    "waiting": 1,
                    "received_at": now,
                    "event": seal({"event": event}, associated_data(_TABLE, "event", row_id)),
                }
                for number, (row_id, event) in enumerate(events.items(), 1)
                if row_id not in stored_ids
            ]
            db.execute(table.insert(), rows)
        return len(rows)

    def list_waiting(self, trigger_id: str, limit: int) -> list[ReceivedEvent]:
        """Return events that wait to be delivered, in the order in which they were received."""
        table = received_events
        statement = (
            select(table.c.id, table.c.event)
            .where(table.c.trigger_id == trigger_id, table.c.waiting == 1)
            .order_by(table.c.position, table.c.id)
            .limit(limit)
        )
        with self._database.reading() as db:
            rows = db.execute(statement).all()
        return [ReceivedEvent(row.id, self._open(row.id, row.event)) for row in rows]

    def _open(self, row_id: str, sealed: str) -> Json:
        return self._sealer.open(sealed, associated_data(_TABLE, "event", row_id))["event"]

    def count_waiting(self, trigger_id: str) -> int:
        """Return how many events wait to be delivered."""
        with self._database.reading() as db:
            return _count_waiting(db, trigger_id)

    def mark_delivered(self, row_ids: Sequence[str]) -> None:
        """Delete the events of these rows; their ids stay stored."""
        table = received_events
        with self._database.writing() as db:
            for ids in _chunks(row_ids):
                db.execute(update(table).where(table.c.id.in_(ids)).values(waiting=0, event=None))


def _count_waiting(db: Connection, trigger_id: str) -> int:
    table = received_events
    condition = (table.c.trigger_id == trigger_id, table.c.waiting == 1)
    return db.scalar(select(func.count()).where(*condition)) or 0


def _row_id(trigger_id: str, event: Json) -> str:
    """Return a key for a trigger's and an event's id, which may be of any length."""
    text = f"{trigger_id} {json.dumps(event['id'])}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + MAX_IDS] for start in range(0, len(ids), MAX_IDS)]
