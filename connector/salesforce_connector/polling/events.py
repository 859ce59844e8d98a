"""Events of polled triggers, one for each record, and how they are made of rows."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from salesforce_connector.polling.field_history import Change

EventId = Field(
    title="Event ID",
    description="ID of the event; the same if the event is delivered again after a crash.",
)
RecordIdOf = Field(title="Record ID", description="ID of the record (18 characters).")
RecordOf = Field(
    title="Record", description="The record as Salesforce returns it now, with `attributes`."
)


class Created(BaseModel):
    """A record that was created."""

    id: str = EventId
    record_id: str = RecordIdOf
    created_at: str = Field(
        title="Created at", description="Timestamp in UTC, as Salesforce returns it."
    )
    record: dict[str, Any] = RecordOf


class Saved(BaseModel):
    """A record that was saved; saves between two polls are one event."""

    id: str = EventId
    record_id: str = RecordIdOf
    change: Literal["created", "updated"] = Field(
        title="Change",
        description=(
            "created: not saved again since its creation. updated: saved again, possibly before "
            "the first event for it."
        ),
    )
    created_at: str | None = Field(
        title="Created at",
        description="Timestamp in UTC, as Salesforce returns it; null if there is none.",
    )
    changed_at: str = Field(title="Changed at", description="Time of the last save, in UTC.")
    record: dict[str, Any] = RecordOf


class FieldChange(BaseModel):
    """The value of a field before and after a save."""

    old: Any = Field(
        title="Old value", description="Value before the save; null if there was none."
    )
    new: Any = Field(title="New value", description="Value after the save; null if there is none.")


class Updated(BaseModel):
    """A record that was saved after its creation."""

    id: str = EventId
    record_id: str = RecordIdOf
    changed_at: str = Field(
        title="Changed at", description="Timestamp in UTC, as Salesforce returns it."
    )
    changes: dict[str, FieldChange] = Field(
        default_factory=dict,
        title="Changes",
        description="Changes by field if only_when_changed is set; otherwise empty.",
    )
    record: dict[str, Any] = RecordOf


class Deleted(BaseModel):
    """A record that was deleted."""

    id: str = EventId
    record_id: str = RecordIdOf
    deleted_at: str = Field(
        title="Deleted at", description="Timestamp in UTC, as Salesforce returns it."
    )
    record: dict[str, Any] = Field(
        title="Record", description="The record as it was when it was deleted, with `attributes`."
    )


def created_event(row: Mapping[str, Any], by: str) -> Created:
    """Return the event of a creation; `by` is the field with its time stamp."""
    return Created(id=row["Id"], record_id=row["Id"], created_at=row[by], record=dict(row))


def saved_event(row: Mapping[str, Any], by: str) -> Saved:
    """Return the event of a save; `by` is the field with its time stamp."""
    created_at = row.get("CreatedDate")
    return Saved(
        id=f"{row['Id']}:{row[by]}",
        record_id=row["Id"],
        change="created" if created_at == row[by] or by == "LoginTime" else "updated",
        created_at=created_at,
        changed_at=row[by],
        record=dict(row),
    )


def deleted_event(row: Mapping[str, Any], by: str) -> Deleted:
    """Return the event of a deletion; `by` is the field with its time stamp."""
    return Deleted(
        id=f"{row['Id']}:{row[by]}",
        record_id=row["Id"],
        deleted_at=row[by],
        record=dict(row),
    )


def updated_event(row: Mapping[str, Any], by: str) -> Updated:
    """Return the event of a save after the creation; `by` is the field with its time stamp."""
    return Updated(
        id=f"{row['Id']}:{row[by]}",
        record_id=row["Id"],
        changed_at=row[by],
        record=dict(row),
    )


def changed_event(change: Change) -> Updated:
    """Return the event of a save that changed watched fields."""
    return Updated(
        id=change.id,
        record_id=change.record_id,
        changed_at=change.at,
        changes={name: FieldChange(**values) for name, values in change.fields.items()},
        record=dict(change.record or {}),
    )
