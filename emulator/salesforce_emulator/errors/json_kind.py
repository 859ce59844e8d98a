"""The error for a JSON value of the wrong kind, in the words of Salesforce's parser."""

import json
from typing import Final

from salesforce_emulator.errors.error import SalesforceError
from salesforce_emulator.errors.request import cannot_deserialize

_KINDS: Final[dict[type, str]] = {
    str: "VALUE_STRING",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    dict: "START_OBJECT",
    list: "START_ARRAY",
}


def json_kind(value: object) -> str:
    """Return the parser's name for a JSON value's kind, such as `VALUE_STRING`."""
    if isinstance(value, bool):
        return "VALUE_TRUE" if value else "VALUE_FALSE"
    return _KINDS.get(type(value), "VALUE_NULL")


def wrong_json_kind(expected: str, value: object) -> SalesforceError:
    """Return the JSON_PARSER_ERROR for a value that is not of the expected kind."""
    kind = json_kind(value)
    values = {"START_OBJECT": "{", "START_ARRAY": "["}.get(kind)
    if values is None:
        values = json.dumps(value) if value is None or isinstance(value, bool) else str(value)
    return cannot_deserialize(expected, kind, values)
