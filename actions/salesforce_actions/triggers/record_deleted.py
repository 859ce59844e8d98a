"""Emit an event for each record that is deleted.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_queryall.htm
"""

from collections.abc import Mapping
from typing import Any

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.polling import changes, events


class Input(changes.Followed):
    pass


class Event(events.Deleted):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    page = yield from changes.read(changes.Reading(args, deleted="only"), cursor)
    return Batch([events.deleted_event(row, page.by) for row in page.rows], page.cursor, page.more)


record_deleted = Trigger(
    name="record_deleted",
    title="Record deleted",
    summary="Emit an event for each record of an object that is moved to the recycle bin.",
    category="Records",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_queryall.htm",
    notes=(
        "It reads the recycle bin, which keeps records for 15 days: poll more often. Records "
        "that do not stay in the bin (hard delete, emptied bin) are not reported; "
        "get_deleted_records returns its IDs for some time."
    ),
    examples=(
        Example(
            "Contacts deleted, with the name and address that they had",
            {"sobject": "Contact", "fields": ["Name", "Email"], "start": "now"},
        ),
    ),
)
