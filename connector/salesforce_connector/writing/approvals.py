"""Approval requests: one call, one result inside it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals.htm
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from salesforce_connector import records
from salesforce_connector.errors import BadReply
from salesforce_connector.errors.results import from_result
from salesforce_connector.errors.table import from_response
from salesforce_connector.flow import Call, Flow
from salesforce_connector.validation import read_reply, require_text
from salesforce_connector.wire_model import Wire


class _Result(Wire):
    success: bool
    entity_id: str | None = None
    instance_id: str | None = None
    instance_status: str | None = None
    new_workitem_ids: list[str] | None = None
    actor_ids: list[str] | None = None
    errors: list[dict[str, Any]] | None = None


class Approval(BaseModel):
    """What became of an approval request."""

    record_id: str = Field(title="Record ID", description="ID of the record to approve.")
    instance_id: str = Field(
        title="Instance ID", description="ID of the approval process instance."
    )
    status: str = Field(
        title="Status",
        description="Status of the approval: Pending, Approved, Rejected or Removed.",
    )
    work_item_ids: list[str] = Field(
        title="Work items",
        description="IDs of the pending work items; empty when the approval has ended.",
    )
    approver_ids: list[str] = Field(
        title="Approvers", description="IDs of the users and queues that have to decide next."
    )


def request(body: Mapping[str, Any]) -> Flow[Approval]:
    """Send one approval request; what is None in it is left out.

    Raises:
        ConnectorError: It was refused, by a status or inside the answer.
    """
    request_body = {name: value for name, value in body.items() if value is not None}
    answer = yield Call(
        "POST", "/process/approvals", json={"requests": [request_body]}, expect=(400,)
    )
    match records.decode(answer):
        case [{"success": _}] as results:
            result = read_reply(_Result, results[0], "the approval")
        case _ if not answer.is_success:
            raise from_response(answer, safe=False)
        case _:
            raise BadReply("The answer is not one approval.", code="BAD_REPLY", sent=True)
    if not result.success:
        raise from_result(result.errors)
    return Approval(
        record_id=require_text(result.entity_id, "entityId", "the approval"),
        instance_id=require_text(result.instance_id, "instanceId", "the approval"),
        status=require_text(result.instance_status, "instanceStatus", "the approval"),
        work_item_ids=result.new_workitem_ids or [],
        approver_ids=result.actor_ids or [],
    )
