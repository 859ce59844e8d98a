"""What the UI API says of an object: its fields, and a picklist's values for a record type.

https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_object_info.htm
"""

import zlib
from collections.abc import Iterable
from typing import Final

from salesforce_emulator import errors
from salesforce_emulator.schema import Field, Schema, SObject
from salesforce_emulator.schema.dependent_picklists import controlling_values
from salesforce_emulator.schema.ids import MASTER_RECORD_TYPE, parse_id
from salesforce_emulator.schema.rendering import Json
from salesforce_emulator.schema.sobject import RecordType

_TYPES: Final = {
    "id": "Reference", "multipicklist": "MultiPicklist", "datetime": "DateTime",
    "textarea": "TextArea", "combobox": "ComboBox", "encryptedstring": "EncryptedString",
}  # fmt: skip
_NAMES: Final = ("FirstName", "LastName")


def object_info(schema: Schema, sobject: SObject) -> Json:
    """Return an object's info."""
    types = [*sobject.record_types, _master(sobject)]
    body: Json = {
        "apiName": sobject.name,
        "associateEntityType": None,
        "associateParentEntity": None,
        "childRelationships": [
            {
                "childObjectApiName": child.child_sobject,
                "fieldName": child.field,
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "relationshipName": child.relationship_name,
            }
            for child in sobject.children
            if child.relationship_name is not None
        ],
        "compactLayoutable": "compactLayoutable" in sobject.flags,
        "createable": sobject.createable,
        "custom": sobject.custom,
        "defaultRecordTypeId": next(item.id for item in types if item.default),
        "deletable": sobject.deletable,
        "dependentFields": {},
        "feedEnabled": "feedEnabled" in sobject.flags,
        "fields": {field.name: _field(schema, field) for field in sobject.fields},
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.label_plural,
        "layoutable": "layoutable" in sobject.flags,
        "mruEnabled": "mruEnabled" in sobject.flags,
        "nameFields": _name_fields(sobject),
        "queryable": sobject.queryable,
        "recordTypeInfos": {
            item.id: {
                "available": item.active,
                "defaultRecordTypeMapping": item.default,
                "master": item.id == MASTER_RECORD_TYPE,
                "name": item.name,
                "recordTypeId": item.id,
            }
            for item in types
        },
        "searchLayoutable": "searchLayoutable" in sobject.flags,
        "searchable": "searchable" in sobject.flags,
        "themeInfo": None,
        "updateable": sobject.updateable,
    }
    return {**body, "eTag": _etag(body)}


def all_picklist_values(sobject: SObject, record_type: str, url: str) -> Json:
    """Return the values of all picklists for a record type.

    Raises:
        SalesforceError: There is no such record type.
    """
    selected = _record_type(sobject, record_type)
    body: Json = {
        "picklistFieldValues": {
            field.name: _values(sobject, field, selected, f"{url}/{field.name}")
            for field in sobject.fields
            if field.picklist
        }
    }
    return {"eTag": _etag(body), **body}


def picklist_values(sobject: SObject, record_type: str, name: str, url: str) -> Json:
    """Return the values of a picklist for a record type.

    Raises:
        SalesforceError: There is no such record type or picklist.
    """
    selected, field = _record_type(sobject, record_type), sobject.field(name)
    if field is None or not field.picklist:
        raise errors.not_found()
    return _values(sobject, field, selected, url)


def _record_type(sobject: SObject, record_type: str) -> RecordType:
    record_id = parse_id(record_type)
    for item in (*sobject.record_types, _master(sobject)):
        if item.id == record_id and item.active:
            return item
    raise errors.not_found()


def _master(sobject: SObject) -> RecordType:
    others = any(record_type.default for record_type in sobject.record_types)
    return RecordType(MASTER_RECORD_TYPE, "Master", "Master", default=not others)


def _values(sobject: SObject, field: Field, record_type: RecordType, url: str) -> Json:
    controller = None if field.controller is None else sobject.field(field.controller)
    controlling = [] if controller is None else controlling_values(controller)
    leading = (
        {}
        if controller is None
        else _positions(_offered_values(controller.name, controlling, record_type))
    )
    offered = _offered_values(
        field.name, (item.value for item in field.picklist if item.active), record_type
    )
    values: list[Json] = [
        {
            "attributes": None,
            "label": item.label,
            # One that says nothing goes with all.
            "validFor": [leading[v] for v in item.valid_for or leading if v in leading],
            "value": item.value,
        }
        for item in field.picklist
        if item.value in offered
    ]
    default = next((value for value in values if value["value"] == field.default_value), None)
    body: Json = {
        "controllerValues": leading,
        "defaultValue": default,
        "url": url,
        "values": values,
    }
    return {**body, "eTag": _etag(body)}


def _offered_values(name: str, values: Iterable[str], record_type: RecordType) -> list[str]:
    """Return those of a picklist's values that a record type leaves."""
    only = record_type.picklists.get(name)
    return [value for value in values if only is None or value in only]


def _field(schema: Schema, field: Field) -> Json:
    targets = [schema.get(name) for name in field.reference_to]
    return {
        "apiName": field.name,
        "calculated": field.calculated,
        "compound": field.compound,
        "compoundComponentName": None,
        "compoundFieldName": field.compound_field_name,
        "controllerName": field.controller,
        "controllingFields": [] if field.controller is None else [field.controller],
        "createable": field.createable,
        "custom": field.custom,
        "dataType": _TYPES.get(field.type, field.type.capitalize()),
        "extraTypeInfo": field.extra_type_info,
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "highScaleNumber": False,
        "htmlFormatted": field.html_formatted,
        "inlineHelpText": None,
        "label": field.label,
        "length": field.length,
        "maskType": None,
        "nameField": field.name_field,
        "polymorphicForeignKey": field.polymorphic,
        "precision": field.precision,
        "reference": field.type == "reference",
        "referenceTargetField": None,
        "referenceToInfos": [
            {"apiName": target.name, "nameFields": _name_fields(target)}
            for target in targets
            if target is not None
        ],
        "relationshipName": field.relationship_name,
        "required": field.required,
        "scale": field.scale,
        "searchPrefilterable": False,
        "sortable": field.sortable,
        "unique": field.unique,
        "updateable": field.updateable,
    }


def _positions(values: Iterable[str]) -> dict[str, int]:
    return {value: index for index, value in enumerate(values)}


def _name_fields(sobject: SObject) -> list[str]:
    """Return the fields that name a record, its parts before the whole."""
    title = sobject.name_field
    parts = [name for name in _NAMES if sobject.field(name) is not None]
    return [*parts, *([title.name] if title is not None else [])]


def _etag(body: Json) -> str:
    return f"{zlib.crc32(repr(body).encode()):08x}"
