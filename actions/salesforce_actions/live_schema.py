"""An action's schemas for what has been chosen so far: the object, the flow, the quick action.

It fills in the org's schemas where a model has `x-dynamic-schema`, and keeps that keyword,
so that a host knows when to resolve it again.
"""

import copy
from collections.abc import Mapping
from typing import Any, Final

from salesforce_connector.action import Action, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.forms.schema import input_schema, output_schema, subschemas
from salesforce_connector.metadata import (
    action_inputs,
    fields_schema,
    invocable,
    picklists,
    quick_action_fields,
    suggestions,
)
from salesforce_connector.metadata.describe import ObjectDescription
from salesforce_connector.metadata.event_payload import payload_schema
from salesforce_connector.metadata.fields_schema import Purpose
from salesforce_connector.metadata.topics import CHANNEL
from salesforce_connector.query.select_schema import Form, fetch_schema
from salesforce_connector.records import segment
from salesforce_connector.validation import require_writable

Schema = dict[str, Any]
Inputs = Mapping[str, Any]
AnyAction = Action[Any, Any] | Trigger[Any, Any]

# Names of outputs that hold a record of the object chosen, or a list of them.
_RECORDS: Final = frozenset({"record", "records"})

# Triggers whose events hold a payload of an object's fields.
_EVENTS: Final = frozenset({"platform_event", "record_changed"})

_BULK_PURPOSES: Final[Mapping[str, Purpose]] = {
    "insert": "create",
    "update": "update",
    "upsert": "upsert",
}

# Fields of a task or an event that have inputs of their own in `log_activity`.
_ACTIVITY_FIELDS: Final = (
    *("Subject", "WhoId", "WhatId", "Description", "OwnerId", "ActivityDate", "Status"),
    *("Priority", "StartDateTime", "EndDateTime", "Location"),
)

# Keywords of a schema that stay when the org's schema replaces it.
_KEPT: Final = ("title", "description", "x-dynamic-schema", "x-visibility", "x-group", "x-help")


def flow(action: AnyAction, inputs: Inputs) -> Flow[dict[str, Any]]:
    """Return the input and output schema; as in the manifest if the org adds nothing.

    Raises:
        Rejected: The inputs are nothing that JSON can carry.
        NotFound: There is no such object, flow or action, or the user may not see it.
    """
    require_writable(inputs, action.name)
    inputs_schema, outputs_schema = input_schema(action.input), output_schema(action.output)
    sources = {part["x-dynamic-schema"]["source"] for part in _find_marked(inputs_schema)}
    about = yield from _object(action, inputs)
    if about is not None and "fields" in sources:
        record_schema = yield from _record(action, about, inputs, inputs_schema)
        inputs_schema = _fill(
            inputs_schema, "fields", record_schema, inputs_schema.get("$defs", {})
        )
    for source in sources - {"fields"}:
        form = yield from _form(source, inputs)
        if form is not None:
            inputs_schema = _fill(inputs_schema, source, form, inputs_schema.get("$defs", {}))
    if "soql" in action.input.model_fields:
        selected = yield from _selected(action, inputs)
        if selected is not None:
            _fill_records(outputs_schema, selected)
    elif about is not None and action.name in _EVENTS:
        _fill_payload(outputs_schema, payload_schema(about))
    elif about is not None and (isinstance(action, Trigger) or action.reads):
        names = inputs.get("fields")
        only = [*map(str, names)] if isinstance(names, list) else []
        _fill_records(outputs_schema, fields_schema.to_read(about, only))
    return {"input": inputs_schema, "output": outputs_schema}


def _selected(action: AnyAction, inputs: Inputs) -> Flow[Schema | None]:
    """Return the schema of the records that the query gives; None if it is unknown."""
    soql = inputs.get("soql")
    if not isinstance(soql, str) or not soql or inputs.get("api") == "tooling":
        return None
    form: Form = "nested"
    if action.name == "bulk_query":
        form = "text columns" if inputs.get("values") == "text" else "typed columns"
    return (yield from fetch_schema(soql, form))


def _object(action: AnyAction, inputs: Inputs) -> Flow[ObjectDescription | None]:
    """Describe the object that is chosen; None when there is none, or when nothing describes it."""
    sobject = inputs.get("sobject")
    if isinstance(action, Trigger) and action.sobject_of is not None:
        return (yield from suggestions.describe_object(action.sobject_of(inputs)))
    if action.name == "log_activity":
        kind = inputs.get("kind")
        sobject = kind.capitalize() if kind in ("task", "event") else None
    elif "sobject" not in action.input.model_fields or action.name == "run_quick_action":
        return None
    if not isinstance(sobject, str) or not sobject or sobject.endswith(CHANNEL):
        return None  # a channel has events of several objects
    return (yield from suggestions.describe_object(sobject))


