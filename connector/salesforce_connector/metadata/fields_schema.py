"""Turns a describe into JSON Schema 2020-12, of fields to write or of a record as it comes back.

It says what describe says of the signed-in user; which values of a picklist a record type leaves is
put into the describe before, by `picklists`. Validation rules nobody tells: Salesforce has the last
word.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm
"""

import base64
from collections.abc import Iterator
from typing import Any, Final, Literal

from salesforce_connector.metadata.describe import FieldDescription, ObjectDescription, RecordType

Purpose = Literal["create", "update", "upsert"]
Schema = dict[str, Any]

_ID: Final = r"^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$"
_TEXTS: Final = frozenset(
    {"string", "textarea", "phone", "email", "url", "combobox", "encryptedstring"}
)
_LARGEST_INT: Final = 2_147_483_647  # an int field has 32 bits

# Parts of the two compound types, as they come back.
_ADDRESS: Final = {
    name: {"type": ["number" if name in {"latitude", "longitude"} else "string", "null"]}
    for name in (
        "street",
        "city",
        "state",
        "stateCode",
        "postalCode",
        "country",
        "countryCode",
        "geocodeAccuracy",
        "latitude",
        "longitude",
    )
}
_LOCATION: Final = {name: {"type": ["number", "null"]} for name in ("latitude", "longitude")}


def to_write(about: ObjectDescription, purpose: Purpose, *, without: str = "") -> Schema:
    """Give the schema of the fields of a record to create, to update, or to do either.

    Args:
        without: A field that is given elsewhere, such as an upsert's external id.
    """
    fields = [
        each
        for each in about.fields
        if _is_writable(each, purpose) and each.name.lower() != without.lower()
    ]
    properties = {each.name: _writable(each, about, purpose) for each in fields}
    by_external_id = {
        each.relationship_name: _parent(each)
        for each in fields
        if each.type == "reference" and each.relationship_name
    }
    schema: Schema = {
        "type": "object",
        "title": "Fields",
        "properties": properties | by_external_id,
        "additionalProperties": False,
        "minProperties": 1,
    }
    if purpose == "create":
        needed = [each for each in fields if each.required_on_create]
        alone = [each.name for each in needed if each.relationship_name not in by_external_id]
        either = [each for each in needed if each.relationship_name in by_external_id]
        if alone:
            schema["required"] = alone
        rules = [
            {"anyOf": [{"required": [each.name]}, {"required": [each.relationship_name]}]}
            for each in either
        ]
    else:
        rules = []
    rules += [rule for each in fields for rule in _dependent(each, fields)]
    return schema | ({"allOf": rules} if rules else {})


def to_read(about: ObjectDescription, only: list[str]) -> Schema:
    """Give the schema of a record as it comes back.

    Args:
        only: Paths of the fields that are asked for; empty for all.
    """
    wanted = {path.lower() for path in only}
    properties: Schema = {
        "attributes": {"type": "object", "title": "Attributes", "readOnly": True},
    }
    for each in about.fields:
        if not wanted or each.name.lower() in wanted or each.type == "id":
            properties[each.name] = _readable(each)
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


def _writable(field: FieldDescription, about: ObjectDescription, purpose: Purpose) -> Schema:
    schema = _value(field)
    if field.name == "RecordTypeId":
        schema |= _record_type(about.record_types)
    choices = [each.value for each in field.picklist_values if each.active]
    titles = {
        each.value: each.label
        for each in field.picklist_values
        if each.active and each.label and each.label != each.value
    }
    if field.type in {"picklist", "combobox"} and choices:
        if field.restricted_picklist and field.type == "picklist":
            schema["enum"] = choices
        else:
            schema["examples"] = choices
    if field.type == "multipicklist":
        schema["x-choices"] = choices
        schema["examples"] = [";".join(choices[:2])] if choices else []
        if field.restricted_picklist and choices:
            schema["x-restricted"] = True
    if titles:
        schema["x-enum-titles"] = titles
    if field.nillable:
        schema = _or_null(schema)
    if purpose == "create" and (default := _default(field)) is not None:
        schema["default"] = default
    if purpose == "upsert" and not (field.createable and field.updateable):
        schema["x-only-on"] = "create" if field.createable else "update"
    return _named(field) | schema


def _readable(field: FieldDescription) -> Schema:
    match field.type:
        case "address":
            schema: Schema = {"type": "object", "properties": dict(_ADDRESS)}
        case "location":
            schema = {"type": "object", "properties": dict(_LOCATION)}
        case "base64":
            schema = {"type": "string", "contentEncoding": "base64"}
        case _:
            schema = {name: value for name, value in _value(field).items() if name in _KEPT}
    schema = _or_null(schema) if field.nillable else schema
    return _named(field) | schema | {"readOnly": not field.updateable}


_KEPT: Final = frozenset({"type", "format", "pattern"})


