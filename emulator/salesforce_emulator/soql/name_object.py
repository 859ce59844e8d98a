"""The pseudo-object Name: fields of a polymorphic parent.

`Owner.Name`, `What.Type`: the id determines the sobject, so a field's SQL is a CASE over
the ids' prefixes.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_name.htm
"""

# SQL is built from the schema's names; values of a statement are bound as parameters.
# ruff: noqa: S608

from collections.abc import Sequence
from typing import Final

from salesforce_emulator.schema import Field, Schema, SObject


def _user_reference(name: str, target: str) -> Field:
    return Field(
        name=f"{name}Id",
        label=f"{name} ID",
        type="reference",
        length=18,
        reference_to=(target,),
        relationship_name=name,
    )


_FIELDS: Final = (
    Field(name="Id", label="Name ID", type="id", length=18, nillable=False),
    Field(name="Name", label="Name", type="string", length=255),
    Field(name="LastName", label="Last Name", type="string", length=80),
    Field(name="FirstName", label="First Name", type="string", length=40),
    Field(name="MiddleName", label="Middle Name", type="string", length=40),
    Field(name="Suffix", label="Suffix", type="string", length=40),
    Field(name="Type", label="Type", type="picklist", length=40),
    Field(name="Alias", label="Alias", type="string", length=8),
    _user_reference("UserRole", "UserRole"),
    _user_reference("RecordType", "RecordType"),
    Field(name="IsActive", label="Active", type="boolean"),
    _user_reference("Profile", "Profile"),
    Field(name="Title", label="Title", type="string", length=80),
    Field(name="Email", label="Email", type="email", length=80),
    Field(name="Phone", label="Phone", type="phone", length=40),
    Field(name="Username", label="Username", type="string", length=80),
    Field(name="LastViewedDate", label="Last Viewed Date", type="datetime"),
    Field(name="LastReferencedDate", label="Last Referenced Date", type="datetime"),
    Field(name="NameOrAlias", label="Name or Alias", type="string", length=255),
)
_BY_NAME: Final = {field.name.lower(): field for field in _FIELDS}
_BY_RELATIONSHIP: Final = {
    field.relationship_name.lower(): field
    for field in _FIELDS
    if field.relationship_name is not None
}


class NameObject:
    """What a polymorphic reference leads to.

    Attributes:
        targets: The sobjects that it may be of; those that the schema has not are left out.
    """

    name = "Name"
    fields = _FIELDS

    def __init__(self, schema: Schema, reference_to: Sequence[str]) -> None:
        result = (schema.get(name) for name in reference_to)
        self.targets = tuple(target for target in result if target is not None)

    def field(self, name: str) -> Field | None:
        return _BY_NAME.get(name.lower())

    def relationship(self, name: str) -> Field | None:
        return _BY_RELATIONSHIP.get(name.lower())

    def value(self, field: Field, key: str) -> str:
        """Return the SQL of a field of the row that the id `key` is of."""
        if field.name == "Id":
            return key
        cases = [
            f"WHEN '{target.key_prefix}' THEN {value}"
            for target in self.targets
            if (value := _value_of(target, field, key))
        ]
        return f"CASE substr({key}, 1, 3) {' '.join(cases)} END" if cases else "NULL"


def _value_of(target: SObject, field: Field, key: str) -> str:
    """Return the SQL of the field for one sobject; empty when the sobject has none."""
    if field.name == "Type":
        return f"'{target.name}'"
    result = target.field(field.name)
    if field.name == "Name" or (field.name == "NameOrAlias" and target.field("Alias") is None):
        result = target.name_field
    elif field.name == "NameOrAlias":
        result = target.field("Alias")
    if result is None or result.compound:
        return ""
    return f'(SELECT "{result.name}" FROM "{target.name}" WHERE "Id" = {key})'
