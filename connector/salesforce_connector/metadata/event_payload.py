"""The schema of an event's payload, from the description of its object.

Avro's numbers stay as they are sent: dates and moments are milliseconds since 1970 in UTC. The
fields that a change did not touch are not there, or null.

https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-avro-serialization.html
"""

from typing import Any, Final

from salesforce_connector.metadata.describe import FieldDescription, ObjectDescription

Schema = dict[str, Any]

_NUMBERS: Final = {
    "boolean": "boolean",
    "int": "integer",
    "long": "integer",
    "double": "number",
    "currency": "number",
    "percent": "number",
    "date": "integer",
    "datetime": "integer",
    "time": "integer",
}
_NOT_SENT: Final = frozenset({"base64", "anyType"})
_SYSTEM: Final = frozenset({"Id", "IsDeleted", "SystemModstamp", "ReplayId", "EventUuid"})


def payload_schema(about: ObjectDescription) -> Schema:
    """Return the schema of the payload of a change event or a platform event.

    Parts of a name, an address or a location are nested in it, without its name as prefix.
    """
    properties: dict[str, Schema] = {}
    by_name = {field.name: field for field in about.fields}
    # A field may name itself as its own compound field.
    parts = [field for field in about.fields if field.compound_field_name != field.name]
    wholes = {field.compound_field_name for field in parts}
    for field in about.fields:
        if field.name in _SYSTEM or field.type in _NOT_SENT or field.name in wholes:
            continue
        whole = by_name.get(field.compound_field_name or "")
        if whole is None or whole is field:
            properties[field.name] = _value(field)
            continue
        compound = properties.setdefault(
            whole.name,
            {"type": ["object", "null"], "title": whole.label, "properties": {}, "readOnly": True},
        )
        # An account's name is a text, or for a person the parts of it.
        compound["type"] = ["object", "string", "null"] if whole.name_field else ["object", "null"]
        compound.setdefault("properties", {})[_part_name(whole, field)] = _value(field)
    return {"type": "object", "title": "Payload", "properties": properties}


def _part_name(whole: FieldDescription, field: FieldDescription) -> str:
    """Return what a part is called within its whole: `City` of BillingCity in BillingAddress."""
    stem = whole.name.removesuffix("Address")
    if whole.type == "location":
        stem = f"{whole.name.removesuffix('c')}"
        return field.name.removeprefix(stem).removesuffix("__s")
    return field.name.removeprefix(stem) or field.name


def _value(field: FieldDescription) -> Schema:
    kind = _NUMBERS.get(field.type, "string")
    return {"type": [kind, "null"], "title": field.label, "readOnly": True}
