"""Emit an event for each platform event that is published.

https://developer.salesforce.com/docs/platform/pub-sub-api/references/methods/subscribe-rpc.html
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.metadata import topics
from salesforce_connector.polling import events
from salesforce_connector.pubsub.event_polling import Listening, event_id, read, replay_text
from salesforce_connector.pubsub.payload import decode


class Input(Listening):
    sobject: str = Field(
        title="Platform event",
        description=(
            "API name of the platform event; a custom one ends in __e. A custom channel, which "
            "combines several events, ends in __chn."
        ),
        pattern=r"^[A-Za-z]\w*$",
        examples=["Order_Shipped__e"],
        json_schema_extra=dynamic_options("platform_events"),
    )


class Event(BaseModel):
    id: str = events.EventId
    replay_id: str = Field(
        title="Replay ID",
        description="Replay ID: the event's position in the channel, in base64.",
    )
    payload: dict[str, Any] = Field(
        title="Payload",
        description=(
            "The event's fields, by API name. Moments are milliseconds since 1970 in UTC, as "
            "Salesforce sends them."
        ),
    )


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    page = yield from read(topics.of_event(args.sobject), args, cursor)
    deliveries: list[BaseModel] = [
        Event(
            id=event_id(event),
            replay_id=replay_text(event),
            payload=decode(event.schema, event.payload),
        )
        for event in page.events
    ]
    return Batch(deliveries, page.cursor, page.more)


platform_event = Trigger(
    name="platform_event",
    title="Platform event published",
    summary="Emit an event for each platform event that is published.",
    category="Events",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/platform/pub-sub-api/references/methods/subscribe-rpc.html",
    notes=(
        "Needs the extra salesforce-connector[pubsub], HTTP/2 to the endpoint (gRPC goes through "
        "the proxy that the environment names), and read access to the event. Salesforce keeps "
        "events for 72 hours. A poll returns up to 500 events; a position that is a day old is "
        "renewed by a poll that waits up to 270 seconds. An event with the publish behavior "
        "Publish Immediately is published even if its transaction is rolled back. For a "
        "connection that is limited to some objects, add the event to them; channels are "
        "refused."
    ),
    examples=(
        Example("Orders that were shipped", {"sobject": "Order_Shipped__e", "start": "now"}),
        Example(
            "All events that are still stored, without failing after a long outage",
            {"sobject": "Order_Shipped__e", "start": "earliest", "when_expired": "earliest"},
        ),
    ),
)
