"""Reads what an event holds: Avro, by the schema that it was written by, as JSON.

Unions are unpacked: an optional field is its value or null. Moments stay the numbers that
Salesforce sends, milliseconds since 1970 in UTC.

https://developer.salesforce.com/docs/platform/pub-sub-api/guide/event-avro-serialization.html
"""

import base64
import datetime as dt
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from salesforce_connector.errors import BadReply


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
    except (ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError) as exc:
        raise _unreadable(schema) from exc
    if not isinstance(read, dict):
        raise _unreadable(schema)
    return {name: _plain(value) for name, value in read.items()}


@lru_cache(maxsize=256)  # a schema serves thousands of events
def _parse_schema(schema: str) -> Any:
    from fastavro import parse_schema

    return parse_schema(json.loads(schema))


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
    name = str(json.loads(schema).get("name", "")) if schema.startswith("{") else ""
    return BadReply(
        f"An event of {name or 'the topic'} is not of the schema that Salesforce gave for it.",
        code="UNREADABLE_EVENT",
        sent=True,
    )
