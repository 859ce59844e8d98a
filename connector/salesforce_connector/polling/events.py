"""What a trigger tells of one record, and how rows become it."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from salesforce_connector.polling.field_history import Change

EventId = Field(
    title="Event id", description="Stays the same when the event is delivered again after a crash."
)
RecordIdOf = Field(title="Record id", description="18 characters.")
RecordOf = Field(title="Record", description="As Salesforce returns it now, with `attributes`.")


class Created(BaseModel):
    """A record that was created."""

    id: str = EventId
    record_id: str = RecordIdOf
    created_at: str = Field(title="Created at", description="As Salesforce returns it, in UTC.")
    record: dict[str, Any] = RecordOf


class Saved(BaseModel):
    """A record that was saved; saves between two polls come as one."""

    id: str = EventId
    record_id: str = RecordIdOf
    change: Literal["created", "updated"] = Field(
        title="Change",
        description=(
            "created: as it was when it was created. updated: saved again since its creation, which"
            " may be the first that is heard of it."
        ),
    )
    created_at: str | None = Field(
        title="Created at", description="As Salesforce returns it, in UTC; null when there is none."
    )
    changed_at: str = Field(title="Changed at", description="Of the last save, in UTC.")
    record: dict[str, Any] = RecordOf


class FieldChange(BaseModel):
    """What a field was before a save, and after it."""

    old: Any = Field(title="Old", description="null also where Salesforce stores no value.")
    new: Any = Field(title="New", description="null also where Salesforce stores no value.")


class Updated(BaseModel):
    """A record that was saved after its creation."""

    id: str = EventId
    record_id: str = RecordIdOf
    changed_at: str = Field(title="Changed at", description="As Salesforce returns it, in UTC.")
    changes: dict[str, FieldChange] = Field(
        default_factory=dict,
        title="Changes",
        description="By field, when only_when_changed is given; empty otherwise.",
    )
    record: dict[str, Any] = RecordOf


class Deleted(BaseModel):
    """A record that was deleted."""

    id: str = EventId
    record_id: str = RecordIdOf
    deleted_at: str = Field(title="Deleted at", description="As Salesforce returns it, in UTC.")
    record: dict[str, Any] = Field(
        title="Record", description="As it was when it was deleted, with `attributes`."
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
