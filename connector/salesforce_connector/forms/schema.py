"""Turns a pydantic model into a JSON Schema 2020-12 that makes a good form as it is.

What pydantic prints is valid, but a form built from it shows class names as titles, an "option 2"
for every value that may be null, and no input for a value of any type. Here, in one place:

- a value that may be null is flat, `{"type": ["string", "null"]}`, and has no default of null;
- every branch of a union has a title, and no title is the name of a class;
- a value of any type lists the types, and is entered as JSON;
- properties come in the order of a form: required, important, others, advanced, internal;
- a description is at most 120 characters long, and what is beyond them is `x-help`;
- formats are those of JSON Schema alone.

It knows no action; `docs/schemas.md` defines the keywords.

https://json-schema.org/draft/2020-12/json-schema-validation
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import CoreSchema

from salesforce_connector.forms.hints import RENAMES

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
LONGEST_DESCRIPTION: Final = 120  # characters; two lines beside a field in most forms

JSON_TYPES: Final = ("object", "array", "string", "number", "boolean", "null")

FORMATS: Final = frozenset(
    {
        *("date", "date-time", "time", "duration", "email", "hostname", "ipv4", "ipv6"),
        *("uri", "uri-reference", "uuid", "regex", "json-pointer", "password"),
    }
)
"""Those of JSON Schema that we use or may use, and OpenAPI's `password` for settings."""

_MAPS: Final = ("properties", "$defs", "patternProperties", "dependentSchemas")
_LISTS: Final = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLES: Final = ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else")
_TYPING: Final = ("type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf")
_RANKS: Final = {"important": 1, "": 2, "advanced": 3, "internal": 4}

_TITLES: Final = {
    "string": "Text",
    "number": "Number",
    "integer": "Whole number",
    "boolean": "True or false",
    "array": "List",
    "object": "Object",
    "null": "No value",
    "date": "Date",
    "date-time": "Date and time",
}

_SPELLINGS: Final = {"sobject": "object", "soql": "SOQL", "id": "ID", "url": "URL"}
"""How words of names are written in titles."""


def input_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a model's inputs; its docstring is for readers of the code."""
    printed = model.model_json_schema(mode="validation", schema_generator=FormSchema)
    printed.pop("description", None)
    return {"$schema": DIALECT, **printed}


def output_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a model's outputs, by field names: aliases are Salesforce's."""
    return {
        "$schema": DIALECT,
        **model.model_json_schema(
            mode="serialization", by_alias=False, schema_generator=FormSchema
        ),
    }


class FormSchema(GenerateJsonSchema):
    """pydantic's generator, with the rules of this module applied to what it prints."""

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:
        """Return a model's schema; see the module."""
        printed = super().generate(schema, mode)
        definitions: dict[str, Any] = printed.get("$defs", {})
        for part in list(subschemas(printed)):
            _mend(part, definitions, takes=mode == "validation")
        _rename_dependencies(printed, definitions)
        _drop_unused(printed)
        for part in subschemas(printed):
            shorten_description(part)
            order_properties(part)
        return printed

    def get_title_from_name(self, name: str) -> str:
        """Return the title of a field that has none of its own, in sentence case."""
        words = name.strip("_").split("_")
        first, *others = [_SPELLINGS.get(word, word) for word in words]
        return " ".join([first[:1].upper() + first[1:], *others])

    def _update_class_schema(
        self, json_schema: JsonSchemaValue, cls: type[Any], config: ConfigDict
    ) -> None:
        super()._update_class_schema(json_schema, cls, config)
        if json_schema.get("title") == cls.__name__ and not config.get("title"):
            del json_schema["title"]


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and every schema in it, each before what is in it."""
    if not isinstance(schema, dict):
        return
    yield schema
    for key in _MAPS:
        for part in list(schema.get(key, {}).values()):
            yield from subschemas(part)
    for key in _LISTS:
        for part in list(schema.get(key, ())):
            yield from subschemas(part)
    for key in _SINGLES:
        yield from subschemas(schema.get(key))


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that also accepts null, flat if possible."""
    if isinstance(kind := schema.get("type"), str):
        schema = schema | {"type": [kind, "null"]}
    elif isinstance(kind, list) and "null" not in kind:
        schema = schema | {"type": [*kind, "null"]}
    if "const" in schema:
        schema = {name: value for name, value in schema.items() if name != "const"} | {
            "enum": [schema["const"]]
        }
    if "enum" in schema and None not in schema["enum"]:
        schema = schema | {"enum": [*schema["enum"], None]}
    for key in ("anyOf", "oneOf"):
        branches = schema.get(key, ())
        if branches and not any(_is_null(branch) for branch in branches):
            # A list of constants alone is a drop-down list to most forms.
            null = (
                {"const": None}
                if all("const" in branch for branch in branches)
                else {"type": "null"}
            )
            schema = schema | {key: [*branches, null | {"title": _TITLES["null"]}]}
    return schema


def shorten_description(schema: dict[str, Any]) -> None:
    """Shorten a description at the end of a sentence or word; the rest goes into `x-help`."""
    text = schema.get("description")
    if not isinstance(text, str):
        return
    text = " ".join(text.split())
    schema["description"] = text
    if len(text) <= LONGEST_DESCRIPTION:
        return
    ends = [m.end() for m in re.finditer(r"[.!?](?=\s|$)", text) if m.end() <= LONGEST_DESCRIPTION]
    if ends:
        short, rest = text[: ends[-1]], text[ends[-1] :].strip()
    else:
        short = text[: LONGEST_DESCRIPTION - 2].rsplit(" ", 1)[0].rstrip(",;:") + "..."
        rest = text
    schema["description"] = short
    schema["x-help"] = " ".join(item for item in (rest, schema.get("x-help", "")) if item)


