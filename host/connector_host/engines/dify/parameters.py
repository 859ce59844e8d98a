"""Converts an action's input schema to parameters of a Dify tool, and their values to inputs.

Dify's form is flat and has texts, numbers, switches and select lists. Everything else, such as a
record's fields, is entered as JSON. Nothing here imports Dify's SDK.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from connector_host.errors import BadInput
from connector_host.hookspecs import Json, JsonObject

# The names of the values that Dify stores for a sign-in.
METHOD: Final = "auth_method"
OAUTH_METHOD: Final = "oauth_method"
OAUTH_SETTINGS: Final = "oauth_settings"
OAUTH_CREDENTIALS: Final = "oauth_credentials"
MAX_CHOICES: Final = 1_000  # options of one list, which Dify loads and searches in the browser


def pushed_triggers(manifest: JsonObject) -> list[JsonObject]:
    """Return the manifest's entries of the triggers that a service pushes."""
    return [trigger for trigger in manifest["triggers"] if trigger.get("delivery") == "webhook"]


def parameters_of(schema: JsonObject) -> list[dict[str, Any]]:
    """Return a tool's parameters in the order of the schema, without internal properties."""
    required = set(schema.get("required", ()))
    return [
        _parameter(name, part, required=name in required)
        for name, part in schema.get("properties", {}).items()
        if part.get("x-visibility") != "internal"
    ]


def inputs_from(schema: JsonObject, values: Mapping[str, Json]) -> JsonObject:
    """Return an action's inputs from a tool's parameters, without empty ones.

    Raises:
        BadInput: A text must be JSON and is not; the message names the parameter.
    """
    properties: JsonObject = schema.get("properties", {})
    return {
        name: _read(name, properties[name], value)
        for name, value in values.items()
        if name in properties and value is not None and value != ""
    }


def options_source(schema: JsonObject, parameter: str) -> str | None:
    """Return the source of a parameter's options; None when they depend on other parameters."""
    options = schema.get("properties", {}).get(parameter, {}).get("x-dynamic-options", {})
    return None if options.get("depends_on") else options.get("source")


def _parameter(name: str, part: JsonObject, *, required: bool) -> dict[str, Any]:
    kind = _kind(part)
    description = part.get("description", "")
    parameter: dict[str, Any] = {
        "name": name,
        "type": kind,
        "required": required,
        "label": {"en_US": part.get("title", name)},
        "human_description": {"en_US": description},
        "llm_description": _for_a_model(part),
        # A model or a variable fills in what differs from run to run; options are chosen once.
        "form": "form" if kind in ("select", "boolean", "dynamic-select") else "llm",
    }
    default = part.get("default")
    if isinstance(default, str | int | float) and default != "":
        parameter["default"] = default
    if kind == "select":
        choices = [value for value in part["enum"] if value is not None]
        parameter["options"] = [
            {"value": str(value), "label": {"en_US": str(value)}} for value in choices
        ]
    for ours, theirs in (("minimum", "min"), ("maximum", "max")):
        if kind == "number" and ours in part:
            parameter[theirs] = part[ours]
    return parameter


def _kind(part: JsonObject) -> str:
    """Return Dify's type of a parameter; `string` also for JSON."""
    types = _types(part)
    options = part.get("x-dynamic-options", {})
    if "enum" in part and types <= {"string"}:
        return "select"
    if types == {"boolean"}:
        return "boolean"
    if types and types <= {"integer", "number"}:
        return "number"
    if types == {"string"} and options.get("source") and not options.get("depends_on"):
        return "dynamic-select"
    return "string"


def _types(part: JsonObject) -> set[str]:
    types = part.get("type", [])
    return (
        {types}
        if isinstance(types, str)
        else {item_type for item_type in types if item_type != "null"}
    )


def _for_a_model(part: JsonObject) -> str:
    sentences = [part.get("description", ""), part.get("x-help", "")]
    if not _types(part) <= {"string", "boolean", "integer", "number"} or not _types(part):
        sentences.append("As JSON.")
        if part.get("examples"):
            sentences.append(f"Example: {json.dumps(part['examples'][0], ensure_ascii=False)}")
    return " ".join(sentence for sentence in sentences if sentence)


def _read(name: str, part: JsonObject, value: Json) -> Json:
    types = _types(part)
    if not isinstance(value, str) or types == {"string"}:
        return value
    if types == {"boolean"}:
        return value.strip().lower() in ("true", "1", "yes", "on")
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        if "string" in types or not types:
            return value
        raise BadInput(f"The parameter {name!r} is not JSON.", fields=[name]) from None
