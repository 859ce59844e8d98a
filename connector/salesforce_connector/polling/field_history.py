"""Reads which fields of records were changed, from what to what, out of Salesforce's field history.

Polling sees a record as it is, never as it was; the history is what Salesforce itself wrote down at
the save. It is there only for fields that an administrator tracks, so others are refused.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_custom_object__history.htm
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.metadata import describe
from salesforce_connector.metadata.describe import ObjectDescription
from salesforce_connector.paging import query_results
from salesforce_connector.polling import changes
from salesforce_connector.polling.changes import ChangePage, Followed, Reading
from salesforce_connector.query.filters import Condition, select
from salesforce_connector.soql.binding import bind
from salesforce_connector.validation import require_text

_ID: Final = re.compile(r"[0-9a-zA-Z]{15}(?:[A-Z0-5]{3})?")
_IDS: Final = 200  # ids in one condition: far below a URI's 16,384 bytes


@dataclass(frozen=True, slots=True)
class Change:
    """The watched fields that one save of a record changed.

    Attributes:
        id: Of the first row of history; stable.
        fields: By name, the value before and after; None also where Salesforce keeps no value, as
            for long texts.
        record: As it is now; None when it is gone or the filters leave it out.
    """

    id: str
    record_id: str
    at: str
    fields: dict[str, dict[str, Any]]
    record: Mapping[str, Any] | None


def read(
    followed: Followed, watched: list[str], stored: Mapping[str, Any] | None
) -> Flow[tuple[list[Change], ChangePage]]:
    """Read the changes of watched fields since a cursor.

    Raises:
        Rejected: A field is unknown or not tracked, or the object has no history.
    """
    about = yield from describe.fetch_object(followed.sobject)
    history, parent = _history(about)
    fields = [about.field(name, blamed="only_when_changed") for name in watched]
    names = [field.name for field in fields]
    # The history names a lookup by its own name or, as Owner, by that of the relationship.
    names_by_relationship = {
        field.relationship_name: field.name for field in fields if field.relationship_name
    }
    names_by_relationship |= {name: name for name in names}
    if (
        stored is None
    ):  # a field whose tracking ends later emits no more events: see the trigger's notes
        yield from _require_tracked(about.name, names)
    followed_fields = Followed(
        sobject=history,
        filters=[Condition(field="Field", operator="in", value=[*names_by_relationship])],
        start=followed.start,
    )
    reading = Reading(
        followed_fields, by="CreatedDate", more_fields=(parent, "Field", "OldValue", "NewValue")
    )
    news = yield from changes.read(reading, stored)
    saves: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in news.rows:
        saves.setdefault((row[parent], row["CreatedDate"]), []).append(row)
    records = yield from _records(followed, {record_id for record_id, _ in saves})
    field_changes = [
        Change(
            id=rows[0]["Id"],
            record_id=record_id,
            at=at,
            fields=_fields(rows, names_by_relationship),
            record=records.get(record_id),
        )
        for (record_id, at), rows in saves.items()
    ]
    return field_changes, news


def _fields(
    rows: list[Mapping[str, Any]], names_by_relationship: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Return what a save changed; of a lookup's two rows, of names and of ids, the ids."""
    fields: dict[str, dict[str, Any]] = {}
    for row in rows:
        field = names_by_relationship.get(row["Field"], row["Field"])
        values = {"old": row.get("OldValue"), "new": row.get("NewValue")}
        if field not in fields or any(map(_is_id, values.values())):
            fields[field] = values
    return fields


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _history(about: ObjectDescription) -> tuple[str, str]:
    for child in about.child_relationships:
        if child.name == "Histories" and child.sobject.endswith("History"):
            return child.sobject, child.field
    raise Rejected(
        f"{about.name} has no field history, and polling cannot see former values.",
        code="NO_FIELD_HISTORY",
        remedy="Track the fields in Setup > Object Manager, or leave only_when_changed empty.",
        fields=("only_when_changed",),
    )


def _require_tracked(sobject: str, names: list[str]) -> Flow[None]:
    query = bind(
        "SELECT QualifiedApiName FROM FieldDefinition WHERE IsFieldHistoryTracked = true "
        "AND EntityDefinition.QualifiedApiName = :sobject",
        {"sobject": sobject},
    )
    rows = yield from query_results.fetch(
        Call("GET", "/query", params={"q": query}), 2_000, strict=True
    )
    tracked = {str(row.get("QualifiedApiName")).lower() for row in rows.records}
    missing = [name for name in names if name.lower() not in tracked]
    if missing:
        raise Rejected(
            f"Salesforce does not track {', '.join(missing)} of {sobject}.",
            code="FIELD_NOT_TRACKED",
            remedy=f"Enable field history for it in Setup > Object Manager > {sobject}.",
            fields=("only_when_changed",),
        )


def _records(followed: Followed, ids: set[str]) -> Flow[dict[str, Mapping[str, Any]]]:
    records: dict[str, Mapping[str, Any]] = {}
    ordered = sorted(ids)
    for at in range(0, len(ordered), _IDS):
        some = Condition(field="Id", operator="in", value=[*ordered[at : at + _IDS]])
        query = select(followed.sobject, ["Id", *followed.fields], [some, *followed.filters])
        rows = yield from query_results.fetch(
            Call("GET", "/query", params={"q": query}), _IDS, strict=True
        )
        records |= {require_text(row.get("Id"), "Id", "the query"): row for row in rows.records}
    return records
