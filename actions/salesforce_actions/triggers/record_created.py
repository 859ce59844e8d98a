"""Emit an event for each record that is created.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm
"""

from collections.abc import Mapping
from typing import Any

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.polling import changes, events


class Input(changes.Followed):
    pass


class Event(events.Created):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    page = yield from changes.read(
        changes.Reading(args, by="CreatedDate", others=("LoginTime",)), cursor
    )
    return Batch([events.created_event(row, page.by) for row in page.rows], page.cursor, page.more)


record_created = Trigger(
    name="record_created",
    title="Record created",
    summary="Emit an event for each record of an object that is created.",
    category="Records",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm",
    notes=(
        "A record that is created and deleted between two polls is not reported. Neither is "
        "one whose creation date a migration set to the past; record_created_or_updated "
        "reports it."
    ),
    examples=(
        Example(
            "New leads from the web",
            {
                "sobject": "Lead",
                "fields": ["Name", "Email", "Company"],
                "filters": [{"field": "LeadSource", "value": "Web"}],
                "start": "now",
            },
        ),
    ),
)
