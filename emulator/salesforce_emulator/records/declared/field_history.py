"""Field history: which fields are tracked, and the row that each change of one leaves.

A long text and a multi-select picklist leave a row without values; a lookup leaves two, one with
names and one with ids. Changes that the platform makes to another record by itself, such as the sum
of an opportunity's lines, leave none here.

https://help.salesforce.com/s/articleView?id=xcloud.tracking_field_history.htm
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.records.system_rows import write
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.history_objects import (
    CREATED,
    field_name,
    history_name,
    parent_field,
    with_history,
)

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

MAX_FIELDS: Final = 20  # fields of an object, Field History Tracking considerations

_MAX_LENGTH: Final = 255  # characters; of longer texts only that they were changed
_NEVER: Final = frozenset({"id", "time", "base64", "address", "location", "anyType"})
_NOT_TRACKED: Final = frozenset(
    {"CreatedById", "CreatedDate", "LastModifiedById", "LastModifiedDate", "SystemModstamp"}
    | {"IsDeleted", "LastViewedDate", "LastReferencedDate", "LastActivityDate", "ExpectedRevenue"}
)
_DATA_TYPES: Final = {
    "boolean": "Boolean",
    "currency": "Currency",
    "date": "DateOnly",
    "datetime": "DateTime",
    "double": "Double",
    "int": "Double",
    "email": "Email",
    "encryptedstring": "EncryptedText",
    "multipicklist": "MultiEnum",
    "percent": "Percent",
    "phone": "Phone",
    "picklist": "DynamicEnum",
    "reference": "EntityId",
    "textarea": "MultiLineText",
    "url": "Url",
}


def track(org: "Org", sobject_name: str, names: Iterable[str]) -> None:
    """Track fields of an object from now on, beside those that are tracked; not in a transaction.

    Raises:
        LookupError: The object or a field is unknown.
        ValueError: A field cannot be tracked, or there are too many.
    """
    sobject = org.schema.get(sobject_name)
    if sobject is None:
        raise LookupError(f"there is no object {sobject_name}")
    tracked = dict.fromkeys(declared_rules(org).tracked_fields.get(sobject.name, ()))
    for name in names:
        field = sobject.field(name)
        if field is None:
            raise LookupError(f"{sobject.name} has no field {name}")
        if field.type in _NEVER or field.name in _NOT_TRACKED or field.auto_number:
            raise ValueError(f"{sobject.name}.{field.name} cannot be tracked")
        tracked[field.name] = None
    if len(tracked) > MAX_FIELDS:
        raise ValueError(f"{sobject.name} can have {MAX_FIELDS} tracked fields")
    org.extend(with_history(org.schema, sobject.name))
    declared_rules(org).tracked_fields[sobject.name] = tuple(tracked)


def note(save: SaveContext) -> None:
    """Write the history of a completed save, where its object is tracked."""
    tracked = declared_rules(save.org).tracked_fields.get(save.sobject.name)
    if tracked is None:
        return
    if save.new:
        mark(save, CREATED)
        return
    sobject = save.org.schema[save.sobject.name]
    for name in tracked:
        field = sobject.field(name)
        if field is not None and save.changed(name):
            _note(save, field)


def mark(save: SaveContext, event: str) -> None:
    """Write a row that is about the record as a whole."""
    _write(save, event, "Text", None, None)


def _note(save: SaveContext, field: Field) -> None:
    old, new = (save.before or {})[field.name], save.row.get(field.name)
    name, kind = field_name(field), _DATA_TYPES.get(field.type, "Text")
    if field.type == "multipicklist" or field.length > _MAX_LENGTH or field.encrypted:
        long_text = field.type == "textarea"
        type_name = "HtmlStringPlusClob" if field.html_formatted else "StringPlusClob"
        _write(save, name, type_name if long_text else kind, None, None)
        return
    if field.type == "reference":
        displayed = [_render(save, item) for item in (old, new)]
        _write(save, name, "Text", displayed[0], displayed[1])
    if field.type == "boolean":  # as `rendering.any_value` reads them
        old, new = (None if item is None else bytes([bool(item)]) for item in (old, new))
    _write(save, name, kind, old, new)


def _render(save: SaveContext, record_id: str | None) -> str | None:
    """Return the display name of a record."""
    sobject = None if record_id is None else save.org.schema.by_prefix(record_id[:3])
    if sobject is None or sobject.name_field is None:
        return record_id
    sql = f'SELECT "{sobject.name_field.name}" FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608
    row = save.org.db.execute(sql, (record_id,)).fetchone()
    return record_id if row is None else row[0]


def _write(save: SaveContext, name: str, kind: str, old: Any, new: Any) -> None:
    sobject = save.sobject.name
    values = {
        parent_field(sobject): save.record_id,
        "Field": name,
        "DataType": kind,
        "OldValue": old,
        "NewValue": new,
    }
    write(save.org, save.user_id, history_name(sobject), values)
