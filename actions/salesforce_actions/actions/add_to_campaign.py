"""Add a lead, contact or account to a campaign, or set the status it has there.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_campaignmember.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options, lookup
from salesforce_connector.identifiers import RecordId
from salesforce_connector.writing.campaign_members import find_member, member_field


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    campaign_id: RecordId = Field(
        title="Campaign",
        description="The campaign to add to.",
        examples=["701D0000000FoOwIAK"],
        json_schema_extra=dynamic_options("campaigns"),
    )
    member_id: RecordId = Field(
        title="Member",
        description="The lead, contact or account to add.",
        examples=["003D000000QYVzxIAH"],
        json_schema_extra=lookup("Lead", "Contact", "Account"),
    )
    status: str = Field(
        default="",
        title="Status",
        description=(
            "A member status of the campaign; leave empty for the default, or to keep the member's."
        ),
        max_length=40,
        examples=["Responded"],
        json_schema_extra=dynamic_options("campaign_member_statuses", "campaign_id"),
    )


class Output(BaseModel):
    id: str = Field(
        title="Campaign member ID", description="ID of the campaign member (18 characters)."
    )
    created: bool = Field(
        title="Created",
        description="True if the member was added, false if it was already a member.",
    )


def flow(args: Input) -> Flow[Output]:
    member = yield from find_member(args.campaign_id, args.member_id)
    if member is not None:
        if args.status and args.status != member.status:
            path = records.path("CampaignMember", member.id)
            yield Call("PATCH", path, json={"Status": args.status}, repeatable=True)
        return Output(id=member.id, created=False)
    values = {"CampaignId": args.campaign_id, member_field(args.member_id): args.member_id}
    if args.status:
        values["Status"] = args.status
    answer = yield Call("POST", records.path("CampaignMember"), json=values)
    return Output(id=records.read(records.SaveResult, answer, "add_to_campaign").id, created=True)


add_to_campaign = Action(
    name="add_to_campaign",
    title="Add to a campaign",
    summary="Add a lead, contact or account to a campaign, or change its member status.",
    category="Sales and service",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_campaignmember.htm",
    destroys=True,  # the status is overwritten
    repeatable=True,
    examples=(
        Example(
            "A contact who has responded",
            {
                "campaign_id": "701D0000000FoOwIAK",
                "member_id": "003D000000QYVzxIAH",
                "status": "Responded",
            },
        ),
    ),
)
