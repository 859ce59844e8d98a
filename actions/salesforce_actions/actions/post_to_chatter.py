"""Post a text to the Chatter feed of a record, a user or a group.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_post_to_chatter.htm
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.metadata import invocable
from salesforce_connector.validation import require_text

PATH = "/actions/standard/chatterPost"


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    subject: str = Field(
        title="Feed",
        description=(
            "ID of a record, user or group to post to; or a username or group name, with its kind."
        ),
        min_length=1,
        max_length=255,
        examples=["001D000000IqhSLIAZ"],
        json_schema_extra=lookup(
            "User",
            "CollaborationGroup",
            "Account",
            "Contact",
            "Lead",
            "Opportunity",
            "Case",
            "Campaign",
        ),
    )
    kind: Literal["User", "Group"] | None = Field(
        default=None,
        title="Kind",
        description="Whether the name is a username or a group name; leave empty for an ID.",
        examples=["Group"],
        json_schema_extra=hints(visibility="advanced"),
    )
    text: str = Field(
        title="Text",
        description="Text of the post; @[ID] mentions a user or group, #[word] adds a topic.",
        min_length=1,
        max_length=10_000,
        examples=["Well done, @[005D0000001AbcdIAC]!"],
        json_schema_extra=hints(widget="multiline"),
    )
    visibility: Literal["allUsers", "internalUsers"] | None = Field(
        default=None,
        title="Visibility",
        description="Who sees the post in an Experience Cloud site; leave empty for the default.",
        examples=["internalUsers"],
        json_schema_extra=hints(visibility="advanced"),
    )
    community_id: RecordId | None = Field(
        default=None,
        title="Site",
        description="The Experience Cloud site to post in; leave empty for the org itself.",
        examples=["0DBD000000000abOAA"],
        json_schema_extra=lookup("Network") | hints(visibility="advanced"),
    )


class Output(BaseModel):
    feed_item_id: str = Field(title="Feed item ID", description="ID of the post (0D5...).")


def flow(args: Input) -> Flow[Output]:
    values = {
        "subjectNameOrId": args.subject,
        "type": args.kind,
        "text": args.text,
        "visibility": args.visibility,
        "communityId": args.community_id,
    }
    inputs = {name: value for name, value in values.items() if value is not None}
    outputs = yield from invocable.run_one(PATH, inputs)
    return Output(feed_item_id=require_text(outputs.get("feedItemId"), "feedItemId", "the post"))


post_to_chatter = Action(
    name="post_to_chatter",
    title="Post to Chatter",
    summary="Post a text to the Chatter feed of a record, a user or a group.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_post_to_chatter.htm",
    examples=(
        Example("On an account", {"subject": "001D000000IqhSLIAZ", "text": "They have ordered!"}),
        Example(
            "To a user, by username",
            {"subject": "integration@local-org.example", "kind": "User", "text": "Good news"},
        ),
    ),
)
