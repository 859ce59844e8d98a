"""What `record_changed` makes of change events, also of kinds that the local org never sends."""

import io
import json
from datetime import UTC, datetime
from typing import Any, cast

import httpx
import pytest
from fastavro import parse_schema, schemaless_writer

from salesforce_actions.triggers.record_changed import record_changed
from salesforce_connector.action import Batch
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Delivered, Fetch, Fetched
from salesforce_connector.http.pipeline import START

TEXTS = {"type": "array", "items": "string"}
HEADER = {
    "entityName": "string",
    "recordIds": TEXTS,
    "changeType": "string",
    "changeOrigin": "string",
    "transactionKey": "string",
    "sequenceNumber": "int",
    "commitTimestamp": "long",
    "commitNumber": "long",
    "commitUser": "string",
    "nulledFields": TEXTS,
    "diffFields": TEXTS,
    "changedFields": TEXTS,
}
PERSON = {
    "type": "record",
    "name": "Switchable_PersonName",
    "fields": [{"name": name, "type": ["null", "string"]} for name in ("FirstName", "LastName")],
}
SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "AccountChangeEvent",
    "fields": [
        {
            "name": "ChangeEventHeader",
            "type": {
                "type": "record",
                "name": "ChangeEventHeader",
                "fields": [{"name": name, "type": kind} for name, kind in HEADER.items()],
            },
        },
        {"name": "Name", "type": ["null", "string", PERSON], "default": None},
        {"name": "Phone", "type": ["null", "string"], "default": None},
        {"name": "Description", "type": ["null", "string"], "default": None},
    ],
}


def event_of(change: str, values: dict[str, Any], **header: Any) -> dict[str, Any]:
    """Return the event that a change event becomes."""
    plain = {
        "entityName": "Account",
        "recordIds": ["001000000000001AAA"],
        "changeOrigin": "com/salesforce/api/rest/68.0",
        "transactionKey": "key",
        "sequenceNumber": 1,
        "commitTimestamp": 1_767_225_600_123,
        "commitNumber": 9,
        "commitUser": "005000000000001AAA",
        "nulledFields": [],
        "diffFields": [],
        "changedFields": [],
    }
    written = {"ChangeEventHeader": plain | {"changeType": change} | header, **values}
    (event,) = poll(SCHEMA, written).events
    return event.model_dump(mode="json")


def poll(schema: dict[str, Any], values: dict[str, Any]) -> Batch:
    payload = io.BytesIO()
    schemaless_writer(payload, parse_schema(json.loads(json.dumps(schema))), values)
    flow = record_changed.flow(record_changed.input(sobject="Account"), None)
    step = flow.send(START)
    assert isinstance(step, Fetch)
    assert step.topic == "/data/AccountChangeEvent"
    event = Delivered("", b"\x01\x02", json.dumps(schema), payload.getvalue())
    try:
        flow.send(cast(httpx.Response, Fetched([event], None, datetime(2026, 1, 1, tzinfo=UTC))))
    except StopIteration as done:
        return cast(Batch, done.value)
    raise AssertionError("one fetch is enough")


def test_refuses_an_event_without_a_header() -> None:
    with pytest.raises(BadReply, match="no header"):
        poll({"type": "record", "name": "X", "fields": [{"name": "A", "type": "int"}]}, {"A": 1})


@pytest.mark.parametrize("change", ["GAP_CREATE", "GAP_UPDATE", "GAP_DELETE", "GAP_UNDELETE"])
def test_a_gap_event_is_delivered_as_a_gap(change: str) -> None:
    """It says which records changed, and not what."""
    ids = ["001000000000001AAA", "001000000000002AAA"]
    event = event_of(change, {}, recordIds=ids, changedFields=["0x06"])
    assert event["change_type"] == change
    assert len(event["record_ids"]) == 2
    assert event["payload"] == {}


def test_an_overflow_names_the_object_alone() -> None:
    event = event_of("GAP_OVERFLOW", {}, recordIds=[])
    assert (event["sobject"], event["record_ids"], event["payload"]) == ("Account", [], {})


def test_an_update_lists_changed_and_emptied_fields() -> None:
    """Other fields come as null, which says nothing of them."""
    values = {"Name": "Acme", "Phone": None}
    event = event_of("UPDATE", values, changedFields=["0x06"], nulledFields=["0x04"])
    assert event["payload"] == values
    assert event["nulled_fields"] == ["Phone"]
    assert event["committed_at"] == "2026-01-01T00:00:00.123000Z"


def test_a_diff_field_is_listed() -> None:
    event = event_of(
        "UPDATE", {"Description": "--- +++"}, changedFields=["0x08"], diffFields=["0x08"]
    )
    assert event["diff_fields"] == ["Description"]
    assert event["payload"] == {"Description": "--- +++"}


def test_a_name_may_be_text_or_its_parts() -> None:
    parts = {"FirstName": "Ada", "LastName": "King"}
    event = event_of("UPDATE", {"Name": parts}, changedFields=["1-0x02"])
    assert event["payload"] == {"Name": {"LastName": "King"}}
    assert event_of("CREATE", {"Name": parts})["payload"]["Name"] == parts


def test_an_event_without_an_id_is_identified_by_its_replay_id() -> None:
    event = event_of("DELETE", {})
    assert event["id"] == event["replay_id"] == "AQI="
