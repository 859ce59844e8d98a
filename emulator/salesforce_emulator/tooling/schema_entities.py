"""EntityDefinition, FieldDefinition, CustomObject and CustomField: the org's schema as rows.

Data types are named as Setup names them. Attributes that the org does not hold (help text, sharing
model ...) are no fields here.

https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_entitydefinition.htm
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.ids import to_18
from salesforce_emulator.schema.package_names import developer_name, namespace_of
from salesforce_emulator.schema.sobject import ChildRelationship, SObject
from salesforce_emulator.tooling.entity import Entity, Row, made_id, sobject

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org

_FLAGS: Final = {  # of EntityDefinition -> of describe
    "IsApexTriggerable": "triggerable",
    "IsCompactLayoutable": "compactLayoutable",
    "IsEverCreatable": "createable",
    "IsEverDeletable": "deletable",
    "IsEverUpdatable": "updateable",
    "IsFeedEnabled": "feedEnabled",
    "IsLayoutable": "layoutable",
    "IsQueryable": "queryable",
    "IsReplicateable": "replicateable",
    "IsRetrieveable": "retrieveable",
    "IsSearchLayoutable": "searchLayoutable",
    "IsSearchable": "searchable",
    "IsTriggerable": "triggerable",
}
_NAMED: Final = {  # types that Setup has a word for, whatever their size
    "address": "Address",
    "base64": "Base64",
    "boolean": "Checkbox",
    "combobox": "Picklist",
    "date": "Date",
    "datetime": "Date/Time",
    "email": "Email",
    "id": "Lookup()",
    "location": "Geolocation",
    "multipicklist": "Picklist (Multi-Select)",
    "phone": "Phone",
    "picklist": "Picklist",
    "time": "Time",
    "url": "URL",
}
_NUMBERS: Final = {"currency": "Currency", "double": "Number", "percent": "Percent"}
_TEXT_AREA: Final = 255  # characters; a textarea above it is a long one
_VALUES: Final = {  # ValueTypeId of types that share another's
    **dict.fromkeys(("currency", "percent"), "double"),
    **dict.fromkeys(("combobox", "email", "encryptedstring", "multipicklist"), "string"),
    **dict.fromkeys(("phone", "picklist", "textarea", "url"), "string"),
    "reference": "id",
}


def data_type(field: Field) -> str:
    """Return a type as Setup writes it: `Text(40)`, `Lookup(Account,Contact)`, `Date/Time`."""
    if field.auto_number:
        return "Auto Number"
    if field.name_field and field.type == "string":
        return "Name" if not field.custom else f"Text({field.length})"
    if field.type == "reference":
        kind = "Master-Detail" if field.cascade_delete and field.custom else "Lookup"
        return f"{kind}({','.join(field.reference_to)})"
    if field.type == "textarea":
        long = "Rich Text Area" if field.html_formatted else "Long Text Area"
        return f"{long}({field.length})" if field.length > _TEXT_AREA else "Text Area"
    if field.type in _NUMBERS:
        return f"{_NUMBERS[field.type]}({field.precision - field.scale}, {field.scale})"
    if field.type == "int":
        return f"Number({field.digits}, 0)"
    return _NAMED.get(field.type, f"Text({field.length})")


def _entities(org: "Org", access: "Access") -> Iterator[Row]:
    del org
    for item in access.schema:
        durable = _durable(item)
        flags = {name: flag in item.flags for name, flag in _FLAGS.items()}
        yield flags | {
            "Id": durable,
            "DurableId": durable,
            "QualifiedApiName": item.name,
            "DeveloperName": developer_name(item.name),
            "NamespacePrefix": namespace_of(item.name),
            "MasterLabel": item.label,
            "Label": item.label,
            "PluralLabel": item.label_plural,
            "KeyPrefix": item.key_prefix,
            "IsCustomizable": "layoutable" in item.flags,
        }


def _fields(org: "Org", access: "Access") -> Iterator[Row]:
    for item in access.schema:
        entity = _durable(item)
        tracked = declared_rules(org).tracked_fields.get(item.name, ())
        for field in item.fields:
            durable = f"{entity}.{_field_id(item, field)}"
            yield {
                "Id": durable,
                "DurableId": durable,
                "EntityDefinitionId": entity,
                "QualifiedApiName": field.name,
                "DeveloperName": developer_name(field.name),
                "NamespacePrefix": namespace_of(field.name),
                "MasterLabel": field.label,
                "Label": field.label,
                "DataType": data_type(field),
                "ValueTypeId": _VALUES.get(field.type, field.type),
                "ExtraTypeInfo": field.extra_type_info,
                "Length": field.length,
                "Precision": field.precision,
                "Scale": field.scale,
                "RelationshipName": field.relationship_name,
                "IsApiFilterable": field.filterable,
                "IsApiGroupable": field.groupable,
                "IsApiSortable": field.sortable,
                "IsCalculated": field.calculated,
                "IsCompound": field.compound,
                "IsFieldHistoryTracked": field.name in tracked,
                "IsHtmlFormatted": field.html_formatted,
                "IsIndexed": field.id_lookup or field.external_id or field.type == "reference",
                "IsNameField": field is item.name_field,
                "IsNillable": field.nillable,
                "IsPolymorphicForeignKey": field.polymorphic,
            }


def _custom_objects(org: "Org", access: "Access") -> Iterator[Row]:
    del org
    for item in access.schema:
        if item.custom:
            yield {
                "Id": _object_id(item),
                "DeveloperName": developer_name(item.name),
                "NamespacePrefix": namespace_of(item.name),
            }


def _custom_fields(org: "Org", access: "Access") -> Iterator[Row]:
    del org
    for item in access.schema:
        for field in item.fields:
            if field.name.endswith("__c"):
                yield {
                    "Id": to_18(_field_id(item, field)),
                    "DeveloperName": developer_name(field.name),
                    "NamespacePrefix": namespace_of(field.name),
                    "TableEnumOrId": _object_id(item) if item.custom else item.name,
                    "EntityDefinitionId": _durable(item),
                    "Length": field.length,
                    "Precision": field.precision,
                    "Scale": field.scale,
                }


def _object_id(sobject: SObject) -> str:
    return made_id("01I", sobject.name)


def _durable(sobject: SObject) -> str:
    return _object_id(sobject)[:15] if sobject.custom else sobject.name


def _field_id(sobject: SObject, field: Field) -> str:
    if not field.name.endswith("__c"):
        return field.name
    return made_id("00N", f"{sobject.name}.{field.name}")[:15]


ENTITIES: Final = (
    Entity(
        sobject(
            "EntityDefinition",
            "4ie",
            "Id:id DurableId QualifiedApiName NamespacePrefix DeveloperName MasterLabel Label"
            " PluralLabel KeyPrefix IsCustomizable:boolean "
            + " ".join(f"{name}:boolean" for name in _FLAGS),
            children=(
                ChildRelationship("FieldDefinition", "EntityDefinitionId", "Fields"),
                ChildRelationship("ValidationRule", "EntityDefinitionId", "ValidationRules"),
            ),
        ),
        _entities,
        in_data_api=True,
        synthetic=True,
    ),
    Entity(
        sobject(
            "FieldDefinition",
            "4fe",
            "Id:id DurableId QualifiedApiName EntityDefinitionId:EntityDefinition NamespacePrefix"
            " DeveloperName MasterLabel Label Length:int DataType ValueTypeId ExtraTypeInfo"
            " IsCalculated:boolean IsCompound:boolean IsHtmlFormatted:boolean IsIndexed:boolean"
            " IsFieldHistoryTracked:boolean"
            " IsNameField:boolean IsNillable:boolean IsPolymorphicForeignKey:boolean"
            " IsApiFilterable:boolean IsApiGroupable:boolean IsApiSortable:boolean"
            " Precision:int Scale:int RelationshipName",
        ),
        _fields,
        in_data_api=True,
        synthetic=True,
    ),
    Entity(sobject("CustomObject", "01I", "Id:id DeveloperName NamespacePrefix"), _custom_objects),
    Entity(
        sobject(
            "CustomField",
            "00N",
            "Id:id DeveloperName NamespacePrefix TableEnumOrId EntityDefinitionId:EntityDefinition"
            " Length:int Precision:int Scale:int",
        ),
        _custom_fields,
    ),
)