def _value(field: FieldDescription) -> Schema:
    match field.type:
        case "boolean":
            return {"type": "boolean"}
        case "int":
            return {"type": "integer", "minimum": -_LARGEST_INT - 1, "maximum": _LARGEST_INT}
        case "long":
            return {"type": "integer"}
        case "double" | "currency" | "percent":
            return _number(field)
        case "date":
            return {"type": "string", "format": "date"}
        case "datetime":
            return {"type": "string", "format": "date-time"}
        case "time":
            return {"type": "string", "format": "time"}
        case "id":
            return {"type": "string", "pattern": _ID}
        case "reference":
            return {
                "type": "string",
                "pattern": _ID,
                "x-references": field.reference_to,
                "x-dynamic-options": _choices(field),
            }
        case "base64":
            return {"type": "string", "contentEncoding": "base64"}
        case "picklist" | "multipicklist":
            return {"type": "string"}
        case kind if kind in _TEXTS:
            schema: Schema = {"type": "string"}
            if field.length:
                schema["maxLength"] = field.length
            return schema | ({"format": "email"} if kind == "email" else {})
        case _:
            return {}  # a type that we do not know: Salesforce judges the value


def _number(field: FieldDescription) -> Schema:
    """Bound a number by its digits before the point; Salesforce rounds those behind."""
    schema: Schema = {"type": "number"}
    if field.precision:
        most = 10 ** (field.precision - field.scale)
        schema |= {"exclusiveMinimum": -most, "exclusiveMaximum": most, "x-scale": field.scale}
    return schema


def _choices(field: FieldDescription) -> Schema:
    to = set(field.reference_to)
    source = "owners" if "Group" in to else "users" if to == {"User"} else "lookup"
    about: Schema = {"source": source, "search": True, "paging": True}
    return about | ({"inputs": {"sobjects": field.reference_to}} if source == "lookup" else {})


def _record_type(types: list[RecordType]) -> Schema:
    usable = [each for each in types if each.active and each.available]
    schema: Schema = {"oneOf": [{"const": each.id, "title": each.name} for each in usable]}
    default = [each.id for each in usable if each.default]
    return (schema if usable else {}) | ({"default": default[0]} if default else {})


def _parent(field: FieldDescription) -> Schema:
    return {
        "type": "object",
        "title": f"{field.label}, by external id",
        "description": f"Instead of {field.name}: an external id field of "
        f"{' or '.join(field.reference_to)}, and its value.",
        "minProperties": 1,
        "maxProperties": 2,  # the field; and attributes, where several objects are possible
    }


def _named(field: FieldDescription) -> Schema:
    schema: Schema = {"title": field.label}
    notes = [field.inline_help_text or ""]
    notes += ["External id."] if field.external_id else []
    notes += ["Each value once."] if field.unique else []
    notes += [f"Part of {field.compound_field_name}."] if field.compound_field_name else []
    notes += ["Values joined by semicolons: A;B."] if field.type == "multipicklist" else []
    if text := " ".join(each for each in notes if each):
        schema["description"] = text
    flags = {"x-external-id": field.external_id, "x-unique": field.unique}
    return schema | {name: True for name, on in flags.items() if on}


def _or_null(schema: Schema) -> Schema:
    schema = dict(schema)
    if "type" in schema:
        schema["type"] = [schema["type"], "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    if "oneOf" in schema:
        schema["oneOf"] = [*schema["oneOf"], {"type": "null"}]
    return schema


def _default(field: FieldDescription) -> Any:
    if field.default_value is not None:
        return field.default_value
    chosen = [each.value for each in field.picklist_values if each.default_value and each.active]
    return chosen[0] if chosen else None


def _dependent(field: FieldDescription, fields: list[FieldDescription]) -> Iterator[Schema]:
    """Give a rule for each value of the controlling field: which values then are valid."""
    if field.type != "picklist" or not (field.controller_name and field.restricted_picklist):
        return
    for controller in fields:
        if controller.name != field.controller_name:
            continue
        values: list[Any] = (
            [False, True]
            if controller.type == "boolean"
            else [each.value for each in controller.picklist_values]
        )
        for index, value in enumerate(values):
            valid = [
                each.value
                for each in field.picklist_values
                if each.active and _is_valid_for(each.valid_for, index)
            ]
            chosen = {"properties": {controller.name: {"const": value}}}
            yield {
                "if": chosen | {"required": [controller.name]},
                "then": {"properties": {field.name: {"enum": [*valid, None]}}},
            }


def _is_valid_for(bitmap: str | None, index: int) -> bool:
    """Read one bit: the highest of the first byte is that of the controller's first value."""
    if bitmap is None:
        return True
    found = base64.b64decode(bitmap)
    return index // 8 < len(found) and bool(found[index // 8] & (0x80 >> index % 8))