def order_properties(schema: dict[str, Any]) -> None:
    """Sort properties as a form shows them, and name the order for hosts that keep none.

    Properties of a group are placed together, at the position of the first.
    """
    properties: dict[str, Any] = schema.get("properties", {})
    if len(properties) < 2:
        return
    required = set(schema.get("required", ()))

    def rank(name: str) -> int:
        return 0 if name in required else _RANKS[properties[name].get("x-visibility", "")]

    names = sorted(properties, key=rank)
    positions: dict[tuple[int, str], int] = {}
    for at, name in enumerate(names):
        group = properties[name].get("x-group", "")
        positions.setdefault((rank(name), group or f" {name}"), at)
    names.sort(
        key=lambda name: positions[rank(name), properties[name].get("x-group") or f" {name}"]
    )
    schema["properties"] = {name: properties[name] for name in names}
    if required:
        schema["required"] = [name for name in names if name in required]
    schema["ui:order"] = names


def _mend(schema: dict[str, Any], definitions: dict[str, Any], *, takes: bool) -> None:
    """Apply the rules to one schema, in place; those within it have their own turn."""
    if schema.get("format", "date") not in FORMATS:
        del schema["format"]
    if "default" in schema and schema["default"] is None:
        del schema["default"]
    for key in ("anyOf", "oneOf"):
        if key in schema:
            for part in [subschema for branch in schema[key] for subschema in subschemas(branch)]:
                _mend(part, definitions, takes=takes)
            _mend_union(schema, key, definitions, takes=takes)
    for part in schema.get("properties", {}).values() if takes else ():
        if not any(key in part for key in _TYPING):
            part["type"] = [*JSON_TYPES]
            part["additionalProperties"] = True  # so that a plain form offers names and values
            part.setdefault("x-widget", "json")


def _mend_union(
    schema: dict[str, Any], key: str, definitions: dict[str, Any], *, takes: bool
) -> None:
    branches = [item for item in schema[key] if not _is_null(item)]
    takes_null = len(branches) < len(schema[key])
    if {"type": "number"} in branches and {"type": "integer"} in branches:
        branches.remove({"type": "integer"})  # each is a number
    only = branches[0]
    target = _definition(only, definitions)
    # A recursive definition cannot be inlined, so its null stays a branch.
    is_recursive = target is not None and _is_recursive(only["$ref"], definitions)
    if len(branches) == 1 and not (takes_null and is_recursive):
        if target is not None and not is_recursive:
            only = {**_copy(target), **{k: v for k, v in only.items() if k != "$ref"}}
            for part in list(subschemas(only)):  # the definition's own turn may come later
                _mend(part, definitions, takes=takes)
            for part in only.get("properties", {}).values() if takes_null else ():
                part.pop("default", None)  # it would begin an object that is left out
        own = {name: value for name, value in schema.items() if name != key}
        if "examples" in own:  # those of the field itself say more
            only = {name: value for name, value in only.items() if name != "examples"}
        flat = only | own
        schema.clear()
        schema |= or_null(flat) if takes_null else flat
        return
    for branch in branches:
        target = _definition(branch, definitions) or {}
        if "title" not in branch and "title" not in target:
            branch["title"] = _title(branch)
    schema[key] = branches
    if takes_null:
        schema |= or_null(schema)


def _title(branch: dict[str, Any]) -> str:
    if "const" in branch:
        return str(branch["const"])
    kind = branch.get("type", "")
    return _TITLES.get(branch.get("format", ""), _TITLES.get(str(kind), "Value"))


def _is_null(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "null" or schema.get("const", "") is None


def _definition(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any] | None:
    reference = schema.get("$ref", "")
    definition: dict[str, Any] | None = definitions.get(reference.removeprefix("#/$defs/"))
    return definition if reference else None


def _is_recursive(reference: str, definitions: dict[str, Any]) -> bool:
    name = reference.removeprefix("#/$defs/")
    return name in _reachable(definitions[name], definitions)


def _reachable(schema: dict[str, Any], definitions: dict[str, Any]) -> set[str]:
    """Return the names of all definitions that a schema refers to, and those that they refer to."""
    reachable: set[str] = set()
    waiting = [schema]
    while waiting:
        for part in subschemas(waiting.pop()):
            name = part.get("$ref", "").removeprefix("#/$defs/")
            if name and name not in reachable:
                reachable.add(name)
                waiting.append(definitions[name])
    return reachable


def _copy(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {name: _copy(value) for name, value in schema.items()}
    return [_copy(part) for part in schema] if isinstance(schema, list) else schema


def _rename_dependencies(root: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Apply `form_hints.rename_dependencies`; a definition belongs to one object only."""
    for part in list(subschemas(root)):
        names = part.pop(RENAMES, None)
        if not names:
            continue
        below = [part, *(definitions[name] for name in _reachable(part, definitions))]
        for subschema in (inner for schema in below for inner in subschemas(schema)):
            if (spec := subschema.get("x-dynamic-options")) and "depends_on" in spec:
                renamed = [names.get(name, name) for name in spec["depends_on"]]
                subschema["x-dynamic-options"] = spec | {"depends_on": renamed}


def _drop_unused(root: dict[str, Any]) -> None:
    definitions = root.pop("$defs", {})
    used = _reachable(root, definitions)
    if remaining := {name: part for name, part in definitions.items() if name in used}:
        root["$defs"] = remaining
