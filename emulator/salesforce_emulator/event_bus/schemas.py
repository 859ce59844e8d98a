"""Avro schemas of events, built from the org's schema, and values in their types.

Every field is optional but those that Salesforce sets. Dates and moments are milliseconds since
1970. A compound field is a record; an account's name is text or, for a person, a record.

https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-avro-serialization.html
"""

import base64
import hashlib
import json
from datetime import UTC, date, datetime, time
from typing import Any, Final

from salesforce_emulator.org.clock import datetime_value
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.sobject import SObject

HEADER: Final = "ChangeEventHeader"

_NAMESPACE: Final = "com.sforce.eventbus"
_EVENT_SET: Final = ("CreatedDate", "CreatedById")  # by Salesforce, on each platform event
_EVENT_NOT: Final = frozenset({"Id", "ReplayId", "EventUuid", *_EVENT_SET})
# What a change event leaves out: Change Event Body Fields; the id is in the header.
_CHANGE_NOT: Final = frozenset(
    {"Id", "IsDeleted", "SystemModstamp", "LastViewedDate", "LastReferencedDate"}
)
_NO_VALUES: Final = frozenset({"base64", "anyType"})
_KINDS: Final = {
    "boolean": "boolean",
    "int": "int",
    "long": "long",
    "double": "double",
    "currency": "double",
    "percent": "double",
    "date": "long",
    "datetime": "long",
    "time": "long",
}
_CHANGES: Final = ("CREATE", "UPDATE", "DELETE", "UNDELETE")
_TYPES: Final = (*_CHANGES, *(f"GAP_{change}" for change in _CHANGES), "GAP_OVERFLOW")
_TEXTS: Final = {"type": "array", "items": "string"}
_HEADER_FIELDS: Final[dict[str, Any]] = {
    "entityName": "string",
    "recordIds": _TEXTS,
    "changeType": {"type": "enum", "name": "ChangeType", "symbols": list(_TYPES)},
    "changeOrigin": "string",
    "transactionKey": "string",
    "sequenceNumber": "int",
    "commitTimestamp": "long",
    "commitNumber": "long",
    "commitUser": "string",
    "nulledFields": _TEXTS,
    "diffFields": _TEXTS,
    "changedFields": _TEXTS,
}


