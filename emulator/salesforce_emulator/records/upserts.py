"""Finds records by an external id, and upserts: updates the one that matches, else creates one.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.org.save_options import SaveOptions
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.records.writing import create, update
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.schema.sobject import SObject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

_DEFAULT_OPTIONS: Final = SaveOptions()


@dataclass(frozen=True, slots=True)
class UpsertOutcome:
    """Which record it was, and whether it is new."""

    record_id: str
    created: bool


def key_field(sobject: SObject, name: str) -> Field:
    """Return the key field of an upsert: an external id, Id, or one with idLookup.

    Raises:
        SalesforceError: NOT_FOUND when there is no such field, or it is none of these.
    """
    field = sobject.field(name)
    if field is None or not (field.external_id or field.id_lookup):
        raise errors.external_id_field_not_found(name)
    return field


def find(org: "Org", sobject: SObject, field: Field, value: object) -> str | None:
    """Return the id of the record that has a value in a key field; None when there is none.

    Raises:
        SeveralMatch: There is more than one.
        SalesforceError: JSON_PARSER_ERROR when the value is not of the field's type.
    """
    column = plan_of(org, sobject).columns[field.name.lower()]
    stored = parse_id(value) if field.type == "id" else column.read(value)
    if stored is None:
        return None
    ids = [row[0] for row in org.db.execute(column.find, (stored,))]
    if len(ids) > 1:
        raise errors.SeveralMatch(sobject.name, field.name, ids)
    return ids[0] if ids else None


def upsert(
    org: "Org",
    access: "Access",
    sobject: SObject,
    field: Field,
    value: object,
    body: Mapping[str, Any],
    *,
    updates_only: bool = False,
    options: SaveOptions = _DEFAULT_OPTIONS,
) -> UpsertOutcome:
    """Update the record whose key field has this value, or create one.

    The caller holds `org.transaction()`.

    Args:
        field: What `key_field` gave.
        body: Does not name the key field.
        updates_only: Never create.

    Raises:
        SeveralMatch: More than one record has the value; nothing is written.
        SalesforceError: INVALID_FIELD when the body names the key, NOT_FOUND when there is nothing
            to update and nothing may be created, or the record is refused.
    """
    if any(name.lower() == field.name.lower() for name in body):
        raise errors.key_field_in_body(field.name)
    record_id = find(org, sobject, field, value)
    if record_id is not None:
        update(org, access, sobject, record_id, body, options)
        return UpsertOutcome(record_id, created=False)
    if updates_only or field.type == "id":
        raise errors.not_found()
    keyed = {**body, field.name: value} if field.createable else dict(body)
    return UpsertOutcome(create(org, access, sobject, keyed, options), created=True)
