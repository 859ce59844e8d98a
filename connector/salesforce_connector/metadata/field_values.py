"""The JSON Schema of one field's value, from the description of the field.

Which fields a record accepts, and which depend on each other, is decided in `fields_schema`.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm
"""

from typing import Any, Final

from salesforce_connector.forms.dynamic_options import dynamic_options, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.forms.schema import or_null, shorten_description
from salesforce_connector.metadata.describe import FieldDescription, PicklistValue, RecordType

Schema = dict[str, Any]

RECORD_ID: Final = r"^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$"

_STRINGS: Final = frozenset(
    {"string", "textarea", "phone", "email", "url", "combobox", "encryptedstring"}
)
_LARGEST_INT: Final = 2_147_483_647  # an int field has 32 bits
_TYPING: Final = frozenset({"type", "format", "pattern"})

# Parts of the two compound types, as they are returned.
_ADDRESS_NUMBERS: Final = ("latitude", "longitude")
_ADDRESS_TEXTS: Final = (
    *("street", "city", "state", "stateCode", "postalCode", "country", "countryCode"),
    "geocodeAccuracy",
)


def value_to_write(field: FieldDescription, record_types: list[RecordType]) -> Schema:
    """Return the schema of a value to write, without a default."""
    if field.name == "RecordTypeId":
        schema = _record_type(record_types)
    elif field.type in {"picklist", "combobox"}:
        schema = _picklist(field)
    elif field.type == "multipicklist":
        schema = _multi_select(field)
    else:
        schema = _plain(field)
    if field.type == "textarea":
        schema |= hints(widget="multiline")
    if field.nillable:
        schema = or_null(schema)
    return _add_titles(field) | schema


def value_to_read(field: FieldDescription) -> Schema:
    """Return the schema of a value as it is returned."""
    match field.type:
        case "address":
            schema = _parts(_ADDRESS_TEXTS, _ADDRESS_NUMBERS)
        case "location":
            schema = _parts((), _ADDRESS_NUMBERS)
        case "base64":
            schema = {"type": "string", "contentEncoding": "base64"}
        case "multipicklist":
            schema = {"type": "string"}
        case _:
            schema = {key: part for key, part in _plain(field).items() if key in _TYPING}
    schema = or_null(schema) if field.nillable else schema
    return _add_titles(field) | schema | {"readOnly": not field.updateable}


def default_of(field: FieldDescription) -> Any:
    """Return what a new record has when it leaves the field out; None for nothing fixed."""
    if field.default_value is not None:
        return field.default_value
    defaults = [choice.value for choice in _active(field) if choice.default_value]
    if not defaults:
        return None
    return defaults if field.type == "multipicklist" else defaults[0]


def default_record_type(record_types: list[RecordType]) -> str | None:
    """Return the record type that the user's new records have."""
    return next(
        (
            record_type.id
            for record_type in usable_record_types(record_types)
            if record_type.default
        ),
        None,
    )


def _plain(field: FieldDescription) -> Schema:
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
            return {"type": "string", "pattern": RECORD_ID} | lookup()
        case "reference":
            return _reference(field)
        case "base64":
            return {"type": "string", "contentEncoding": "base64"} | hints(widget="multiline")
        case "picklist":
            return {"type": "string"}
        case kind if kind in _STRINGS:
            schema: Schema = {"type": "string"}
            if field.length:
                schema["maxLength"] = field.length
            return schema | ({"format": "email"} if kind == "email" else {})
        case _:  # an unknown type: Salesforce checks the value
            types = ["object", "array", "string", "number", "boolean"]
            return {"type": types} | hints(widget="json")


def _number(field: FieldDescription) -> Schema:
    """Bound a number by its digits before the point; Salesforce rounds those behind."""
    schema: Schema = {"type": "number"}
    if field.precision:
        most = 10 ** (field.precision - field.scale)
        schema |= {"exclusiveMinimum": -most, "exclusiveMaximum": most, "x-scale": field.scale}
    return schema


def _picklist(field: FieldDescription) -> Schema:
    choices = _active(field)
    if not choices:
        return {"type": "string"}
    if field.restricted_picklist and field.type == "picklist":
        return {"type": "string", "oneOf": [*map(_choice, choices)]}
    schema: Schema = {"type": "string", "examples": [choice.value for choice in choices]}
    titles = {choice.value: choice.label for choice in choices if choice.label != choice.value}
    if titles:
        schema["x-enum-titles"] = titles
    return schema | hints(widget="combobox")


def _multi_select(field: FieldDescription) -> Schema:
    """Return a list of values; Salesforce's own form, `A;B`, is accepted as well."""
    choices = _active(field)
    items: Schema = {"type": "string"}
    if choices and field.restricted_picklist:
        items["oneOf"] = [*map(_choice, choices)]
    elif choices:
        items["examples"] = [choice.value for choice in choices]
    schema: Schema = {"type": ["array", "string"], "items": items, "uniqueItems": True}
    return schema | {"x-restricted": field.restricted_picklist} | hints(widget="tags")


def _active(field: FieldDescription) -> list[PicklistValue]:
    """Return the choices, each value once."""
    return list(
        {choice.value: choice for choice in field.picklist_values if choice.active}.values()
    )


def _choice(choice: PicklistValue) -> Schema:
    return {"const": choice.value, "title": choice.label or choice.value}


def _record_type(record_types: list[RecordType]) -> Schema:
    usable = usable_record_types(record_types)
    if not usable:
        return {"type": "string", "pattern": RECORD_ID} | dynamic_options("record_types", "sobject")
    return {
        "type": "string",
        "oneOf": [{"const": record_type.id, "title": record_type.name} for record_type in usable],
    }


def usable_record_types(record_types: list[RecordType]) -> list[RecordType]:
    """Return those that the user may choose."""
    return [
        record_type for record_type in record_types if record_type.active and record_type.available
    ]


def _reference(field: FieldDescription) -> Schema:
    to = set(field.reference_to)
    if "Group" in to:
        options = dynamic_options("owners")
    elif to == {"User"}:
        options = dynamic_options("users")
    else:
        options = lookup(*field.reference_to)
    schema: Schema = {"type": "string", "pattern": RECORD_ID, "x-references": field.reference_to}
    if field.relationship_name:
        schema["x-by-external-id"] = {
            "property": field.relationship_name,
            "objects": field.reference_to,
        }
    return schema | options


def _parts(texts: tuple[str, ...], numbers: tuple[str, ...]) -> Schema:
    kinds = dict.fromkeys(texts, "string") | dict.fromkeys(numbers, "number")
    parts = {name: {"type": [kind, "null"], "title": name} for name, kind in kinds.items()}
    return {"type": "object", "properties": parts}


def _add_titles(field: FieldDescription) -> Schema:
    schema: Schema = {"title": field.label or field.name}
    notes = [field.inline_help_text or ""]
    notes += ["External ID."] if field.external_id else []
    notes += ["Each value once."] if field.unique else []
    if text := " ".join(note for note in notes if note):
        schema["description"] = text
        shorten_description(schema)
    flags = {"x-external-id": field.external_id, "x-unique": field.unique}
    return schema | {name: True for name, on in flags.items() if on}
