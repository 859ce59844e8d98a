"""Emit an event for each record in an outbound message, without polling.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging.htm
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.auth import read_settings
from salesforce_connector.connection import Connection
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Flow
from salesforce_connector.policy import Policy
from salesforce_connector.webhooks import outbound_message as messages


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Event(BaseModel):
    """One record of a message."""

    id: str = Field(
        title="Event ID",
        description="ID of the notification; the same if Salesforce sends it again.",
    )
    sobject: str = Field(
        title="Object",
        description=(
            "API name of the object; empty if the record was deleted before the message was sent."
        ),
    )
    record_id: str = Field(
        title="Record ID",
        description=(
            "ID of the record (15 or 18 characters); empty if it was deleted before the message "
            "was sent."
        ),
    )
    fields: dict[str, str | None] = Field(
        title="Fields",
        description=(
            "Fields that the outbound message is set up with, as texts; empty fields may be "
            "missing."
        ),
    )
    action_id: str = Field(title="Message ID", description="ID of the outbound message (04k...).")


def flow(_args: Input, _cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    """Refuse: this trigger is pushed."""
    yield from ()  # a flow is a generator  # pyrefly: ignore[invalid-yield]
    raise Rejected(
        "This trigger is not polled: Salesforce sends its events.",
        code="NOT_POLLED",
        remedy="Set up an outbound message with the trigger's webhook URL.",
    )


def receive(connection: Connection, request: Mapping[str, Any]) -> dict[str, Any]:
    """Read a pushed request; return its events, and the response once they are stored.

    Raises:
        Rejected, Forbidden: It is no outbound message, of another org, or of an object that the
            connection may not use.
    """
    message = messages.read_message(request["method"], request["body"])
    messages.check_origin(message, connection)
    _, settings = read_settings(connection.method, connection.settings)
    policy = Policy(settings)
    policy.check_action(outbound_message.name)
    for sobject in {notification.sobject for notification in message.notifications} - {""}:
        policy.check_object(sobject)
    events = [
        Event(
            id=notification.id,
            sobject=notification.sobject,
            record_id=notification.record_id,
            fields=notification.fields,
            action_id=message.action_id,
        ).model_dump()
        for notification in message.notifications
    ]
    return {"events": events, "response": dict(messages.ACKNOWLEDGED)}


outbound_message = Trigger(
    name="outbound_message",
    title="Outbound message",
    summary="Emit an event for each record in an outbound message, as soon as it arrives.",
    category="Events",
    input=Input,
    output=Event,
    flow=flow,
    receive=receive,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging.htm",
    notes=(
        "In Setup > Outbound Messages, create a message for the object, choose its fields, and "
        "enter the trigger's webhook URL, which must be reachable by https, as Endpoint URL; "
        "leave Send Session ID off. Test the connection once: only messages from its org are "
        "accepted. Then send it from a flow (Action > Outbound Message) or a workflow rule. "
        "Salesforce repeats a message for 24 hours until it is acknowledged; a repeated event "
        "has the same ID, and hosts deliver it once."
    ),
    examples=(Example("What a flow sends", {}),),
)