def _record(
    action: AnyAction, about: ObjectDescription, inputs: Inputs, inputs_schema: Schema
) -> Flow[Schema]:
    """Return the schema of a record to write."""
    operation = str(inputs.get("operation", ""))
    if operation in {"delete", "hardDelete"}:
        return fields_schema.only_id(about)
    purpose = _BULK_PURPOSES.get(operation) or _purpose(action.name)
    narrowed = yield from picklists.narrow(about, inputs, creates=purpose == "create")
    external_id = str(inputs.get("external_id_field") or "")
    without: tuple[str, ...] = _ACTIVITY_FIELDS if action.name == "log_activity" else ()
    key = ""
    if "fields" in inputs_schema["properties"]:
        without = (*without, external_id)
    elif purpose == "update":
        key = "Id"
    elif purpose == "upsert":
        key = external_id
    return (
        fields_schema.to_write(narrowed.about, purpose, without=without, key=key)
        | narrowed.keywords
    )


def _purpose(name: str) -> Purpose:
    match name.split("_")[0]:
        case "create" | "publish" | "log":
            return "create"
        case "update" | "merge":
            return "update"
        case _:
            return "upsert"


def _form(source: str, inputs: Inputs) -> Flow[Schema | None]:
    """Return the schema of a flow's or an action's inputs; None when none is chosen."""
    name = inputs.get("flow_name") if source == "flow_inputs" else inputs.get("action_name")
    kind = "flow" if source == "flow_inputs" else inputs.get("kind")
    if not isinstance(name, str) or not name:
        return None
    if source != "quick_action_fields":
        if not isinstance(kind, str) or not kind:
            return None
        return (yield from action_inputs.fetch(f"{invocable.kind_path(kind)}/{segment(name)}"))
    form = yield from quick_action_fields.fetch(name, inputs.get("sobject"))
    if form is None:
        return None
    about = yield from suggestions.describe_object(form.sobject)
    purpose: Purpose = "update" if form.updates else "create"
    schema = fields_schema.to_write(about, purpose, only=form.fields)
    # The quick action has values of its own for what is left out.
    for key in ("required", "allOf", "minProperties"):
        schema.pop(key, None)
    for field in schema["properties"].values():
        field.pop("default", None)
    return schema


def _find_marked(schema: Schema) -> list[Schema]:
    return [part for part in subschemas(schema) if "x-dynamic-schema" in part]


def _fill(
    schema: Any, source: str, record_schema: Schema, definitions: Mapping[str, Schema]
) -> Any:
    """Insert the resolved schema wherever the source is named."""
    properties = {
        name: _fill_part(part, source, record_schema, definitions, frozenset())
        for name, part in schema["properties"].items()
    }
    return schema | {"properties": properties}


def _fill_part(
    part: Schema,
    source: str,
    record_schema: Schema,
    definitions: Mapping[str, Schema],
    within: frozenset[str],
) -> Schema:
    name = part.get("$ref", "").removeprefix("#/$defs/")
    if name:
        target = definitions[name]
        if name in within or "sobject" in target.get("properties", {}):
            return part  # it names an object of its own
        filled = _fill_part(target, source, record_schema, definitions, within | {name})
        beside = {key: value for key, value in part.items() if key != "$ref"}
        return part if filled is target else filled | beside
    if part.get("x-dynamic-schema", {}).get("source") == source:
        return _merge_record(part, record_schema)
    changed: Schema = {}
    if "items" in part:
        items = _fill_part(part["items"], source, record_schema, definitions, within)
        changed |= {} if items is part["items"] else {"items": items}
    properties = {
        name: _fill_part(item, source, record_schema, definitions, within)
        for name, item in part.get("properties", {}).items()
    }
    if any(item is not part["properties"][name] for name, item in properties.items()):
        changed["properties"] = properties
    return part | changed if changed else part


def _merge_record(part: Schema, record_schema: Schema) -> Schema:
    """Return the resolved schema for an object of any fields, or for each in a list of them."""
    types = part.get("type", ())
    if "array" in ([types] if isinstance(types, str) else types):
        return part | {"items": copy.deepcopy(record_schema)}
    return copy.deepcopy(record_schema) | {key: part[key] for key in _KEPT if key in part}


def _fill_payload(schema: Schema, payload: Schema) -> None:
    part = schema["properties"]["payload"]
    texts = {key: part[key] for key in ("title", "description") if key in part}
    schema["properties"]["payload"] = payload | texts


def _fill_records(schema: Schema, record: Schema) -> None:
    for name, part in schema.get("properties", {}).items():
        if name not in _RECORDS:
            continue
        texts = {key: part[key] for key in ("title", "description") if key in part}
        if part.get("type") == "array":
            schema["properties"][name] = {"type": "array", "items": record, **texts}
        elif part.get("type") in ("object", ["object", "null"]):
            # Null stays allowed where an action may return no record.
            schema["properties"][name] = {**record, "type": part["type"], **texts}
