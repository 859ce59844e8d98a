"""Reads a settings schema as a form: which fields it has, and which of them are secret.

It checks no value; `schema_validation` does.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject

BRANCHES = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True)
class Field:
    """One field of a form.

    Attributes:
        name: Its key in the settings.
        title: Its label; the name when the schema has no title.
        secret: Its value is stored sealed, and masked in the form.
        types: The JSON types of its value; empty for any.
        allows_local: The value true lets the connection point at a service of this machine.
    """

    name: str
    title: str
    description: str
    required: bool
    secret: bool
    types: tuple[str, ...]
    allows_local: bool = False


def fields(schema: JsonObject) -> list[Field]:
    """List a form's fields in the schema's order."""
    required = set(schema.get("required", ()))
    return [
        Field(
            name=name,
            title=part.get("title", name),
            description=part.get("description", ""),
            required=name in required,
            secret=_is_secret(part, schema),
            types=tuple(_types(part, schema)),
            allows_local=part.get("x-allows-local") is True,
        )
        for name, part in _properties(schema, schema).items()
    ]


def part_of(schema: JsonObject, name: str) -> JsonObject:
    """Return the schema of one field, with the definitions that it may refer to."""
    return {**_properties(schema, schema)[name], "$defs": schema.get("$defs", {})}


def split(schema: JsonObject, settings: Mapping[str, Json]) -> tuple[JsonObject, JsonObject]:
    """Split settings into those that are not secret and the secret ones."""
    secret = {field.name for field in fields(schema) if field.secret}
    plain = {name: value for name, value in settings.items() if name not in secret}
    return plain, {name: value for name, value in settings.items() if name in secret}


def parse(field: Field, text: str) -> Json:
    """Parse the text that a person typed for a field: as JSON unless the field takes a string.

    Raises:
        BadInput: The field takes no string, and the text is not JSON.
    """
    if not field.types or "string" in field.types:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise BadInput(
            f"The value for {field.name!r} is not {' or '.join(field.types)}.",
            'Give it as JSON, such as true, 8080 or ["one", "two"].',
            fields=[field.name],
        ) from exc


def _properties(part: JsonObject, root: JsonObject) -> dict[str, JsonObject]:
    """Collect the properties of a schema and of its branches."""
    part = _resolve_reference(part, root)
    properties: dict[str, JsonObject] = dict(part.get("properties", {}))
    for branch in _branches(part):
        properties |= {
            name: option
            for name, option in _properties(branch, root).items()
            if name not in properties
        }
    return properties


def _is_secret(part: JsonObject, root: JsonObject) -> bool:
    """Return whether any part of a field is secret; the whole field is then sealed."""
    part = _resolve_reference(part, root)
    if part.get("x-secret"):
        return True
    inner = [*part.get("properties", {}).values(), *_branches(part)]
    if isinstance(part.get("items"), dict):
        inner.append(part["items"])
    return any(_is_secret(option, root) for option in inner)


def _types(part: JsonObject, root: JsonObject) -> Iterator[str]:
    part = _resolve_reference(part, root)
    declared = part.get("type", [])
    yield from [declared] if isinstance(declared, str) else declared
    if "enum" in part and not declared:
        yield from {"string" for value in part["enum"] if isinstance(value, str)}
    for branch in _branches(part):
        yield from _types(branch, root)


def _branches(part: JsonObject) -> list[JsonObject]:
    return [branch for key in BRANCHES for branch in part.get(key, [])]


def _resolve_reference(part: JsonObject, root: JsonObject) -> JsonObject:
    """Follow a reference to the schema's own definitions; keywords beside it take precedence."""
    reference = part.get("$ref", "")
    if not reference.startswith("#/$defs/"):
        return part
    definition: JsonObject = root.get("$defs", {}).get(reference.removeprefix("#/$defs/"), {})
    return {**definition, **{key: value for key, value in part.items() if key != "$ref"}}
