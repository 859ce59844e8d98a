"""Emit an event for each comment on a case, or on a post in Chatter.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_casecomment.htm
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.polling import changes, events
from salesforce_connector.polling.presets import Preset
from salesforce_connector.soql.binding import bind

_FIELDS = {
    "case": ("ParentId", "CommentBody", "IsPublished", "CreatedById"),
    "post": ("FeedItemId", "ParentId", "CommentBody", "CommentType", "CreatedById"),
}
_OBJECTS = {"case": "CaseComment", "post": "FeedComment"}


class Input(Preset):
    on: Literal["case", "post"] = Field(
        default="case",
        title="On",
        description="case: comments on cases. post: comments on Chatter posts.",
        examples=["case"],
        json_schema_extra=hints(visibility="important"),
    )
    parent_id: RecordId | None = Field(
        default=None,
        title="Case or record",
        description="The case, or the record whose feed has the post; leave empty for all.",
        examples=["500D0000001kjZ6IAI"],
        json_schema_extra=lookup("Case", "Account", "Contact", "Lead", "Opportunity")
        | hints(visibility="important"),
    )


class Event(events.Created):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    condition = ""
    if args.parent_id is not None:
        condition = bind("ParentId = :parent_id", {"parent_id": args.parent_id})
    reading = changes.Reading(
        args.followed(_OBJECTS[args.on], *_FIELDS[args.on]),
        by="CreatedDate",
        others=(),
        condition=condition,
    )
    page = yield from changes.read(reading, cursor)
    return Batch([events.created_event(row, page.by) for row in page.rows], page.cursor, page.more)


new_comment = Trigger(
    name="new_comment",
    title="New comment",
    summary="Emit an event for each comment on a case, or on a post in Chatter.",
    category="Collaboration",
    input=Input,
    output=Event,
    flow=flow,
    sobject_of=lambda inputs: _OBJECTS.get(str(inputs.get("on", "case")), "CaseComment"),
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_casecomment.htm",
    notes=(
        "It reports the comments that the user may see. Edits are not reported. A comment "
        "that is deleted between two polls is not reported."
    ),
    examples=(
        Example("Comments on cases", {"on": "case"}),
        Example(
            "Comments on posts about an account", {"on": "post", "parent_id": "001D000000IqhSLIAZ"}
        ),
    ),
)
