"""An approval process: its object and entry criteria, its approvers, the fields it sets.

https://help.salesforce.com/s/articleView?id=platform.what_are_approvals.htm
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from salesforce_emulator.automation.approval_locks import require_unlocked, require_unlocked_save
from salesforce_emulator.automation.process_definitions import approvable, definition_id
from salesforce_emulator.org.registry import Registry
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Holds = Callable[["Org", str, Mapping[str, Any]], bool]
"""Tells of an org, a user's id and a row whether the record may be submitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalProcess:
    """One process.

    Attributes:
        name: Its API name.
        approvers: Usernames, developer names of queues, or ids of either, one a step; the approver
            of a step that has an empty one is named by who submits or approved the step before.
            None at all is one such step.
        recall: Submitters may take records back, not only administrators.
        entry: What a record must meet; None takes all.
        on_submit, on_approval, on_rejection, on_recall: Fields that are set then, by name.
    """

    name: str
    label: str
    sobject: str
    approvers: tuple[str, ...] = ()
    entry: Holds | None = None
    description: str | None = None
    on_submit: Mapping[str, Any] = field(default_factory=dict)
    on_approval: Mapping[str, Any] = field(default_factory=dict)
    on_rejection: Mapping[str, Any] = field(default_factory=dict)
    on_recall: Mapping[str, Any] = field(default_factory=dict)
    recall: bool = False


def processes_of(org: "Org") -> Registry[ApprovalProcess]:
    """Return an org's approval processes, by name."""
    return org.part(_new_registry)


def _new_registry(_org: "Org") -> Registry[ApprovalProcess]:
    return Registry()


def declare(org: "Org", process: ApprovalProcess) -> str:
    """Add a process to an org and return the id of its ProcessDefinition.

    Raises:
        LookupError: The org has not the sobject, or no user of an approver's name.
    """
    approvable(org, process.sobject)
    with org.transaction():
        for approver in filter(None, process.approvers):
            actor(org, approver)
        process_id = definition_id(org, process)
        processes_of(org).add(process)
        rules = declared_rules(org)
        if require_unlocked_save not in rules.save_checks:
            rules.save_checks.append(require_unlocked_save)
            rules.delete_checks.append(require_unlocked)
    return process_id


def actor(org: "Org", name: str) -> str:
    """Return the id of a user or queue, by id, username or developer name.

    Raises:
        LookupError: There is none.
    """
    record_id = parse_id(name)
    table = "Group" if record_id is not None and record_id.startswith("00G") else "User"
    column, value = ("Username", name) if record_id is None else ("Id", record_id)
    sql = f'SELECT "Id" FROM "{table}" WHERE "{column}" = ? COLLATE SALESFORCE'  # noqa: S608
    row = org.db.execute(sql, (value,)).fetchone()
    if row is None and record_id is None:
        sql = 'SELECT "Id" FROM "Group" WHERE "DeveloperName" = ? AND "Type" = \'Queue\''
        row = org.db.execute(sql, (name,)).fetchone()
    if row is None:
        raise LookupError(f"there is no user {name}")
    return str(row[0])
