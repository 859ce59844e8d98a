"""An action's schemas for the object and fields that have been chosen, from describe.

It puts what `fields_schema` says in the places that a model marks `x-dynamic-schema`.
"""

from collections.abc import Mapping
from typing import Any, Final

from salesforce_connector.action import Action, Flow, Trigger
from salesforce_connector.form_schema import input_schema, output_schema
from salesforce_connector.metadata import fields_schema, picklists, suggestions
from salesforce_connector.metadata.fields_schema import Purpose
from salesforce_connector.pubsub.topics import CHANNEL

# Names of outputs that hold a record of the object chosen, or a list of them.
_RECORDS: Final = frozenset({"record", "records"})


def flow(
    found: Action[Any, Any] | Trigger[Any, Any], inputs: Mapping[str, Any]
) -> Flow[dict[str, Any]]:
    """Give the input and output schema; as in the manifest where nothing depends on an object."""
    taken = input_schema(found.input)
    given = output_schema(found.output)
    sobject = inputs.get("sobject")
    if (
        isinstance(sobject, str)
        and sobject
        and not sobject.endswith(CHANNEL)  # of several objects, and described by none
        and "sobject" in found.input.model_fields
    ):
        about = yield from suggestions.object_described(sobject)
        alone = "fields" in taken["properties"]  # rows carry their external id with them
        without = str(inputs.get("external_id_field", "")) if alone else ""
        purpose = _purpose(found.name)
        if _takes_fields(taken):
            left = yield from picklists.left_by(about, inputs, creates=purpose == "create")
            written = fields_schema.to_write(left.about, purpose, without=without)
            taken = _filled(taken, written | left.told)
        if _tells_records(found):
            chosen = inputs.get("fields")
            only = list(map(str, chosen)) if isinstance(chosen, list) else []
            _fill_records(given, fields_schema.to_read(about, only))
    return {"input": taken, "output": given}


def _takes_fields(schema: Any) -> bool:
    """Whether a schema has a place for the fields of the object."""
    if isinstance(schema, list):
        return any(map(_takes_fields, schema))
    if not isinstance(schema, dict):
        return False
    return "x-dynamic-schema" in schema or any(map(_takes_fields, schema.values()))


def _purpose(name: str) -> Purpose:
    match name.split("_")[0]:
        case "create" | "publish":
            return "create"
        case "update":
            return "update"
        case _:
            return "upsert"


def _tells_records(found: Action[Any, Any] | Trigger[Any, Any]) -> bool:
    return isinstance(found, Trigger) or found.reads


def _filled(schema: Any, written: dict[str, Any]) -> Any:
    """Put what is known of the object where a schema says that it depends on it."""
    if isinstance(schema, list):
        return [_filled(each, written) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-dynamic-schema" in schema:
        own = {name: schema[name] for name in ("title", "description") if name in schema}
        return written | own
    return {name: _filled(each, written) for name, each in schema.items()}


def _fill_records(schema: dict[str, Any], record: dict[str, Any]) -> None:
    for name, each in schema.get("properties", {}).items():
        if name not in _RECORDS:
            continue
        kept = {key: each[key] for key in ("title", "description") if key in each}
        if each.get("type") == "array":
            schema["properties"][name] = {"type": "array", "items": record, **kept}
        elif each.get("type") == "object":
            schema["properties"][name] = {**record, **kept}
