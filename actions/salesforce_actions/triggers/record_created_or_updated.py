"""Emit an event for each record that is created or saved again.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm
"""

from collections.abc import Mapping
from typing import Any

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.polling import changes, events


class Input(changes.Followed):
    pass


class Event(events.Saved):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    reading = changes.Reading(args, more_fields=("CreatedDate",))
    page = yield from changes.read(reading, cursor)
    return Batch([events.saved_event(row, page.by) for row in page.rows], page.cursor, page.more)


record_created_or_updated = Trigger(
    name="record_created_or_updated",
    title="Record created or updated",
    summary="Emit an event for each record of an object that is created or updated.",
    category="Records",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm",
    notes=(
        "Several saves of one record between two polls are one event with its last values. A "
        "save without changes also counts."
    ),
    examples=(
        Example(
            "Keep another system's accounts up to date, all of them to begin with",
            {"sobject": "Account", "fields": ["Name", "Phone", "OwnerId"], "start": "everything"},
        ),
    ),
)
