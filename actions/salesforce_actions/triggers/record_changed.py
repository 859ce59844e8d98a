"""Emit an event for each change of a record, by Change Data Capture.

https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_event_fields_header.htm
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Delivered, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints
from salesforce_connector.metadata import topics
from salesforce_connector.polling import events
from salesforce_connector.pubsub.changed_fields import names_of
from salesforce_connector.pubsub.event_polling import Listening, event_id, read, replay_text
from salesforce_connector.pubsub.payload import decode

_HEADER = "ChangeEventHeader"


class Input(Listening):
    sobject: str = Field(
        default="",
        title="Object",
        description=(
            "An object that Change Data Capture is enabled for; leave empty for all of them."
        ),
        pattern=r"^([A-Za-z]\w*)?$",
        examples=["Account"],
        json_schema_extra=dynamic_options("objects")
        | hints(visibility="important", text="The API name of a custom channel ends in __chn."),
    )


class Event(BaseModel):
    id: str = events.EventId
    replay_id: str = Field(
        title="Replay ID",
        description="Replay ID: the event's position in the channel, in base64.",
    )
    change_type: str = Field(
        title="Change type",
        description=(
            "CREATE, UPDATE, DELETE or UNDELETE. GAP_CREATE and the like: Salesforce could not say "
            "what changed, read the records. GAP_OVERFLOW: one transaction had too many "
            "changes; read all records of the object that were saved since."
        ),
    )
    sobject: str = Field(title="Object", description="API name of the object.")
    record_ids: list[str] = Field(
        title="Record IDs",
        description=(
            "IDs of the records; several if one transaction made the same change to all, none in "
            "an overflow event."
        ),
    )
    changed_fields: list[str] = Field(
        title="Changed fields",
        description=(
            "API names of the fields that an update changed; parts of compound fields as "
            "Name.FirstName."
        ),
    )
    nulled_fields: list[str] = Field(
        title="Emptied fields", description="API names of the changed fields that are now empty."
    )
    diff_fields: list[str] = Field(
        title="Fields sent as a difference",
        description=(
            "Long text fields for which the payload has a unified diff instead of the value."
        ),
    )
    committed_at: datetime = Field(title="Committed at", description="Time of the commit, in UTC.")
    commit_user: str = Field(
        title="Committed by", description="ID of the user who made the change."
    )
    commit_number: int = Field(
        title="Commit number", description="Number of the transaction; increases with each one."
    )
    change_origin: str = Field(
        title="Origin", description="API and client that made the change; may be empty."
    )
    transaction_key: str = Field(
        title="Transaction",
        description="Key of the transaction; the same for all changes that it made.",
    )
    sequence_number: int = Field(
        title="Number in the transaction",
        description="Number of the event in its transaction, from 1.",
    )
    payload: dict[str, Any] = Field(
        title="Payload",
        description=(
            "Values by API name: changed fields for an update, all fields for a creation or "
            "undeletion. Times are milliseconds since 1970 in UTC, as Salesforce sends them."
        ),
    )


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    topic = topics.of_changes(args.sobject) if args.sobject else topics.ALL_CHANGES
    page = yield from read(topic, args, cursor)
    return Batch([_event(event) for event in page.events], page.cursor, page.more)


def _event(delivered: Delivered) -> Event:
    payload = decode(delivered.schema, delivered.payload)
    header = payload.pop(_HEADER, None)
    if not isinstance(header, dict):
        raise BadReply("A change event has no header.", code="NO_HEADER", sent=True)
    changed = names_of(delivered.schema, header["changedFields"])
    change = str(header["changeType"])
    return Event(
        id=event_id(delivered),
        replay_id=replay_text(delivered),
        change_type=change,
        sobject=header["entityName"],
        record_ids=header["recordIds"],
        changed_fields=changed,
        nulled_fields=names_of(delivered.schema, header["nulledFields"]),
        diff_fields=names_of(delivered.schema, header["diffFields"]),
        committed_at=datetime.fromtimestamp(header["commitTimestamp"] / 1_000, UTC),
        commit_user=header["commitUser"],
        commit_number=header["commitNumber"],
        change_origin=header["changeOrigin"],
        transaction_key=header["transactionKey"],
        sequence_number=header["sequenceNumber"],
        payload=_event_of(change, payload, changed),
    )


def _event_of(change: str, payload: dict[str, Any], changed: list[str]) -> dict[str, Any]:
    """Return the changed part of a payload: unchanged fields are null."""
    if change in ("CREATE", "UNDELETE"):
        return payload
    if change != "UPDATE":
        return {}
    record: dict[str, Any] = {}
    for name in changed:
        field, _, part = name.partition(".")
        value = payload.get(field)
        if part and not isinstance(value, str):  # an empty compound field is null
            record.setdefault(field, {})[part] = (value or {}).get(part)
        else:
            record[field] = value
    return record


record_changed = Trigger(
    name="record_changed",
    title="Record changed (Change Data Capture)",
    summary=(
        "Emit an event for each change of an object's records, as Change Data Capture publishes it."
    ),
    category="Events",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_event_fields_header.htm",
    notes=(
        "Needs the extra salesforce-connector[pubsub], HTTP/2 to the endpoint (gRPC goes through "
        "the proxy that the environment names), the object selected in Setup > Change Data "
        "Capture, and a user who may view all its records; all objects at once require View "
        "All Data. Salesforce keeps events for 72 hours. A poll returns up to 500 events; a "
        "position that is a day old is renewed by a poll that waits up to 270 seconds. Gap and "
        "overflow events are delivered as they are: they report that something changed, but "
        "not what, so read the records. A connection that is limited to some objects can watch "
        "one of them; all changes and channels are refused."
    ),
    examples=(
        Example("Changes of accounts", {"sobject": "Account", "start": "now"}),
        Example(
            "Changes of all objects, in the EU",
            {"start": "earliest", "endpoint": "api.deu.pubsub.salesforce.com:443"},
        ),
    ),
)
