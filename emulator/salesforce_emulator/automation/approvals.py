"""Approvals: a record is submitted, waits for its approvers one after the other, and is locked.

A process's steps are approvers in order; who rejects ends it, and so does who takes it back. A
user's delegate and the members of a queue may decide for them. What was done is in rows of
ProcessInstance, ProcessInstanceStep and ProcessInstanceWorkitem.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals_post.htm
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from salesforce_emulator import errors
from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.approval_locks import pending
from salesforce_emulator.automation.approval_process import ApprovalProcess, actor, processes_of
from salesforce_emulator.automation.process_definitions import definition_id
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.org.seed import ADMINISTRATOR
from salesforce_emulator.org.sequences import remove_row
from salesforce_emulator.records import writing
from salesforce_emulator.records.rules.queue import members
from salesforce_emulator.records.save_context import Row
from salesforce_emulator.records.system_rows import change, write
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Decision = Literal["Approved", "Rejected"]
End = Literal["Approved", "Rejected", "Removed"]

_WORK_ITEM: Final = "04i"


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of an approval after a request.

    Attributes:
        actor_ids: Whom it waits for now; empty at its end.
        work_item_ids: What waits for them.
    """

    entity_id: str
    instance_id: str
    status: str
    actor_ids: tuple[str, ...] = ()
    work_item_ids: tuple[str, ...] = ()


def submit(
    context: RunContext,
    record_id: object,
    *,
    comments: str | None = None,
    approver_ids: Sequence[str] = (),
    process: str | None = None,
    submitter_id: str | None = None,
    skips_entry: bool = False,
) -> Progress:
    """Submit a record for approval.

    Args:
        approver_ids: Who approves, where the process leaves that to the submitter.
        process: API name or id; None takes the first whose entry criteria the record satisfies.
        skips_entry: Submit even if it does not; heeded with `process` alone.

    Raises:
        SalesforceError: NO_APPLICABLE_PROCESS, ALREADY_IN_PROCESS, REQUIRED_FIELD_MISSING ...
    """
    org = context.org
    parsed_id = parse_id(record_id)
    sobject = None if parsed_id is None else context.access.schema.by_prefix(parsed_id)
    if parsed_id is None or sobject is None:
        raise errors.malformed_id(str(record_id))
    row = writing.existing(org, sobject, parsed_id)
    if pending(org, parsed_id) is not None:
        raise automation_errors.already_in_process()
    submitter = context.user_id if submitter_id is None else _user(org, submitter_id)
    selected = _applicable(context, sobject.name, row, process, skips_entry=skips_entry)
    first = _step_actor(org, selected, 0, approver_ids)
    instance = write(
        org,
        submitter,
        "ProcessInstance",
        {
            "ProcessDefinitionId": definition_id(org, selected),
            "TargetObjectId": parsed_id,
            "Status": "Pending",
            "SubmittedById": submitter,
            "LastActorId": submitter,
        },
    )
    _step(org, submitter, instance, "Started", submitter, comments)
    _set(org, selected, parsed_id, selected.on_submit)
    item = _work_item(org, submitter, instance, first)
    return Progress(parsed_id, instance, "Pending", (first,), (item,))


def decide(
    context: RunContext,
    work_item_id: object,
    decision: Decision,
    *,
    comments: str | None = None,
    approver_ids: Sequence[str] = (),
) -> Progress:
    """Approve or reject what waits.

    Args:
        approver_ids: Who approves next, where the process leaves that to whoever approves.

    Raises:
        SalesforceError: INVALID_CROSS_REFERENCE_KEY when nothing waits under that id;
            INSUFFICIENT_ACCESS_OR_READONLY when it waits for another; REQUIRED_FIELD_MISSING when
            the next approver has to be named.
    """
    org = context.org
    item, instance = _waiting(org, work_item_id)
    if context.access.profile != ADMINISTRATOR and not _may_decide(context, item["ActorId"]):
        raise errors.insufficient_access()
    process = _process_of(org, instance)
    entity_id, instance_id = instance["TargetObjectId"], instance["Id"]
    remove_row(org.db, org.schema["ProcessInstanceWorkitem"], item["Id"])
    _step(org, context.user_id, instance_id, decision, item["OriginalActorId"], comments)
    completed = org.db.execute(
        'SELECT COUNT(*) FROM "ProcessInstanceStep" WHERE "ProcessInstanceId" = ?'
        """ AND "StepStatus" = 'Approved'""",
        (instance_id,),
    ).fetchone()[0]
    if decision == "Approved" and completed < len(process.approvers):
        user, following = context.user_id, _step_actor(org, process, completed, approver_ids)
        new = _work_item(org, user, instance_id, following)
        change(org, user, "ProcessInstance", instance_id, LastActorId=user)
        return Progress(entity_id, instance_id, "Pending", (following,), (new,))
    _end(context, process, instance, decision)
    return Progress(entity_id, instance_id, decision)


