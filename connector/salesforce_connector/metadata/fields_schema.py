"""Turns a describe into JSON Schema 2020-12, of a record to write or of one that is returned.

It follows the describe of the signed-in user; which picklist values a record type allows is
put into the describe before, by `picklists`. Validation rules are in no describe: Salesforce has
the last word. What a single value looks like is the business of `field_values`.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

import base64
from collections.abc import Collection, Iterator
from typing import Any, Final, Literal

from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.forms.schema import order_properties
from salesforce_connector.metadata.describe import FieldDescription, ObjectDescription
from salesforce_connector.metadata.field_values import (
    RECORD_ID,
    default_of,
    default_record_type,
    usable_record_types,
    value_to_read,
    value_to_write,
)

Purpose = Literal["create", "update", "upsert"]
Schema = dict[str, Any]

_ID_PROPERTY: Final[Schema] = {
    "type": "string",
    "title": "Record ID",
    "description": "ID of the record to change.",
    "pattern": RECORD_ID,
    **lookup(),
}


def to_write(
    about: ObjectDescription,
    purpose: Purpose,
    *,
    without: Collection[str] = (),
    key: str = "",
    only: Collection[str] | None = None,
) -> Schema:
    """Return the schema of the fields of a record to create, to update, or to do either.

    Only a create has defaults: in a change, a form would write a value that nobody chose.

    Args:
        without: Fields of other inputs, such as an upsert's external id.
        key: What finds the record and so must be there: `Id`, or an external id field.
        only: Names of the fields to include; None for all.
    """
    left_out = {name.lower() for name in without}
    selected = None if only is None else {name.lower() for name in only}
    fields = [
        field
        for field in about.fields
        if _is_writable(field, purpose)
        and field.name.lower() not in left_out
        and (selected is None or field.name.lower() in selected)
    ]
    properties: dict[str, Schema] = {"Id": dict(_ID_PROPERTY)} if key == "Id" else {}
    required = ["Id"] if key == "Id" else []
    for field in fields:
        properties[field.name] = _property(field, about, purpose)
        if key.lower() == field.name.lower() and key != "Id":
            required.append(field.name)
    schema: Schema = {
        "type": "object",
        "title": "Fields",
        "properties": properties,
        "additionalProperties": False,
        "minProperties": 1 + len(required),
    }
    if parents := _parent_properties(fields):
        schema["patternProperties"] = parents
    rules = []
    if purpose == "create":
        needed = [field for field in fields if field.required_on_create]
        required += [field.name for field in needed if not _has_parent(field)]
        rules += [_or_its_parent(field) for field in needed if _has_parent(field)]
    if required:
        schema["required"] = required
    rules += [rule for field in fields for rule in _dependent(field, fields)]
    order_properties(schema)
    return schema | ({"allOf": rules} if rules else {})


def _parent_properties(fields: list[FieldDescription]) -> dict[str, Schema]:
    """Return the schemas of parents by external id, by patterns of their names."""
    names = [field.relationship_name for field in fields if field.type == "reference"]
    relationships = "|".join(filter(None, names))
    if not relationships:
        return {}
    return {
        f"^({relationships})$": _parent(),
        rf"^({relationships})\.[A-Za-z]\w*$": {  # as bulk jobs name it
            "type": ["string", "number", "null"],
            "title": "External ID of the parent",
        },
    }


def only_id(about: ObjectDescription) -> Schema:
    """Return the schema of a record to delete."""
    return {
        "type": "object",
        "title": about.label,
        "properties": {"Id": {**_ID_PROPERTY, "description": "ID of the record to delete."}},
        "required": ["Id"],
        "additionalProperties": False,
    }


def to_read(about: ObjectDescription, only: list[str]) -> Schema:
    """Return the schema of a record as it is returned.

    Args:
        only: Paths of the selected fields; empty for all.
    """
    paths = {path.lower() for path in only}
    properties: dict[str, Schema] = {
        "attributes": {"type": "object", "title": "Attributes", "readOnly": True},
    }
    for field in about.fields:
        if not paths or field.name.lower() in paths or field.type == "id":
            properties[field.name] = value_to_read(field)
    for path in only:
        parent = path.split(".")[0]
        if "." in path and parent not in properties:
            properties[parent] = {"type": ["object", "null"], "title": parent, "readOnly": True}
    return {"type": "object", "title": about.label, "properties": properties}


def _is_writable(field: FieldDescription, purpose: Purpose) -> bool:
    match purpose:
        case "create":
            return field.createable
        case "update":
            return field.updateable
        case "upsert":
            return field.createable or field.updateable


def _property(field: FieldDescription, about: ObjectDescription, purpose: Purpose) -> Schema:
    schema = value_to_write(field, about.record_types)
    if purpose == "create":
        default = default_of(field)
        if field.name == "RecordTypeId":
            default = default_record_type(about.record_types)
        if default is not None:
            schema["default"] = default
    if purpose == "upsert" and not (field.createable and field.updateable):
        schema["x-only-on"] = "create" if field.createable else "update"
    kinds = usable_record_types(about.record_types)
    if field.name == "RecordTypeId" and all(kind.master for kind in kinds):
        schema |= hints(visibility="advanced")  # there is nothing to choose
    elif field.name_field or (purpose == "create" and field.required_on_create):
        schema |= hints(visibility="important")
    elif compound := _compound_label(field, about):
        schema |= hints(group=compound)
    return schema


def _compound_label(field: FieldDescription, about: ObjectDescription) -> str:
    """Return the label of the address or location that a field is a part of; empty for none."""
    for whole in about.fields:
        if whole.name == field.compound_field_name and whole.type in {"address", "location"}:
            return whole.label
    return ""


def _has_parent(field: FieldDescription) -> bool:
    return field.type == "reference" and bool(field.relationship_name)


def _or_its_parent(field: FieldDescription) -> Schema:
    """Require an id unless the parent is named by its external id."""
    return {
        "if": {"not": {"required": [field.relationship_name]}},
        "then": {"required": [field.name]},
    }


def _parent() -> Schema:
    return {
        "type": "object",
        "title": "Parent by external ID",
        "description": "An external ID field of the parent object, and its value.",
        "minProperties": 1,
        "maxProperties": 2,  # the field; and attributes, where several objects are possible
    }


def _dependent(field: FieldDescription, fields: list[FieldDescription]) -> Iterator[Schema]:
    """Yield a rule for each value of the controlling field: which values then are valid."""
    if field.type != "picklist" or not (field.controller_name and field.restricted_picklist):
        return
    for controller in fields:
        if controller.name != field.controller_name:
            continue
        values: list[Any] = (
            [False, True]
            if controller.type == "boolean"
            else [choice.value for choice in controller.picklist_values]
        )
        for index, value in enumerate(values):
            valid = [
                choice.value
                for choice in field.picklist_values
                if choice.active and _is_valid_for(choice.valid_for, index)
            ]
            condition = {"properties": {controller.name: {"const": value}}}
            yield {
                "if": condition | {"required": [controller.name]},
                "then": {"properties": {field.name: {"enum": [*valid, None]}}},
            }


def _is_valid_for(bitmap: str | None, index: int) -> bool:
    """Read one bit: the highest of the first byte is that of the controller's first value."""
    if bitmap is None:
        return True
    bits = base64.b64decode(bitmap)
    return index // 8 < len(bits) and bool(bits[index // 8] & (0x80 >> index % 8))
