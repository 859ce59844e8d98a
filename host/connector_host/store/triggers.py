"""Stored triggers with their inputs and cursors.

Inputs and cursors are sealed, because both may contain data of records. `runner.trigger_runner`
polls triggers and delivers events.
"""

import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Select, select

from connector_host.errors import UnknownName, unknown
from connector_host.hookspecs import Json, JsonObject
from connector_host.names import check_name, raising_name_taken
from connector_host.store.database import Database
from connector_host.store.received_events import MAX_WAITING, ReceivedEvent, ReceivedEvents
from connector_host.store.row_seals import Opened, ReadRow, RowSeals
from connector_host.store.sealed_columns import associated_data
from connector_host.store.sealer import Sealer
from connector_host.store.tables import connections, triggers
from connector_host.timestamps import now


class Trigger:
    """One trigger with its cursor and its waiting events."""

    def __init__(self, triggers_of_store: "Triggers", read: ReadRow) -> None:
        row = read.row
        self._triggers = triggers_of_store
        self._read = read
        self.id: str = row.id
        self.name: str = row.name
        self.connection: str = row.connection
        self.trigger: str = row.trigger_name
        self.created_at: str = row.created_at
        self.changed_at: str = row.changed_at

    def __repr__(self) -> str:
        return f"Trigger({self.name!r}, {self.trigger} of {self.connection!r})"

    @property
    def inputs(self) -> Mapping[str, Json]:
        """The inputs that it was added with."""
        return self._triggers.open_row(self._read)["inputs"] or {}

    @property
    def cursor(self) -> JsonObject | None:
        """Where the next poll begins; None before the first. In `lock()`, what was saved last."""
        return self._triggers.open_row(self._read)["cursor"]

    def save(self, cursor: Mapping[str, Json]) -> None:
        """Store the cursor; durable when this returns.

        Raises:
            UnknownName: The trigger has been removed meanwhile.
        """
        self._read = self._triggers.save_cursor(self, cursor)

    def receive(self, events: Sequence[Json]) -> int:
        """Store pushed events that are not stored yet, durably, and return how many were new.

        Raises:
            StoreDamaged: Something else has changed the trigger in the database.
            UnknownName: It has been removed meanwhile.
            TooManyWaitingEvents: Too many wait to be delivered; nothing was stored.
        """
        # The key may have been rotated since the row was read.
        self._read = self._triggers.row_of(self)
        self._triggers.open_row(self._read)
        return self._triggers.received.add(self.id, events)

    def list_waiting(self, limit: int) -> list[ReceivedEvent]:
        """Return pushed events that wait to be delivered, the oldest first; call it in `lock()`."""
        self._triggers.open_row(self._read)
        return self._triggers.received.list_waiting(self.id, limit)

    def count_waiting(self) -> int:
        """Return how many pushed events wait to be delivered."""
        return self._triggers.received.count_waiting(self.id)

    def mark_delivered(self, row_ids: Sequence[str]) -> None:
        """Mark pushed events as delivered."""
        self._triggers.received.mark_delivered(row_ids)

    @contextmanager
    def lock(self) -> Generator["Trigger"]:
        """Lock the trigger against other threads and processes, to poll or to deliver."""
        with self._triggers.hold(self.id):
            self._read = self._triggers.row_of(self)
            yield self


class Triggers:
    """All triggers of one store.

    Attributes:
        received: The events that services pushed.
    """

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        row_seals: RowSeals,
        *,
        lock_timeout: float,
        max_waiting_events: int = MAX_WAITING,
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._row_seals = row_seals
        self._lock_timeout = lock_timeout
        self.received = ReceivedEvents(database, sealer, max_waiting=max_waiting_events)

    def add(
        self, name: str, *, connection_id: str, trigger: str, inputs: Mapping[str, Json]
    ) -> Trigger:
        """Add a trigger; its first poll decides where its events begin.

        Raises:
            NameTaken, BadInput: There is one of this name, or the name is not valid.
        """
        check_name("trigger", name)
        new_id, at = uuid.uuid4().hex, now()
        with raising_name_taken("trigger", name), self._sealer.writing() as (db, seal):
            values = {
                "id": new_id,
                "name": name,
                "connection_id": connection_id,
                "trigger_name": trigger,
                "inputs": seal(inputs, associated_data("triggers", "inputs", new_id)),
                "created_at": at,
                "changed_at": at,
            }
            db.execute(triggers.insert(), values)
            self._row_seals.write(db, seal, "triggers", new_id, name)
        return self.get(name)

    def get(self, name: str) -> Trigger:
        """Return the trigger of this name.

        Raises:
            UnknownName: There is none; the error suggests the nearest.
        """
        read_at = self._row_seals.versions_seen
        with self._database.reading() as db:
            row = db.execute(_WITH_CONNECTION.where(triggers.c.name == name)).one_or_none()
            names = [] if row else [*db.scalars(select(triggers.c.name))]
        if row is None:
            raise unknown("trigger", name, names)
        return Trigger(self, ReadRow(row, read_at))

    def find_by_id(self, trigger_id: str) -> Trigger | None:
        """Return the trigger with an id, such as the one in a webhook's URL."""
        read = self._read(trigger_id)
        return None if read is None else Trigger(self, read)

    def list(self) -> list[Trigger]:
        """Return all triggers by name; unseals nothing."""
        read_at = self._row_seals.versions_seen
        with self._database.reading() as db:
            rows = db.execute(_WITH_CONNECTION.order_by(triggers.c.name)).all()
        return [Trigger(self, ReadRow(row, read_at)) for row in rows]

    def remove(self, name: str) -> None:
        """Remove a trigger and its cursor."""
        trigger = self.get(name)
        with self._database.writing() as db:
            db.execute(triggers.delete().where(triggers.c.id == trigger.id))
        self._database.locks.forget(trigger.id)

    def _read(self, trigger_id: str) -> ReadRow | None:
        read_at = self._row_seals.versions_seen
        with self._database.reading() as db:
            row = db.execute(_WITH_CONNECTION.where(triggers.c.id == trigger_id)).one_or_none()
        return None if row is None else ReadRow(row, read_at)

    # What follows is what a `Trigger` uses.

    def open_row(self, read: ReadRow) -> Opened:
        """Verify a row against its seal, and return its unsealed values."""
        return self._row_seals.verify("triggers", read.row._asdict(), [], read.read_at)

    def hold(self, name: str) -> AbstractContextManager[None]:
        return self._database.hold(name, self._lock_timeout)

    def row_of(self, trigger: Trigger) -> ReadRow:
        read = self._read(trigger.id)
        if read is None:
            raise _trigger_removed(trigger)
        return read

    def save_cursor(self, trigger: Trigger, cursor: Mapping[str, Json]) -> ReadRow:
        statement = triggers.update().where(triggers.c.id == trigger.id)
        with self._sealer.writing() as (db, seal):
            where = ("triggers", trigger.id, trigger.name)
            self._row_seals.verify_in(db, *where)
            sealed = seal(cursor, associated_data("triggers", "cursor", trigger.id))
            db.execute(statement, {"cursor": sealed, "changed_at": now()})
            self._row_seals.write(db, seal, *where)
        return self.row_of(trigger)


_WITH_CONNECTION: Select[Any] = select(triggers, connections.c.name.label("connection")).join(
    connections, triggers.c.connection_id == connections.c.id
)


def _trigger_removed(trigger: Trigger) -> UnknownName:
    return UnknownName(f"The trigger {trigger.name!r} has been removed.")
