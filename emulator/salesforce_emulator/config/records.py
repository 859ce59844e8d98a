"""Creates a config file's records: `[[records]]`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from salesforce_emulator.config.errors import ConfigError, KeyPath, located_at
from salesforce_emulator.config.queues import owner_id
from salesforce_emulator.config.references import sobject_of
from salesforce_emulator.config.tables.records import Record
from salesforce_emulator.records import writing
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply_records(org: "Org", tables: Sequence[Record]) -> dict[str, int]:
    """Create records as the administrator; return the number of refused saves by record id.

    An org whose file was opened before has the records already: nothing is created then.

    Raises:
        ConfigError: An object, owner, record type or `@ref` is missing, or the record is refused.
    """
    locks: dict[str, int] = {}
    if not tables or org.reopened:
        return locks
    ids: dict[str, str] = {}
    access = org.access(org.admin_id)
    names = {table.owner for table in tables if table.owner}
    owners = {name: owner_id(org, name) for name in names}  # makes users, outside the transaction
    with org.transaction():
        for at, table in enumerate(tables):
            key_path: KeyPath = ("records", at)
            sobject = sobject_of(org, table.object, key_path)
            fields = {
                name: _resolve_refs(value, ids, (*key_path, "fields", name))
                for name, value in table.fields.items()
            }
            if table.owner:
                fields["OwnerId"] = _owner(owners, sobject, table.owner, (*key_path, "owner"))
            if table.record_type:
                where = (*key_path, "record_type")
                fields["RecordTypeId"] = _record_type(sobject, table.record_type, where)
            with located_at(*key_path):
                record_id = writing.create(org, access, sobject, fields)
            if table.ref:
                ids[table.ref] = record_id
            if table.locks:
                locks[record_id] = table.locks
    return locks


def _owner(owners: Mapping[str, str | None], sobject: SObject, name: str, key_path: KeyPath) -> str:
    if sobject.field("OwnerId") is None:
        raise ConfigError(key_path, f"records of {sobject.name} have no owner of their own")
    owner = owners[name]
    if owner is None:
        raise ConfigError(key_path, f"there is no user or queue {name}")
    return owner


def _record_type(sobject: SObject, name: str, key_path: KeyPath) -> str:
    for record_type in sobject.record_types:
        if record_type.developer_name == name:
            return record_type.id
    raise ConfigError(key_path, f"{sobject.name} has no record type {name}")


def _resolve_refs(value: Any, ids: dict[str, str], key_path: KeyPath) -> Any:
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    if value[1:] not in ids:
        raise ConfigError(key_path, f"there is no record {value[1:]!r} before this one")
    return ids[value[1:]]
