"""Collects the inputs that a field's options depend on, for a call of `list_options`.

It implements the scope rule of `x-dynamic-options`: a name refers to the nearest enclosing object
whose schema declares it. It calls no connector; `Runner.options` does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connector_host.errors import unknown
from connector_host.hookspecs import Json, JsonObject

Path = Sequence[str | int]


@dataclass(frozen=True)
class OptionRequest:
    """The arguments of `list_options` for one field.

    Attributes:
        source: Name of the source.
        inputs: The fixed inputs of the field, and the values that it depends on.
        missing: Names that still need a value; empty when the options can be fetched.
    """

    source: str
    inputs: JsonObject
    missing: tuple[str, ...]


def option_request(schema: JsonObject, inputs: Json, path: Path) -> OptionRequest | None:
    """Return the arguments of `list_options` for a field; None for a field without options.

    >>> name = {"x-dynamic-options": {"source": "fields", "depends_on": ["table"]}}
    >>> schema = {"properties": {"table": {}, "columns": {"items": name}}}
    >>> option_request(schema, {"table": "people"}, ["columns", 0]).inputs
    {'table': 'people'}

    Args:
        schema: An action's input schema, published or live.
        inputs: The values entered so far.
        path: Names of properties and indexes of lists, from the root to the field.

    Raises:
        UnknownName: The schema has no field at this path; the error suggests the nearest name.
    """
    scopes: list[tuple[JsonObject, Json]] = []
    part, value = schema, inputs
    for step in path:
        if isinstance(step, int):
            part = _items(part, schema)
            value = value[step] if isinstance(value, list) and step < len(value) else None
            continue
        part = _branch_with(part, step, schema)
        declared = part.get("properties", {})
        if declared:
            scopes.append((declared, value))
        part = _property(part, step)
        value = value.get(step) if isinstance(value, dict) else None
    options = _resolve(part, schema).get("x-dynamic-options")
    if options is None:
        return None
    values: JsonObject = dict(options.get("inputs", {}))
    missing = []
    for name in options.get("depends_on", ()):
        dependency = _look_up(name, scopes)
        if dependency in (None, "", []):
            missing += [] if name in options.get("optional", ()) else [name]
        else:
            values[name] = dependency
    return OptionRequest(options["source"], values, tuple(missing))


def _look_up(name: str, scopes: list[tuple[JsonObject, Json]]) -> Json:
    """Return a property's value, or its default, from the innermost object that declares it."""
    for declared, value in reversed(scopes):
        if name in declared:
            entered = value.get(name) if isinstance(value, dict) else None
            return declared[name].get("default") if entered is None else entered
    return None


def _resolve(part: JsonObject, root: JsonObject) -> JsonObject:
    """Follow a reference to the schema's own definitions; keywords beside it take precedence."""
    name = part.get("$ref", "").removeprefix("#/$defs/")
    definition: JsonObject = root.get("$defs", {}).get(name, {})
    return {**definition, **part} if definition else part


def _branches(part: JsonObject, root: JsonObject) -> Iterator[JsonObject]:
    part = _resolve(part, root)
    yield part
    for key in ("anyOf", "oneOf", "allOf"):
        for branch in part.get(key, ()):
            yield from _branches(branch, root)


def _items(part: JsonObject, root: JsonObject) -> JsonObject:
    for branch in _branches(part, root):
        if isinstance(branch.get("items"), dict):
            items: JsonObject = branch["items"]
            return items
    return {}


def _branch_with(part: JsonObject, name: str, root: JsonObject) -> JsonObject:
    """Return the branch of an object that has a property, as a filter's condition or group has."""
    names: set[str] = set()
    for branch in _branches(part, root):
        if _property(branch, name):
            return branch
        names |= branch.get("properties", {}).keys()
    raise unknown("field", name, names)


def _property(part: JsonObject, name: str) -> JsonObject:
    declared: JsonObject = part.get("properties", {})
    if name in declared:
        property_schema: JsonObject = declared[name]
        return property_schema
    for pattern, schema in part.get("patternProperties", {}).items():
        if re.search(pattern, name):
            return dict(schema)
    more = part.get("additionalProperties")
    return dict(more) if isinstance(more, dict) else {}
