"""Submit a record for approval.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_process_approvals_submit.htm
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, dynamic_options, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.writing import approvals


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    record_id: RecordId = Field(json_schema_extra=lookup(*COMMON_OBJECTS))
    comments: str = Field(
        default="",
        title="Comments",
        description="Shown to the approvers.",
        max_length=4_000,
        examples=["Please have a look before Friday."],
        json_schema_extra=hints(widget="multiline", visibility="important"),
    )
    process: str | None = Field(
        default=None,
        title="Approval process",
        description=(
            "API name or ID of the process; leave empty for the first one whose entry "
            "criteria match."
        ),
        examples=["Large_Discounts"],
    )
    submitter_id: RecordId | None = Field(
        default=None,
        title="Submitter",
        description="The user who submits; leave empty for the connection's user.",
        examples=["005D0000001AbcdIAC"],
        json_schema_extra=dynamic_options("users") | hints(visibility="advanced"),
    )
    approver_ids: (
        list[Annotated[RecordId, Field(json_schema_extra=dynamic_options("owners"))]] | None
    ) = Field(
        default=None,
        title="Next approvers",
        description=("Users or queues who approve next, if the process lets the submitter choose."),
        min_length=1,
        examples=[["005D0000001AbcdIAC"]],
        json_schema_extra=hints(widget="tags", visibility="advanced"),
    )
    skip_entry_criteria: bool = Field(
        default=False,
        title="Skip entry criteria",
        description=(
            "Submit even if the record does not meet the entry criteria; needs the process."
        ),
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    )


class Output(approvals.Approval):
    pass


def flow(args: Input) -> Flow[Output]:
    approval = yield from approvals.request(
        {
            "actionType": "Submit",
            "contextId": args.record_id,
            "comments": args.comments,
            "contextActorId": args.submitter_id,
            "nextApproverIds": args.approver_ids,
            "processDefinitionNameOrId": args.process,
            "skipEntryCriteria": "true" if args.skip_entry_criteria else None,
        }
    )
    return Output.model_validate(approval.model_dump())


submit_for_approval = Action(
    name="submit_for_approval",
    title="Submit for approval",
    summary="Submit a record for approval.",
    category="Automate",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_process_approvals_submit.htm",
    examples=(
        Example(
            "A delivery",
            {"record_id": "a01D00000001abcIAA", "comments": "Please have a look before Friday."},
        ),
    ),
)
