"""The JSON Schema of the inputs of a flow or another invocable action, from its description.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_getting_started_describing.htm
"""

from typing import Any, Final

from pydantic import Field

from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, lookup
from salesforce_connector.forms.hints import Widget, hints
from salesforce_connector.forms.schema import or_null, order_properties, shorten_description
from salesforce_connector.metadata.field_values import RECORD_ID
from salesforce_connector.records import read
from salesforce_connector.wire_model import Wire

Schema = dict[str, Any]

_NUMBERS: Final = frozenset({"NUMBER", "DOUBLE", "CURRENCY", "PERCENT", "DECIMAL"})
_FORMATS: Final = {"DATE": "date", "DATETIME": "date-time", "TIME": "time", "EMAIL": "email"}


class _Choice(Wire):
    value: str
    label: str | None = None


class _Input(Wire):
    name: str
    label: str | None = None
    description: str | None = None
    type: str = ""
    required: bool = False
    max_occurs: int = 1
    sobject_type: str | None = None
    picklist_values: list[_Choice] | None = None


class _Described(Wire):
    inputs: list[_Input] = Field(default_factory=list)


def fetch(path: str) -> Flow[Schema]:
    """Get the schema of one input of an action, such as `/actions/custom/flow/Ship`.

    Raises:
        NotFound: There is no such action, or the user may not run it.
    """
    answer = yield Call("GET", path, cached=True)
    return schema_of(read(_Described, answer, "the description of the action").inputs)


def schema_of(inputs: list[_Input]) -> Schema:
    """Return the schema of an object with a value for each input."""
    schema: Schema = {
        "type": "object",
        "title": "Inputs",
        "properties": {action_input.name: _property(action_input) for action_input in inputs},
        "additionalProperties": False,
    }
    if required := [action_input.name for action_input in inputs if action_input.required]:
        schema["required"] = required
    order_properties(schema)
    return schema


def _property(about: _Input) -> Schema:
    schema = _value(about)
    if about.max_occurs != 1:
        widget: Widget = "tags" if schema.get("type") == "string" else "json"
        schema = {"type": "array", "items": schema} | hints(widget=widget)
    if not about.required:
        schema = or_null(schema)
    titles: Schema = {"title": about.label or about.name}
    if about.description:
        titles["description"] = about.description
        shorten_description(titles)
    return titles | schema


def _value(about: _Input) -> Schema:
    kind = about.type.upper()
    match kind:
        case "BOOLEAN":
            return {"type": "boolean"}
        case "INTEGER" | "INT" | "LONG":
            return {"type": "integer"}
        case "ID" | "REFERENCE":
            objects = (about.sobject_type,) if about.sobject_type else COMMON_OBJECTS
            return {"type": "string", "pattern": RECORD_ID} | lookup(*objects)
        case "SOBJECT" | "APEX":
            return {"type": "object", "additionalProperties": True} | hints(widget="json")
        case "TEXTAREA":
            return {"type": "string"} | hints(widget="multiline")
        case _ if kind in _NUMBERS:
            return {"type": "number"}
        case _ if kind in _FORMATS:
            return {"type": "string", "format": _FORMATS[kind]}
    if about.picklist_values:
        choices = [
            {"const": choice.value, "title": choice.label or choice.value}
            for choice in about.picklist_values
        ]
        return {"type": "string", "oneOf": choices}
    return {"type": "string"}
