"""Adds a config file's record types: `[[record_types]]`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from salesforce_emulator.config.errors import ConfigError, KeyPath, located_at
from salesforce_emulator.config.tables.objects import RecordType as RecordTypeTable
from salesforce_emulator.records.system_rows import write
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import RecordType, SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply_record_types(org: "Org", tables: Sequence[RecordTypeTable]) -> None:
    """Write the rows of record types that do not exist yet, and add them to their objects.

    Raises:
        ConfigError: An object, a picklist or a value is missing; a name or a default is repeated.
    """
    by_object: dict[str, list[RecordType]] = {}
    for at, table in enumerate(tables):
        key_path = ("record_types", at)
        sobject = org.schema.get(table.object)
        if sobject is None:
            raise ConfigError((*key_path, "object"), f"there is no object {table.object}")
        others = by_object.setdefault(sobject.name, [])
        if any(other.developer_name == table.name for other in others):
            why = f"{sobject.name} has a record type {table.name} already"
            raise ConfigError((*key_path, "name"), why)
        if table.default and any(other.default for other in others):
            raise ConfigError((*key_path, "default"), f"{sobject.name} has another default already")
        _check_picklists(sobject, table, key_path)
        label = table.label or table.name.replace("_", " ")
        record_type_id = _record_type_id(org, sobject.name, table, label)
        others.append(
            RecordType(
                record_type_id, table.name, label, table.active, table.default, table.picklists
            )
        )
    if by_object:
        objects = [_with_record_types(org.schema[name], by_object[name]) for name in by_object]
        org.extend(org.schema.with_objects(*objects))


def _with_record_types(sobject: SObject, record_types: Sequence[RecordType]) -> SObject:
    sobject = sobject.with_record_types(record_types)
    default = next((item.id for item in record_types if item.default), None)
    field = sobject.field("RecordTypeId")
    if field is not None:
        return sobject.with_field(replace(field, default_value=default))
    return sobject.extended(fields=(replace(_record_type_field(), default_value=default),))


def _check_picklists(sobject: SObject, table: RecordTypeTable, key_path: KeyPath) -> None:
    for name, values in table.picklists.items():
        field = sobject.field(name)
        if field is None or not field.picklist:
            why = f"{sobject.name} has no such picklist"
            raise ConfigError((*key_path, "picklists", name), why)
        allowed = {item.value for item in field.picklist}
        for value in values:
            if value not in allowed:
                raise ConfigError((*key_path, "picklists", name), f"{name} has no value {value!r}")


def _record_type_id(org: "Org", sobject: str, table: RecordTypeTable, label: str) -> str:
    """Return the id of a record type's row, writing it if it does not exist."""
    sql = 'SELECT "Id" FROM "RecordType" WHERE "SobjectType" = ? AND "DeveloperName" = ?'
    with org.transaction():
        row = org.db.execute(sql, (sobject, table.name)).fetchone()
        if row is not None:
            return parse_id(row[0]) or ""
        values = {
            "Name": label,
            "DeveloperName": table.name,
            "SobjectType": sobject,
            "Description": table.description,
            "IsActive": int(table.active),
        }
        with located_at("record_types"):
            return write(org, org.admin_id, "RecordType", values)


def _record_type_field() -> Field:
    return Field(
        name="RecordTypeId",
        label="Record Type ID",
        type="reference",
        length=18,
        reference_to=("RecordType",),
        relationship_name="RecordType",
        defaulted_on_create=True,
        permissionable=False,
    )
