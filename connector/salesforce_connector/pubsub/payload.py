"""Reads what an event holds: Avro, by the schema that it was written by, as JSON.

Unions are unpacked: an optional field is its value or null. Moments stay the numbers that
Salesforce sends, milliseconds since 1970 in UTC.

https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-avro-serialization.html
"""

import base64
import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from pydantic_core import from_json

from salesforce_connector.errors import BadReply

_PRIMITIVE: Final = frozenset({"boolean", "int", "long", "float", "double", "bytes", "string"})
_MAX_NAME: Final = 100  # characters

# What fastavro raises for a schema that is none, or a payload that is not of it.
_MISREAD: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


def decode(schema: str, payload: bytes) -> dict[str, Any]:
    """Read a payload as JSON, by Salesforce's names.

    Args:
        schema: Avro schema of a record, as JSON.

    Raises:
        BadReply: The payload is not of this schema.
    """
    from fastavro import schemaless_reader

    try:
        read = schemaless_reader(io.BytesIO(payload), _parse_schema(schema), None)
        if not isinstance(read, dict):
            raise _unreadable(schema)
        return {name: _plain(value) for name, value in read.items()}
    except _MISREAD as exc:
        raise _unreadable(schema) from exc


@lru_cache(maxsize=256)  # a schema serves thousands of events
def _parse_schema(schema: str) -> Any:
    from fastavro import parse_schema
    from fastavro.schema import SchemaParseException

    definition = from_json(schema)
    if _is_endless(definition, ()):
        raise ValueError("a few bytes could be of any length or depth by it")
    try:
        return parse_schema(definition)
    except SchemaParseException as exc:
        raise ValueError("it is no schema of Avro's") from exc


def _is_endless(kind: Any, within: tuple[str, ...]) -> bool:
    """Return whether a payload could be a list of any length in a few bytes, or records in records.

    fastavro would fill the memory, or the stack, which ends the process. Salesforce's schemas have
    neither.

    Args:
        kind: A schema, or a part of it.
        within: Names of the records that it is in.
    """
    match kind:
        case str():
            return kind.rpartition(".")[2] in within
        case {"type": "array", "items": items} if _takes_no_bytes(items):
            return True
        case {"name": str(name), "fields": _}:
            within = (*within, name.rpartition(".")[2])
        case _:
            pass
    if isinstance(kind, dict):
        parts = [kind.get(name) for name in ("type", "items", "values", "fields")]
        return any(_is_endless(part, within) for part in parts)
    return isinstance(kind, list) and any(_is_endless(part, within) for part in kind)


def _takes_no_bytes(kind: Any) -> bool:
    match kind:
        case "null" | {"type": "null"} | {"type": "fixed", "size": 0}:
            return True
        case {"type": "record", "fields": list(fields)}:
            return all(
                isinstance(part, dict) and _takes_no_bytes(part.get("type")) for part in fields
            )
        case {"type": dict() as inner}:
            return _takes_no_bytes(inner)
        case str():  # a record that is named elsewhere might: lists of such are not Salesforce's
            return kind not in _PRIMITIVE
        case _:
            return False


def _plain(value: Any) -> Any:
    """Return what JSON can carry, for Avro's types that it has no word for."""
    match value:
        case Mapping():
            return {name: _plain(element) for name, element in value.items()}
        case list():
            return [_plain(element) for element in value]
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value


def _unreadable(schema: str) -> BadReply:
    try:
        name = str(from_json(schema)["name"])[:_MAX_NAME]
    except (ValueError, TypeError, LookupError):
        name = ""
    return BadReply(
        f"An event of {name or 'the topic'} is not of the schema that Salesforce gave for it.",
        code="UNREADABLE_EVENT",
        sent=True,
    )
