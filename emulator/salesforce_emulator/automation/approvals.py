"""Approvals: a record is submitted, waits for its approvers one after the other, and is locked.

A process's steps are approvers in order; who rejects ends it. What was done is in rows of
ProcessInstance, ProcessInstanceStep and ProcessInstanceWorkitem.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_process_approvals_post.htm
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from salesforce_emulator import errors, records
from salesforce_emulator.automation.acting import Acting
from salesforce_emulator.automation.approval_locks import pending
from salesforce_emulator.automation.approval_process import ApprovalProcess, actor
from salesforce_emulator.automation.process_definitions import definition_id
from salesforce_emulator.clock import datetime_text
from salesforce_emulator.errors import automation as refusals
from salesforce_emulator.ids import parse_id
from salesforce_emulator.made_rows import change, write
from salesforce_emulator.saving import Row
from salesforce_emulator.seed import ADMINISTRATOR
from salesforce_emulator.sequences import remove_row

if TYPE_CHECKING:
    from salesforce_emulator.org import Org

Decision = Literal["Approved", "Rejected"]

_WORK_ITEM: Final = "04i"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an approval stands after a request.

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
    acting: Acting,
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
        process: API name or id; None takes the first whose entry the record meets.
        skips_entry: Submit even if it does not; heeded with `process` alone.

    Raises:
        SalesforceError: NO_APPLICABLE_PROCESS, ALREADY_IN_PROCESS, REQUIRED_FIELD_MISSING ...
    """
    org = acting.org
    known = parse_id(record_id)
    sobject = None if known is None else acting.access.schema.by_prefix(known)
    if known is None or sobject is None:
        raise errors.malformed_id(str(record_id))
    row = records.existing(org, sobject, known)
    if pending(org, known) is not None:
        raise refusals.already_in_process()
    submitter = acting.user_id if submitter_id is None else _user(org, submitter_id)
    chosen = _applicable(acting, sobject.name, row, process, skips_entry=skips_entry)
    first = _first_actor(org, chosen, approver_ids)
    instance = write(
        org,
        submitter,
        "ProcessInstance",
        {
            "ProcessDefinitionId": definition_id(org, chosen),
            "TargetObjectId": known,
            "Status": "Pending",
            "SubmittedById": submitter,
            "LastActorId": submitter,
        },
    )
    _step(org, submitter, instance, "Started", submitter, comments)
    _set(org, chosen, known, chosen.on_submit)
    item = _work_item(org, submitter, instance, first)
    return Progress(known, instance, "Pending", (first,), (item,))


def decide(
    acting: Acting,
    work_item_id: object,
    decision: Decision,
    *,
    comments: str | None = None,
) -> Progress:
    """Approve or reject what waits.

    Raises:
        SalesforceError: INVALID_CROSS_REFERENCE_KEY when nothing waits under that id;
            INSUFFICIENT_ACCESS_OR_READONLY when it waits for another.
    """
    org = acting.org
    item, instance = _waiting(org, work_item_id)
    if acting.user_id != item["ActorId"] and acting.access.profile != ADMINISTRATOR:
        raise errors.insufficient_access()
    process = _process_of(org, instance)
    entity_id, instance_id = instance["TargetObjectId"], instance["Id"]
    remove_row(org, org.schema["ProcessInstanceWorkitem"], item["Id"])
    _step(org, acting.user_id, instance_id, decision, item["OriginalActorId"], comments)
    done = org.db.execute(
        'SELECT COUNT(*) FROM "ProcessInstanceStep" WHERE "ProcessInstanceId" = ?'
        """ AND "StepStatus" = 'Approved'""",
        (instance_id,),
    ).fetchone()[0]
    if decision == "Approved" and done < len(process.approvers):
        user, following = acting.user_id, actor(org, process.approvers[done])
        new = _work_item(org, user, instance_id, following)
        change(org, user, "ProcessInstance", instance_id, LastActorId=user)
        return Progress(entity_id, instance_id, "Pending", (following,), (new,))
    _end(acting, process, instance, decision)
    return Progress(entity_id, instance_id, decision)


def _end(acting: Acting, process: ApprovalProcess, instance: Row, decision: Decision) -> None:
    now = datetime_text(acting.org.clock.now().replace(microsecond=0))
    change(
        acting.org,
        acting.user_id,
        "ProcessInstance",
        instance["Id"],
        Status=decision,
        CompletedDate=now,
        LastActorId=acting.user_id,
    )
    values = process.on_approval if decision == "Approved" else process.on_rejection
    _set(acting.org, process, instance["TargetObjectId"], values)


def _applicable(
    acting: Acting, sobject: str, row: Row, named: str | None, *, skips_entry: bool
) -> ApprovalProcess:
    org = acting.org
    for process in org.automation.approval_processes:
        if process.sobject.lower() != sobject.lower():
            continue
        if named is not None:
            known = parse_id(named)
            if process.name.lower() != named.lower() and definition_id(org, process) != known:
                continue
            if skips_entry:
                return process
        if process.entry is None or process.entry(org, acting.user_id, row):
            return process
    raise refusals.no_applicable_process()


def _first_actor(org: "Org", process: ApprovalProcess, approver_ids: Sequence[str]) -> str:
    if process.approvers:
        return actor(org, process.approvers[0])
    if not approver_ids:
        raise refusals.approver_missing()
    try:
        return actor(org, approver_ids[0])
    except LookupError:
        raise refusals.bad_request_field("nextApproverIds", approver_ids[0]) from None


def _user(org: "Org", user_id: str) -> str:
    known = parse_id(user_id)
    if known is None or org.user(known) is None:
        raise refusals.bad_request_field("contextActorId", user_id)
    return known


def _waiting(org: "Org", work_item_id: object) -> tuple[Row, Row]:
    known = parse_id(work_item_id)
    if known is None:
        raise errors.malformed_id(str(work_item_id))
    item = org.db.execute(
        'SELECT * FROM "ProcessInstanceWorkitem" WHERE "Id" = ?', (known,)
    ).fetchone()
    if item is None or not known.startswith(_WORK_ITEM):
        raise errors.invalid_cross_reference()
    instance = org.db.execute(
        'SELECT * FROM "ProcessInstance" WHERE "Id" = ?', (item["ProcessInstanceId"],)
    ).fetchone()
    return dict(item), dict(instance)


def _process_of(org: "Org", instance: Row) -> ApprovalProcess:
    for process in org.automation.approval_processes:
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
        records.update(org, org.access(org.admin_id), sobject, record_id, values)
