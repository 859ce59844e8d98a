"""Avro of events becomes JSON."""

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_writer

from salesforce_connector.errors import BadReply
from salesforce_connector.pubsub.payload import decode

SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Order_Shipped__e",
    "fields": [
        {"name": "CreatedDate", "type": "long"},
        {"name": "Number__c", "type": ["null", "string"], "default": None},
        {"name": "Paid__c", "type": ["null", "boolean"], "default": None},
        {"name": "Raw", "type": ["null", "bytes"], "default": None},
        {"name": "Day", "type": ["null", {"type": "int", "logicalType": "date"}]},
        {
            "name": "Sum",
            "type": [
                "null",
                {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
            ],
        },
    ],
}


def written(values: dict[str, Any]) -> bytes:
    payload = io.BytesIO()
    schemaless_writer(payload, parse_schema(dict(SCHEMA)), values)
    return payload.getvalue()


def test_refuses_a_payload_of_another_schema() -> None:
    with pytest.raises(BadReply, match="Order_Shipped__e"):
        decode(json.dumps(SCHEMA), b"\x02")


def test_unpacks_what_is_optional() -> None:
    payload = written({"CreatedDate": 7, "Number__c": "A-1", "Paid__c": None})
    messages = decode(json.dumps(SCHEMA), payload)
    assert messages | {} == json.loads(json.dumps(messages))
    assert (messages["CreatedDate"], messages["Number__c"], messages["Paid__c"]) == (7, "A-1", None)


def test_writes_what_json_has_no_word_for() -> None:
    """Bytes in Base64, dates as ISO has them, decimals as text that loses nothing."""
    values = {"CreatedDate": 7, "Raw": b"\x00\xff", "Day": date(2026, 1, 2), "Sum": Decimal("1.20")}
    messages = decode(json.dumps(SCHEMA), written(values))
    assert (messages["Raw"], messages["Day"], messages["Sum"]) == ("AP8=", "2026-01-02", "1.20")


def schema_of(kind: Any, **more: Any) -> str:
    return json.dumps(
        {"type": "record", "name": "E", "fields": [{"name": "f", "type": kind}], **more}
    )


MANY = b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f"  # as a count of Avro's: 2**62 - 1


@pytest.mark.parametrize(
    "kind",
    [
        {"type": "array", "items": "null"},
        ["null", {"type": "array", "items": {"type": "null"}}],
        {"type": "array", "items": {"type": "record", "name": "R", "fields": []}},
        {
            "type": "array",
            "items": {"type": "record", "name": "R", "fields": [{"name": "n", "type": "null"}]},
        },
        {"type": "array", "items": {"type": "fixed", "name": "F", "size": 0}},
        {"type": "map", "values": {"type": "array", "items": "null"}},
        {"type": "array", "items": "E"},
    ],
)
def test_a_list_of_nothing_is_not_read_without_end(kind: Any) -> None:
    """Nine bytes say how long it is, and its items take none."""
    prefix = b"\x02" if isinstance(kind, list) else b""
    with pytest.raises(BadReply):
        decode(schema_of(kind), prefix + MANY)


@pytest.mark.parametrize("kind", ["bytes", "string", {"type": "array", "items": "long"}])
def test_a_length_that_the_payload_does_not_have_takes_no_memory(kind: Any) -> None:
    with pytest.raises(BadReply):
        decode(schema_of(kind), MANY)


@pytest.mark.parametrize(
    "schema",
    [
        "[" * 100_000,
        '{"type":' * 5_000,
        "null",
        "[]",
        "{}",
        '{"type": "record"}',
        '{"type": "record", "name": 5, "fields": 7}',
        '{"type": "unheard-of"}',
        '"long"',
        "",
        "\x00",
    ],
)
def test_a_schema_that_is_none_is_a_bad_reply(schema: str) -> None:
    with pytest.raises(BadReply):
        decode(schema, b"\x02\x02")


def test_a_payload_nested_without_end_is_a_bad_reply() -> None:
    nested = {"type": "record", "name": "E", "fields": [{"name": "f", "type": ["null", "E"]}]}
    with pytest.raises(BadReply):
        decode(json.dumps(nested), b"\x02" * 200_000 + b"\x00")
