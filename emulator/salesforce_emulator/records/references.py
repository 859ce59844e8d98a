"""What a record points at: whether the id fits the field, and whether the record is there.

A parent may also be named by an external id of its own: `{"Account": {"External_Id__c": "X1"}}`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/using_resources_working_with_records.htm
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_emulator import errors
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.ids import MASTER_RECORD_TYPE, in_range, parse_id
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.records.plans import Column


def resolve_reference(org: "Org", sobject: SObject, column: "Column", value: str) -> str | None:
    """Return the 18-character id that a reference field is to hold.

    Raises:
        SalesforceError: MALFORMED_ID when it is no id of an sobject that the field takes,
            INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY or ENTITY_IS_DELETED when no such record
            is there.
    """
    field = column.field
    record_id = parse_id(value)
    if record_id is None:
        raise errors.wrong_kind_of_id(field.label, value, field.name)
    if field.name == "RecordTypeId":
        return _record_type(org, sobject, record_id)
    target = column.targets.get(record_id[:3])
    if target is None or not in_range(record_id):
        raise errors.wrong_kind_of_id(field.label, value, field.name)
    row = org.db.execute(f'SELECT * FROM "{target}" WHERE "Id" = ?', (record_id,)).fetchone()  # noqa: S608
    if row is None:
        raise errors.no_access_to_reference(record_id)
    if org.schema[target].soft_deleted and row["IsDeleted"]:
        raise errors.entity_is_deleted()
    if target == "User" and field.name == "OwnerId" and not row["IsActive"]:
        raise errors.inactive_owner(record_id, sobject.name)
    return record_id


def require_no_circle(org: "Org", sobject: SObject, field: Field, record_id: str, to: str) -> None:
    """Raise SalesforceError when a record would come to be above itself.

    Args:
        field: A reference of the sobject to itself.
        to: What it is to point at.
    """
    sql = f'SELECT "{field.name}" FROM "{sobject.name}" WHERE "Id" = ?'  # noqa: S608 - our names
    above: str | None = to
    while above is not None:
        if above == record_id:
            raise errors.circular_reference(field.name)
        row = org.db.execute(sql, (above,)).fetchone()
        above = row[0] if row else None


def by_external_id(
    org: "Org", access: "Access", field: Field, body: Mapping[str, Any]
) -> str | None:
    """Find the parent that a body names by an external id.

    Args:
        field: The reference field.
        body: `{"External_Id__c": "X1"}`, with `attributes.type` where the field takes several
            sobjects.

    Raises:
        SalesforceError: INVALID_FIELD when the parent does not exist, the field is no external id,
            DUPLICATE_EXTERNAL_ID when there are several.
    """
    parent = _parent(access, field, body)
    keys = [(name, value) for name, value in body.items() if name != "attributes"]
    if len(keys) != 1:
        raise errors.not_an_external_id(field.relationship_name or field.name, parent.name)
    name, value = keys[0]
    key = plan_of(org, parent).columns.get(name.lower())
    if key is None or not key.find:
        raise errors.not_an_external_id(name, parent.name)
    stored = parse_id(value) if key.field.type == "id" else key.read(value)
    ids = [row[0] for row in org.db.execute(key.find, (stored,))]
    if not ids:
        raise errors.foreign_key_not_found(str(value), key.name, parent.name)
    if len(ids) > 1:
        raise errors.duplicate_external_id(key.name, ids)
    return str(ids[0])


def _parent(access: "Access", field: Field, body: Mapping[str, Any]) -> SObject:
    attributes = body.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if name is None and len(field.reference_to) == 1:
        name = field.reference_to[0]
    parent = access.schema.get(str(name)) if name is not None else None
    if parent is None or parent.name not in field.reference_to:
        raise errors.not_an_external_id(field.relationship_name or field.name, str(name))
    return parent


def _record_type(org: "Org", sobject: SObject, record_id: str) -> str | None:
    if record_id == MASTER_RECORD_TYPE:
        return None
    row = org.db.execute(
        'SELECT 1 FROM "RecordType" WHERE "Id" = ? AND "SobjectType" = ? AND "IsActive" = 1',
        (record_id, sobject.name),
    ).fetchone()
    if row is None:
        raise errors.invalid_record_type(record_id)
    return record_id
