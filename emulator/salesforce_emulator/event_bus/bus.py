"""The event bus of an org: its topics, and the events of each after a place.

Events are built from the log on request. All changes of one transaction to one record are one
event, as Salesforce merges them; equal changes of several records are not merged.

https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_message_structure.htm
"""

import io
import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from fastavro import parse_schema, schemaless_writer

from salesforce_emulator.event_bus import schemas
from salesforce_emulator.event_bus.log import RETENTION, Entry, EventLog
from salesforce_emulator.event_bus.schemas import EventSchema
from salesforce_emulator.org.clock import datetime_value
from salesforce_emulator.records.platform_events import SUFFIX

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

ALL_CHANGES: Final = "/data/ChangeEvents"

_PLACE_BYTES: Final = 8
_STAMP_BYTES: Final = 4
_SILENT: Final = frozenset({"SystemModstamp", "LastViewedDate", "LastReferencedDate"})

Row = dict[str, Any]


class LostPlace(Exception):
    """A replay id is none of this org's, or is older than events are stored."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a subscriber gets it; `place` is its first entry's in the log."""

    position: int
    id: str
    replay_id: bytes
    schema_id: str
    payload: bytes


class EventBus:
    """Reads the log as topics; callers hold the org's lock."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self.log = EventLog(org)
        self._parsed: dict[str, Any] = {}
        self._schemas: dict[str, EventSchema] = {}

    def sources(self, topic: str) -> list[str] | None:
        """Return the objects and platform events of a topic; None when there is no such topic."""
        root, _, name = topic.removeprefix("/").partition("/")
        captured = sorted(self._org.settings.change_data_capture)
        if topic == ALL_CHANGES:
            return captured
        if root == "event" and name.endswith(SUFFIX) and name in self._org.schema:
            return [self._org.schema[name].name]
        if root == "data":
            return [item for item in captured if schemas.change_event(item) == name] or None
        return None

    def schema(self, source: str) -> EventSchema:
        """Return the schema by which events of an object or platform event are written now."""
        sobject = self._org.schema[source]
        is_event = source.endswith(SUFFIX)
        created = schemas.of_event(sobject) if is_event else schemas.of_change(sobject)
        return self._schemas.setdefault(created.id, created)

    def schema_json(self, schema_id: str) -> str | None:
        """Return a schema that events are or were written by; None when there is none."""
        for source in (*self._org.settings.change_data_capture, *self._platform_events()):
            self.schema(source)
        result = self._schemas.get(schema_id)
        return None if result is None else result.json

    def tip(self) -> tuple[int, bytes]:
        """Return the position of the latest event, and its replay id."""
        position = self.log.last()
        return position, _replay_id(position, self._org.clock.now())

    def position(self, replay_id: bytes) -> int:
        """Return the position of a replay id.

        Raises:
            LostPlace: The replay id is invalid or too old.
        """
        position = int.from_bytes(replay_id[:_PLACE_BYTES])
        stamp = int.from_bytes(replay_id[_PLACE_BYTES:])
        if len(replay_id) != _PLACE_BYTES + _STAMP_BYTES or position > self.log.last():
            raise LostPlace
        now = self._org.clock.now()
        if now - datetime.fromtimestamp(stamp, UTC) > RETENTION:
            raise LostPlace
        return position

    def after(self, position: int, sources: list[str], user_id: str, maximum: int) -> list[Event]:
        """Return the first events after a place, with what a user may see."""
        access = self._org.access(user_id)
        merged: dict[tuple[int, str], list[Entry]] = {}
        numbers: dict[int, int] = {}
        events: list[Event] = []
        for entry in self.log.after(position, sources):
            merged.setdefault((entry.transaction, entry.record_id), []).append(entry)
        for (transaction, _), entries in merged.items():
            source = entries[0].sobject
            change = None if source.endswith(SUFFIX) else _change(entries)
            if change == "NONE":
                continue
            number = numbers[transaction] = numbers.get(transaction, 0) + 1
            visible = access.schema.get(source)
            if entries[0].position <= position or visible is None or len(events) == maximum:
                continue
            visited = {field.name for field in visible.fields}
            if change is None:
                events.append(self._published(entries[0], visited))
            else:
                events.append(self._changed(entries, change, number, visited))
        return events

    def _platform_events(self) -> list[str]:
        return [item.name for item in self._org.schema if item.name.endswith(SUFFIX)]

    def _published(self, entry: Entry, visited: set[str]) -> Event:
        row: Row = json.loads(entry.after or "{}")
        schema = self.schema(entry.sobject)
        return self._write_value(
            entry, row["EventUuid"], schema, schema.values(_only(row, visited))
        )

    def _changed(self, entries: list[Entry], change: str, number: int, visited: set[str]) -> Event:
        first, last = entries[0], entries[-1]
        schema = self.schema(first.sobject)
        before: Row = json.loads(first.before or "{}")
        after: Row = json.loads(last.after or last.before or "{}")
        changed = [
            name
            for name in schema.columns
            if change == "UPDATE" and name in visited and before.get(name) != after.get(name)
        ]
        message = _only(after, set(changed) if change == "UPDATE" else visited)
        header = {
            "entityName": first.sobject,
            "recordIds": [first.record_id],
            "changeType": change,
            "changeOrigin": "",  # the log does not know by which API it came
            "transactionKey": str(self._derived_uuid(f"transaction {first.transaction}")),
            "sequenceNumber": number,
            "commitTimestamp": schemas.milliseconds(datetime_value(last.at)),
            "commitNumber": first.transaction,
            "commitUser": after.get("LastModifiedById") or self._org.admin_id,
            "nulledFields": schema.bitmaps([item for item in changed if after.get(item) is None]),
            "diffFields": [],  # long texts are not truncated here
            "changedFields": schema.bitmaps(changed),
        }
        values = {} if change == "DELETE" else schema.values(message)
        event_id = str(self._derived_uuid(f"event {first.position}"))
        return self._write_value(first, event_id, schema, {schemas.HEADER: header, **values})

    def _write_value(
        self, entry: Entry, event_id: str, schema: EventSchema, values: Mapping[str, Any]
    ) -> Event:
        parsed = self._parsed.get(schema.id)
        if parsed is None:
            parsed = self._parsed[schema.id] = parse_schema(json.loads(schema.json))
        payload = io.BytesIO()
        schemaless_writer(payload, parsed, dict(values))
        replay_id = _replay_id(entry.position, datetime_value(entry.at))
        return Event(entry.position, event_id, replay_id, schema.id, payload.getvalue())

    def _derived_uuid(self, purpose: str) -> uuid.UUID:
        # To be the same for the same seed, not to be secret.
        source = random.Random(f"{self._org.seed} {purpose}")  # noqa: S311
        return uuid.UUID(int=source.getrandbits(128), version=4)


def _change(entries: list[Entry]) -> str:
    """Return the change type of a transaction for a record; NONE when it is not published."""
    first, last = entries[0], entries[-1]
    before: Row = json.loads(first.before or "{}")
    after: Row = json.loads(last.after or "{}")
    removed, was_gone = not after or after.get("IsDeleted"), before.get("IsDeleted")
    if was_gone:  # purging a deleted record publishes nothing: its deletion was published
        return "NONE" if removed else "UNDELETE"
    if removed:
        return "DELETE" if before else "NONE"
    if not before:
        return "CREATE"
    changed = any(before.get(name) != value for name, value in after.items() if name not in _SILENT)
    return "UPDATE" if changed else "NONE"


def _only(row: Row, names: set[str]) -> Row:
    return {name: value for name, value in row.items() if name in names}


def _replay_id(position: int, time: datetime) -> bytes:
    """Encode a position and its time; opaque to everyone but this org."""
    stamp = int(time.timestamp())
    return position.to_bytes(_PLACE_BYTES) + stamp.to_bytes(_STAMP_BYTES)
