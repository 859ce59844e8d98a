"""The standard action `submit`: submits a record for approval.

https://developer.salesforce.com/docs/atlas.en-us.api_action.meta/api_action/actions_obj_submit_approval.htm
"""

from collections.abc import Mapping
from typing import Any, Final

from salesforce_emulator.automation.approvals import submit
from salesforce_emulator.automation.parameters import Parameter
from salesforce_emulator.automation.run_context import RunContext

INPUTS: Final = (
    Parameter(name="objectId", label="Record ID", type="REFERENCE", required=True),
    Parameter(name="comment", label="Submission Comments", type="TEXTAREA"),
    Parameter(name="nextApproverIds", label="Next Approver IDs", type="REFERENCE", many=True),
    Parameter(name="processDefinitionNameOrId", label="Approval Process Name or ID"),
    Parameter(name="submitterId", label="Submitter ID", type="REFERENCE"),
    Parameter(name="skipEntryCriteria", label="Skip Entry Criteria", type="BOOLEAN"),
)
OUTPUTS: Final = (
    Parameter(name="actorIds", label="Current Approver IDs", type="REFERENCE", many=True),
    Parameter(name="entityId", label="Record ID", type="REFERENCE"),
    Parameter(name="instanceId", label="Instance ID", type="REFERENCE"),
    Parameter(name="instanceStatus", label="Instance Status"),
    Parameter(name="newWorkItemIds", label="New Work Item IDs", type="REFERENCE", many=True),
)


def run(context: RunContext, values: Mapping[str, Any]) -> dict[str, Any]:
    """Do what the standard action `submit` does."""
    result = submit(
        context,
        values["objectId"],
        comments=values.get("comment"),
        approver_ids=values.get("nextApproverIds") or (),
        process=values.get("processDefinitionNameOrId"),
        submitter_id=values.get("submitterId"),
        skips_entry=bool(values.get("skipEntryCriteria")),
    )
    return {
        "actorIds": list(result.actor_ids),
        "entityId": result.entity_id,
        "instanceId": result.instance_id,
        "instanceStatus": result.status,
        "newWorkItemIds": list(result.work_item_ids),
    }
