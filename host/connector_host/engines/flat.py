"""Flat forms, for engines whose connection form is one list of fields for all auth methods.

`union_fields` returns the fields of all methods of a connector; `from_flat` returns one method's
settings from the values of such a form. The connector checks the values.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connector_host import settings_form
from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject

TRUE: Final = frozenset({"true", "yes", "on", "1"})
FALSE: Final = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True)
class FlatField:
    """One field of the flat form.

    Attributes:
        name: Its key in the settings of every method that has it.
        title: Its label.
        description: Names the methods that have it, unless all do.
        methods: Names of the methods that have it.
        required: Whether every method of the connector requires it; a form that is shown before
            the method is chosen can require no other field.
        required_by: Names of the methods that require it.
        secret: Whether to mask its value.
        types: The JSON types of its value; empty for any.
        choices: The allowed values; None for any.
        default: None when there is none, or when the methods differ.
        multiline: Whether its value may have line breaks, as in a PEM key.
    """

    name: str
    title: str
    description: str
    methods: tuple[str, ...]
    required: bool
    required_by: tuple[str, ...]
    secret: bool
    types: tuple[str, ...]
    choices: tuple[Json, ...] | None
    default: Json
    multiline: bool


def union_fields(manifest: JsonObject) -> list[FlatField]:
    """List the fields of all auth methods, each once, in the order of the methods.

    >>> method = {"name": "key", "title": "Key", "schema": {"properties": {"key": {}}}}
    >>> other = {"name": "login", "title": "Login", "schema": {"properties": {"user": {}}}}
    >>> [field.description for field in union_fields({"auth_methods": [method, other]})]
    ['Used by: Key.', 'Used by: Login.']
    """
    methods: list[JsonObject] = manifest["auth_methods"]
    uses: dict[str, list[tuple[JsonObject, settings_form.Field]]] = {}
    for method in methods:
        for field in settings_form.fields(method["schema"]):
            uses.setdefault(field.name, []).append((method, field))
    return [_merge(name, uses_of_name, len(methods)) for name, uses_of_name in uses.items()]


def from_flat(method: JsonObject, flat: Mapping[str, Json]) -> dict[str, Json]:
    """Return one method's settings from the values of a flat form.

    Fields of other methods, empty strings and None are dropped. A text is converted to the type in
    the method's schema: numbers and booleans are parsed, lists are split at commas and line breaks
    (or parsed as JSON), objects are parsed as JSON.

    Args:
        method: One of the manifest's `auth_methods`.
        flat: The values by field name.

    Raises:
        BadInput: A text cannot be converted; the message names the field, and does not repeat the
            text.
    """
    settings: dict[str, Json] = {}
    for field in settings_form.fields(method["schema"]):
        value = flat.get(field.name)
        if isinstance(value, str) and not field.secret:
            value = value.strip()
        if value is None or value in ("", [], {}):
            continue
        settings[field.name] = _parse(field, value) if isinstance(value, str) else value
    return settings


def _merge(
    name: str, uses: list[tuple[JsonObject, settings_form.Field]], methods: int
) -> FlatField:
    schemas = [settings_form.part_of(method["schema"], name) for method, _ in uses]
    fields = [field for _, field in uses]
    required_by = tuple(method["name"] for method, field in uses if field.required)
    defaults = [schema.get("default") for schema in schemas]
    return FlatField(
        name=name,
        title=_shared_description((field.title for field in fields), name),
        description=_description(uses, methods),
        methods=tuple(method["name"] for method, _ in uses),
        required=len(required_by) == methods,
        required_by=required_by,
        secret=any(field.secret for field in fields),
        types=tuple(dict.fromkeys(item_type for field in fields for item_type in field.types)),
        choices=_choices(schemas),
        default=defaults[0] if all(default == defaults[0] for default in defaults) else None,
        multiline=any(_has_line_breaks(schema) for schema in schemas),
    )


def _description(uses: list[tuple[JsonObject, settings_form.Field]], methods: int) -> str:
    """Join the methods' descriptions, each once with the titles of its methods."""
    by_text: dict[str, list[str]] = {}
    for method, field in uses:
        by_text.setdefault(field.description.strip(), []).append(method["title"])
    by_text.pop("", None)
    if len(by_text) == 1:
        sentences = [*by_text]
    else:
        sentences = [f"{', '.join(titles)}: {text}" for text, titles in by_text.items()]
    if len(uses) < methods:
        sentences.append(f"Used by: {', '.join(method['title'] for method, _ in uses)}.")
    return " ".join(sentences)


def _choices(schemas: list[JsonObject]) -> tuple[Json, ...] | None:
    """Return the choices of all methods; None if one method allows any value."""
    choices: list[Json] = []
    for schema in schemas:
        if "enum" not in schema:
            return None
        choices += [value for value in schema["enum"] if value not in choices]
    return tuple(choices)


def _has_line_breaks(schema: JsonObject) -> bool:
    if schema.get("x-widget") in {"multiline", "secret-multiline"}:
        return True
    examples: list[Any] = schema.get("examples", [])
    return any(isinstance(example, str) and "\n" in example for example in examples)


def _shared_description(values: Iterable[str], otherwise: str) -> str:
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else otherwise


def _parse(field: settings_form.Field, text: str) -> Json:
    types = field.types
    if not types or "string" in types:
        return text
    text = text.strip()
    if "boolean" in types and text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    if "array" in types and not text.startswith("["):
        return [item.strip() for item in text.replace("\n", ",").split(",") if item.strip()]
    value = _read_json(text)
    if _is_of(value, types):
        return value
    raise BadInput(
        f"The value of {field.title!r} is not {' or '.join(_TYPES[name] for name in types)}.",
        fields=[field.name],
    )


_TYPES: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a JSON object",
    "string": "a string",
}


def _read_json(text: str) -> Json:
    """Parse a text as JSON; None when it is not JSON, because no field here may be null."""
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


def _is_of(value: Json, types: tuple[str, ...]) -> bool:
    match value:
        case bool():
            return "boolean" in types
        case int():
            return "integer" in types or "number" in types
        case float():
            return "number" in types or ("integer" in types and value.is_integer())
        case list():
            return "array" in types
        case dict():
            return "object" in types
        case _:
            return False