def recall(context: RunContext, work_item_id: object, *, comments: str | None = None) -> Progress:
    """Recall a pending request: the record is unlocked.

    Raises:
        SalesforceError: As `decide` does; INSUFFICIENT_ACCESS_OR_READONLY also for the submitter,
            when the process does not let them.
    """
    org = context.org
    item, instance = _waiting(org, work_item_id)
    process = _process_of(org, instance)
    own = process.recall and context.user_id == instance["SubmittedById"]
    if context.access.profile != ADMINISTRATOR and not own:
        raise errors.insufficient_access()
    remove_row(org.db, org.schema["ProcessInstanceWorkitem"], item["Id"])
    _step(org, context.user_id, instance["Id"], "Removed", item["OriginalActorId"], comments)
    _end(context, process, instance, "Removed")
    return Progress(instance["TargetObjectId"], instance["Id"], "Removed")


def _may_decide(context: RunContext, actor_id: str) -> bool:
    """Return whether a user is the approver, their delegate, or a member of the queue."""
    org = context.org
    if actor_id.startswith("00G"):
        return context.user_id in members(org, actor_id)
    user = org.user(actor_id)
    delegate = None if user is None else user["DelegatedApproverId"]
    if delegate is not None and delegate.startswith("00G"):
        return context.user_id in {actor_id, *members(org, delegate)}
    return context.user_id in {actor_id, delegate}


def _end(context: RunContext, process: ApprovalProcess, instance: Row, decision: End) -> None:
    now = datetime_text(context.org.clock.now().replace(microsecond=0))
    change(
        context.org,
        context.user_id,
        "ProcessInstance",
        instance["Id"],
        Status=decision,
        CompletedDate=now,
        LastActorId=context.user_id,
    )
    values = {
        "Approved": process.on_approval,
        "Rejected": process.on_rejection,
        "Removed": process.on_recall,
    }
    _set(context.org, process, instance["TargetObjectId"], values[decision])


def _applicable(
    context: RunContext, sobject: str, row: Row, name_or_id: str | None, *, skips_entry: bool
) -> ApprovalProcess:
    org = context.org
    for process in processes_of(org):
        if process.sobject.lower() != sobject.lower():
            continue
        if name_or_id is not None:
            record_id = parse_id(name_or_id)
            if (
                process.name.lower() != name_or_id.lower()
                and definition_id(org, process) != record_id
            ):
                continue
            if skips_entry:
                return process
        if process.entry is None or process.entry(org, context.user_id, row):
            return process
    raise automation_errors.no_applicable_process()


def _step_actor(
    org: "Org", process: ApprovalProcess, step: int, approver_ids: Sequence[str]
) -> str:
    """Return the approver of a step: the process's, or else the one that the caller named."""
    if process.approvers and process.approvers[step]:
        return actor(org, process.approvers[step])
    if not approver_ids:
        raise automation_errors.approver_missing()
    try:
        return actor(org, approver_ids[0])
    except LookupError:
        raise automation_errors.bad_request_field("nextApproverIds", approver_ids[0]) from None


def _user(org: "Org", user_id: str) -> str:
    record_id = parse_id(user_id)
    if record_id is None or org.user(record_id) is None:
        raise automation_errors.bad_request_field("contextActorId", user_id)
    return record_id


def _waiting(org: "Org", work_item_id: object) -> tuple[Row, Row]:
    record_id = parse_id(work_item_id)
    if record_id is None:
        raise errors.malformed_id(str(work_item_id))
    item = org.db.execute(
        'SELECT * FROM "ProcessInstanceWorkitem" WHERE "Id" = ?', (record_id,)
    ).fetchone()
    if item is None or not record_id.startswith(_WORK_ITEM):
        raise errors.invalid_cross_reference()
    instance = org.db.execute(
        'SELECT * FROM "ProcessInstance" WHERE "Id" = ?', (item["ProcessInstanceId"],)
    ).fetchone()
    return dict(item), dict(instance)


def _process_of(org: "Org", instance: Row) -> ApprovalProcess:
    for process in processes_of(org):
        if definition_id(org, process) == instance["ProcessDefinitionId"]:
            return process
    raise errors.not_offered("an approval process that is declared no more")


def _step(
    org: "Org", user_id: str, instance: str, status: str, original: str, comments: str | None
) -> None:
    values = {
        "ProcessInstanceId": instance,
        "StepStatus": status,
        "OriginalActorId": original,
        "ActorId": user_id,
        "Comments": comments or None,
    }
    write(org, user_id, "ProcessInstanceStep", values)


def _work_item(org: "Org", user_id: str, instance: str, actor_id: str) -> str:
    values = {"ProcessInstanceId": instance, "OriginalActorId": actor_id, "ActorId": actor_id}
    return write(org, user_id, "ProcessInstanceWorkitem", values)


def _set(org: "Org", process: ApprovalProcess, record_id: str, values: Mapping[str, Any]) -> None:
    """Set the fields that the process says, as the administrator: its lock does not hold that."""
    if values:
        sobject = org.schema[process.sobject]
        writing.update(org, org.access(org.admin_id), sobject, record_id, values)
