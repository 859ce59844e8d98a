"""The objects whose rows are the history of another object's fields: `AccountHistory`,
`OpportunityFieldHistory`, `Parcel__History`.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_associated_objects_history.htm
"""

from typing import Final

from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import ChildRelationship, SObject

OBJECTS: Final = ("Account", "Contact", "Lead", "Opportunity", "Case", "Contract")
"""The standard objects that have one from the start."""

CREATED: Final = "created"
CONVERTED: Final = "leadConverted"
"""What `Field` says of a row that is about no field."""

_PREFIX: Final = "017"  # all objects of history share it
_DATA_TYPES: Final = (
    "Boolean", "Currency", "DateOnly", "DateTime", "Double", "DynamicEnum", "Email",
    "EncryptedText", "EntityId", "HtmlStringPlusClob", "MultiEnum", "MultiLineText", "Percent",
    "Phone", "StringPlusClob", "Text", "TimeOnly", "Url",
)  # fmt: skip


def history_name(sobject: str) -> str:
    """Return the name of the object that has another's history."""
    if sobject.endswith("__c"):
        return sobject.removesuffix("__c") + "__History"
    return "OpportunityFieldHistory" if sobject == "Opportunity" else f"{sobject}History"


def parent_field(sobject: str) -> str:
    """Return the field of a history row that refers to the tracked record."""
    return "ParentId" if sobject.endswith("__c") else f"{sobject}Id"


def field_name(field: Field) -> str:
    """Return the value of `Field`: for a standard lookup the relationship, `Owner`."""
    standard = field.type == "reference" and not field.custom and field.relationship_name
    return str(field.relationship_name) if standard else field.name


def tracked_object(sobject: SObject) -> str | None:
    """Return the object that an object of history is about; None for another object."""
    if sobject.key_prefix != _PREFIX:
        return None
    pointer = next(field for field in sobject.fields if field.type == "reference")
    return pointer.reference_to[0]


def with_history(schema: Schema, name: str) -> Schema:
    """Return a schema in which an object has a history.

    Raises:
        KeyError: There is no such object.
    """
    sobject = schema[name]
    if schema.owns(history_name(sobject.name)):
        return schema
    field = parent_field(sobject.name)
    child = ChildRelationship(history_name(sobject.name), field, "Histories", True)
    if sobject.child("Histories") is None:
        sobject = sobject.extended(children=(child,))
    return schema.with_objects(sobject, _history(sobject))


def _history(sobject: SObject) -> SObject:
    pointer = parent_field(sobject.name)
    names = sorted({field_name(field) for field in sobject.fields} | {CREATED})
    if sobject.name == "Lead":
        names.append(CONVERTED)
    return SObject(
        history_name(sobject.name),
        label=f"{sobject.label} History",
        label_plural=f"{sobject.label} History",
        key_prefix=_PREFIX,
        fields=(
            _platform_field("Id", "id", length=18, id_lookup=True),
            _platform_field("IsDeleted", "boolean"),
            _pointer(pointer, pointer.removesuffix("Id"), sobject.name),
            _pointer("CreatedById", "CreatedBy", "User"),
            _platform_field("CreatedDate", "datetime", groupable=False),
            _platform_field("Field", "picklist", length=255, picklist=_choices(names)),
            _platform_field(
                "DataType", "picklist", length=40, picklist=_choices(_DATA_TYPES), nillable=True
            ),
            _value("OldValue"),
            _value("NewValue"),
        ),
        flags=("queryable", "retrieveable"),
    )


def _choices(names: list[str] | tuple[str, ...]) -> tuple[PicklistValue, ...]:
    return tuple(PicklistValue(name, name) for name in names)


def _value(name: str) -> Field:
    return _platform_field(
        name, "anyType", nillable=True, filterable=False, groupable=False, aggregatable=False
    )


def _pointer(name: str, relationship: str, target: str) -> Field:
    return _platform_field(
        name, "reference", length=18, reference_to=(target,), relationship_name=relationship
    )


def _platform_field(name: str, kind: str, **attributes: object) -> Field:
    fixed: dict[str, object] = {
        "label": name,
        "nillable": False,
        "createable": False,
        "updateable": False,
        "defaulted_on_create": True,
        "permissionable": False,
        "restricted_picklist": kind == "picklist",
    }
    return Field(name=name, type=kind, **(fixed | attributes))  # type: ignore[arg-type]