class EventSchema:
    """The schema of one event.

    Attributes:
        id: A hash of it.
        json: As GetSchema returns it.
        places: Column of the table -> place in the event, and within the compound field there.
    """

    def __init__(self, name: str, fields: list[dict[str, Any]], columns: dict[str, Field]) -> None:
        body = {"name": name, "namespace": _NAMESPACE, "type": "record", "fields": fields}
        digest = hashlib.md5(json.dumps(body).encode(), usedforsecurity=False).digest()
        self.id = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        self.json = json.dumps({**body, "uuid": self.id})
        self.fields = fields
        self.columns = columns
        self.positions = self._positions()

    def _positions(self) -> dict[str, tuple[int, int | None]]:
        names = [field["name"] for field in self.fields]
        parts: dict[str, list[str]] = {}
        for column in self.columns.values():
            if (whole := _whole(column)) is not None:
                parts.setdefault(whole, []).append(column.name)
        return {
            name: (names.index(name), None)
            if (whole := _whole(column)) is None
            else (names.index(whole), parts[whole].index(name))
            for name, column in self.columns.items()
        }

    def values(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the Avro values of a row's columns; absent ones are null."""
        message: dict[str, Any] = {}
        for name, value in row.items():
            column = self.columns.get(name)
            if column is None or value is None:
                continue
            whole = _whole(column)
            if whole is None:
                message[name] = value_of(column, value)
            else:
                message.setdefault(whole, {})[part_name(column)] = value_of(column, value)
        return message

    def bitmaps(self, names: list[str]) -> list[str]:
        """Return the names of columns in change events."""
        top, within = 0, dict[int, int]()
        for name in names:
            position, part = self.positions[name]
            if part is None:
                top |= 1 << position
            else:
                within[position] = within.get(position, 0) | 1 << part
        maps = [f"0x{top:02X}"] if top else []
        return maps + [f"{position}-0x{bits:02X}" for position, bits in sorted(within.items())]


def of_event(sobject: SObject) -> EventSchema:
    """Return the schema of a platform event."""
    columns = {
        field.name: field
        for field in sobject.fields
        if field.name not in _EVENT_NOT and field.type not in _NO_VALUES and not field.compound
    }
    fields = [{"name": "CreatedDate", "type": "long"}, {"name": "CreatedById", "type": "string"}]
    fields += _optional(columns, {})
    set_too = {field.name: field for field in sobject.fields if field.name in _EVENT_SET}
    return EventSchema(sobject.name, fields, columns | set_too)


def of_change(sobject: SObject) -> EventSchema:
    """Return the schema of an object's change events."""
    columns = {
        field.name: field
        for field in sobject.fields
        if field.name not in _CHANGE_NOT
        and field.type not in _NO_VALUES
        and not (field.compound or field.calculated or _is_made_up(sobject, field))
    }
    header = {
        "type": "record",
        "name": HEADER,
        "fields": [{"name": name, "type": kind} for name, kind in _HEADER_FIELDS.items()],
    }
    return EventSchema(
        change_event(sobject.name),
        [{"name": HEADER, "type": header}, *_optional(columns, {})],
        columns,
    )


def change_event(sobject: str) -> str:
    """Return the name of an object's change event: `Parcel__ChangeEvent` of Parcel__c."""
    return f"{sobject.removesuffix('c') if sobject.endswith('__c') else sobject}ChangeEvent"


def value_of(column: Field, value: Any) -> Any:
    """Return a stored value as Avro's type of its field takes it."""
    match column.type:
        case "boolean":
            return bool(value)
        case "datetime":
            return milliseconds(datetime_value(value))
        case "date":
            return milliseconds(datetime.combine(date.fromisoformat(value), time(), UTC))
        case "time":
            timestamp = time.fromisoformat(value)
            return milliseconds(datetime.combine(date(1970, 1, 1), timestamp, UTC))
        case _:
            return value


def milliseconds(time: datetime) -> int:
    """Return a moment as events do."""
    return round(time.timestamp() * 1_000)


def part_name(column: Field) -> str:
    """Return what a part of a compound field is called in it: `BillingCity` is City."""
    whole = str(column.compound_field_name)
    if column.name.endswith("__s"):  # Place__Latitude__s, of a location
        return column.name.split("__")[-2]
    return column.name.removeprefix(whole.removesuffix("Address"))


def _whole(column: Field) -> str | None:
    """Return the compound field that contains a column; None when there is none."""
    return None if column.compound_field_name == column.name else column.compound_field_name


def _is_made_up(sobject: SObject, column: Field) -> bool:
    """Return whether a field is composed of others, as a person's name is of its parts."""
    return any(
        field.compound_field_name == column.name and field is not column for field in sobject.fields
    )


def _optional(
    columns: dict[str, Field], titles: dict[tuple[str, ...], str]
) -> list[dict[str, Any]]:
    """Return the fields of columns, each compound field at the position of its first part."""
    fields: dict[str, dict[str, Any]] = {}
    for column in columns.values():
        whole = _whole(column)
        name = column.name if whole is None else whole
        if name in fields:
            continue
        kind: Any = _KINDS.get(column.type, "string")
        if whole is not None:
            kind = _record(
                [column for column in columns.values() if _whole(column) == whole], titles
            )
        fields[name] = {"name": name, "type": ["null", kind], "default": None}
    return list(fields.values())


def _record(parts: list[Field], titles: dict[tuple[str, ...], str]) -> Any:
    """Return the record of a compound field; from its second time on by its name alone."""
    names = tuple(map(part_name, parts))
    if names in titles:
        return titles[names]
    title = "PersonName" if "LastName" in names else "Address"
    titles[names] = title if title not in titles.values() else f"{title}{len(titles)}"
    fields = [
        {"name": part_name(part), "type": ["null", _KINDS.get(part.type, "string")]}
        for part in parts
    ]
    return {"type": "record", "name": titles[names], "fields": fields}
