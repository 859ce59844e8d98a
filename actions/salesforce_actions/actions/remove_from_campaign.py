"""Take a lead, contact or account out of a campaign.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_campaignmember.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options, lookup
from salesforce_connector.identifiers import RecordId
from salesforce_connector.writing.campaign_members import find_member


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    campaign_id: RecordId = Field(
        title="Campaign",
        description="The campaign to remove from.",
        examples=["701D0000000FoOwIAK"],
        json_schema_extra=dynamic_options("campaigns"),
    )
    member_id: RecordId = Field(
        title="Member",
        description="The lead, contact or account to remove.",
        examples=["003D000000QYVzxIAH"],
        json_schema_extra=lookup("Lead", "Contact", "Account"),
    )


class Output(BaseModel):
    removed: bool = Field(
        title="Removed", description="True if the member was removed, false if it was no member."
    )


def flow(args: Input) -> Flow[Output]:
    member = yield from find_member(args.campaign_id, args.member_id)
    if member is None:
        return Output(removed=False)
    yield Call("DELETE", records.path("CampaignMember", member.id))
    return Output(removed=True)


remove_from_campaign = Action(
    name="remove_from_campaign",
    title="Remove from a campaign",
    summary="Remove a lead, contact or account from a campaign.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_campaignmember.htm",
    destroys=True,
    repeatable=True,
    examples=(
        Example(
            "A contact",
            {"campaign_id": "701D0000000FoOwIAK", "member_id": "003D000000QYVzxIAH"},
        ),
    ),
)
