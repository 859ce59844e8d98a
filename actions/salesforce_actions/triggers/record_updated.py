"""Emit an event for each record that is saved again, or whose chosen fields changed.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldName
from salesforce_connector.polling import changes, events, field_history


class Input(changes.Followed):
    only_when_changed: list[FieldName] = Field(
        default_factory=list,
        title="Only when these change",
        description="Start only if one of these fields has changed; leave empty for every save.",
        max_length=20,
        examples=[["StageName", "Amount"]],
        json_schema_extra=hints(
            widget="tags",
            visibility="important",
            text=(
                "Salesforce must track the history of these fields: polling cannot see former "
                "values."
            ),
        ),
    )


class Event(events.Updated):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    if args.only_when_changed:
        field_changes, page = yield from field_history.read(args, args.only_when_changed, cursor)
        changed = [
            events.changed_event(change) for change in field_changes if change.record is not None
        ]
        return Batch([*changed], page.cursor, page.more)
    others = ("LastModifiedDate",)
    reading = changes.Reading(args, others=others, more_fields=("CreatedDate",))
    page = yield from changes.read(reading, cursor)
    again = [row for row in page.rows if row[page.by] != row.get("CreatedDate")]
    return Batch([events.updated_event(row, page.by) for row in again], page.cursor, page.more)


record_updated = Trigger(
    name="record_updated",
    title="Record updated",
    summary=(
        "Emit an event for each record of an object that is updated, optionally only if certain "
        "fields changed."
    ),
    category="Records",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/system_fields.htm",
    notes=(
        "Several saves of one record between two polls are one event with its last values; "
        "with only_when_changed each save that changed one of the fields is an event. A save "
        "in the same second as the creation counts as part of it. When field history tracking "
        "is switched off for a field, its changes are no longer reported."
    ),
    examples=(
        Example(
            "Opportunities whose stage or amount changes",
            {
                "sobject": "Opportunity",
                "fields": ["Name", "StageName", "Amount"],
                "only_when_changed": ["StageName", "Amount"],
            },
        ),
        Example("Every save of a contact", {"sobject": "Contact", "fields": ["Name", "Email"]}),
    ),
)
