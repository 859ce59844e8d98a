"""Approve or reject what waits for approval.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_process_approvals_approve.htm
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.errors import Conflict, NotFound
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, dynamic_options, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.paging import query_results
from salesforce_connector.soql.binding import bind
from salesforce_connector.validation import require_text
from salesforce_connector.writing import approvals

WORK_ITEM = "04i"  # key prefix of ProcessInstanceWorkitem


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: RecordId = Field(
        title="Record or work item",
        description="The record that waits for approval, or the ID of its work item (04i...).",
        examples=["006D000000CDEfgIAH"],
        json_schema_extra=lookup(*COMMON_OBJECTS),
    )
    decision: Literal["approve", "reject"] = Field(
        title="Decision", description="Whether to approve or reject.", examples=["approve"]
    )
    comments: str = Field(
        default="",
        title="Comments",
        description="Stored in the approval's history.",
        max_length=4_000,
        examples=["Fine with me."],
        json_schema_extra=hints(widget="multiline", visibility="important"),
    )
    approver_ids: (
        list[Annotated[RecordId, Field(json_schema_extra=dynamic_options("owners"))]] | None
    ) = Field(
        default=None,
        title="Next approvers",
        description="Users or queues who approve next, if the process lets the approver choose.",
        min_length=1,
        examples=[["005D0000001AbcdIAC"]],
        json_schema_extra=hints(widget="tags", visibility="advanced"),
    )


class Output(approvals.Approval):
    pass


def flow(args: Input) -> Flow[Output]:
    approval = yield from approvals.request(
        {
            "actionType": args.decision.capitalize(),
            "contextId": (yield from _work_item(args.id)),
            "comments": args.comments,
            "nextApproverIds": args.approver_ids,
        }
    )
    return Output.model_validate(approval.model_dump())


def _work_item(id_: str) -> Flow[str]:
    if id_.startswith(WORK_ITEM):
        return id_
    soql = bind(
        "SELECT Id FROM ProcessInstanceWorkitem WHERE ProcessInstance.TargetObjectId = :id",
        {"id": id_},
    )
    work_items = yield from query_results.fetch(Call("GET", "/query", params={"q": soql}), 10)
    ids = [
        require_text(row.get("Id"), "Id", "the query for work items") for row in work_items.records
    ]
    if not ids:
        raise NotFound(
            f"There is no pending approval for {id_}, or the user may not see it.",
            code="NO_WORK_ITEM",
            remedy="Submit the record for approval first.",
            fields=("id",),
        )
    if len(ids) > 1:
        raise Conflict(
            f"{len(ids)} work items are pending for {id_}.",
            code="SEVERAL_WORK_ITEMS",
            remedy="Give the ID of one of them.",
            fields=("id",),
            matches=ids,
        )
    return str(ids[0])


decide_approval = Action(
    name="decide_approval",
    title="Approve or reject",
    summary="Approve or reject a pending approval request.",
    category="Automate",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_process_approvals_approve.htm",
    destroys=True,  # a decision cannot be undone
    examples=(
        Example(
            "Approve a delivery",
            {"id": "a01D00000001abcIAA", "decision": "approve", "comments": "Fine with me."},
        ),
    ),
)
