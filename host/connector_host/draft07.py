"""Converts JSON Schema 2020-12 to draft-07, for tools that read nothing newer.

It converts the keywords that a connector may use, and leaves the `x-` keywords unchanged. Keywords
without a counterpart, such as `unevaluatedProperties` and dynamic references, are an error.

https://json-schema.org/draft/2019-09/release-notes
https://json-schema.org/draft/2020-12/release-notes
"""

from typing import Any, Final

from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject

DRAFT_07: Final = "http://json-schema.org/draft-07/schema#"

_SCHEMAS: Final = frozenset(
    {
        *("additionalProperties", "propertyNames", "contains", "not", "if", "then", "else"),
        *("items", "contentSchema"),
    }
)
_LISTS: Final = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_MAPS: Final = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
_NO_COUNTERPART: Final = frozenset(
    {"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "minContains", "maxContains"}
)
_ANNOTATIONS: Final = frozenset({"deprecated", "contentSchema", "$anchor", "$vocabulary"})


def to_draft07(schema: JsonObject) -> JsonObject:
    """Convert a schema.

    >>> to_draft07({"properties": {"at": {"$ref": "#/$defs/At", "title": "At"}}})["properties"]
    {'at': {'allOf': [{'$ref': '#/definitions/At'}], 'title': 'At'}}

    Raises:
        BadInput: It uses a keyword that has no counterpart in draft-07; names it.
    """
    converted = _convert(schema)
    converted.pop("$schema", None)
    return {"$schema": DRAFT_07, **converted}


def _convert(schema: Json) -> Any:
    if not isinstance(schema, dict):
        return schema  # true or false
    if lost := sorted(_NO_COUNTERPART & schema.keys()):
        raise BadInput(
            f"The schema uses {', '.join(lost)}, which draft-07 does not have.",
            "Use the 2020-12 schema unchanged.",
        )
    parts: JsonObject = {}
    for key, value in schema.items():
        if key in _ANNOTATIONS:
            continue
        if key in _MAPS:
            value = {name: _convert(part) for name, part in value.items()}
        elif key in _LISTS:
            value = [_convert(part) for part in value]
        elif key in _SCHEMAS:
            value = _convert(value)
        parts[key] = value
    return _with_reference(_rename_keywords(parts))


def _rename_keywords(parts: JsonObject) -> JsonObject:
    """Rename keywords to those of draft-07, and change their form where it differs."""
    if "prefixItems" in parts:
        rest = {"additionalItems": parts["items"]} if "items" in parts else {}
        parts = {key: parts[key] for key in parts if key not in {"prefixItems", "items"}} | {
            "items": parts["prefixItems"],
            **rest,
        }
    dependencies = parts.pop("dependentSchemas", {}) | parts.pop("dependentRequired", {})
    if dependencies:
        parts["dependencies"] = dependencies
    if "$defs" in parts:
        parts["definitions"] = parts.pop("$defs")
    return parts


def _with_reference(parts: JsonObject) -> JsonObject:
    """Wrap a reference that has siblings: draft-07 ignores keywords beside a `$ref`."""
    if "$ref" not in parts:
        return parts
    reference = {"$ref": parts.pop("$ref").replace("#/$defs/", "#/definitions/")}
    if not parts:
        return reference
    return {"allOf": [reference, *parts.pop("allOf", ())], **parts}
