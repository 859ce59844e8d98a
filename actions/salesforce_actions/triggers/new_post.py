"""Emit an event for each post in Chatter.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_feeditem.htm
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import NamedFieldPath, RecordId
from salesforce_connector.polling import changes, events
from salesforce_connector.polling.presets import Preset, more_fields
from salesforce_connector.soql.binding import bind

_FIELDS = ("ParentId", "Type", "Title", "Body", "LinkUrl", "CreatedById")


class Input(Preset):
    parent_id: RecordId | None = Field(
        default=None,
        title="On",
        description="The record, user or group whose feed to watch; leave empty for all.",
        examples=["001D000000IqhSLIAZ"],
        json_schema_extra=lookup(*COMMON_OBJECTS, "User", "CollaborationGroup")
        | hints(visibility="important"),
    )
    tracked_changes: bool = Field(
        default=False,
        title="Tracked changes too",
        description="Also report posts that Salesforce writes when a tracked field changes.",
        examples=[False],
    )
    fields: list[NamedFieldPath] = more_fields("FeedItem", "CreatedBy.Name")


class Event(events.Created):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    conditions = [] if args.tracked_changes else ["Type != 'TrackedChange'"]
    if args.parent_id is not None:
        conditions.append(bind("ParentId = :parent_id", {"parent_id": args.parent_id}))
    reading = changes.Reading(
        args.followed("FeedItem", *_FIELDS, *args.fields),
        by="CreatedDate",
        others=(),
        condition=" AND ".join(conditions),
    )
    page = yield from changes.read(reading, cursor)
    return Batch([events.created_event(row, page.by) for row in page.rows], page.cursor, page.more)


new_post = Trigger(
    name="new_post",
    title="New post",
    summary="Emit an event for each post in Chatter.",
    category="Collaboration",
    input=Input,
    output=Event,
    flow=flow,
    sobject_of=lambda _inputs: "FeedItem",
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_feeditem.htm",
    notes=(
        "Needs Chatter, and reports the posts that the user may see. Edits are not reported. "
        "Neither is a post that is deleted between two polls, or whose date a migration set to "
        "the past."
    ),
    examples=(
        Example("Posts on an account", {"parent_id": "001D000000IqhSLIAZ"}),
        Example("All posts, with their authors", {"fields": ["CreatedBy.Name"]}),
    ),
)
