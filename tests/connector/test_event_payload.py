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
