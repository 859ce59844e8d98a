"""The rows and relationships that an approval process needs before a record can be submitted."""

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from salesforce_emulator.made_rows import write
from salesforce_emulator.schema.sobject import ChildRelationship

if TYPE_CHECKING:
    from salesforce_emulator.org import Org


class Process(Protocol):
    """What a ProcessDefinition row says."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def sobject(self) -> str: ...
    @property
    def description(self) -> str | None: ...


def definition_id(org: "Org", process: Process) -> str:
    """Give the id of a process's row, which is written when it is not there."""
    found = org.db.execute(
        'SELECT "Id" FROM "ProcessDefinition" WHERE "DeveloperName" = ?', (process.name,)
    ).fetchone()
    if found is not None:
        return str(found[0])
    values = {
        "Name": process.label,
        "DeveloperName": process.name,
        "Type": "Approval",
        "Description": process.description,
        "TableEnumOrId": org.schema[process.sobject].name,
        "LockType": "Total",
        "State": "Active",
    }
    return write(org, org.admin_id, "ProcessDefinition", values)


def approvable(org: "Org", name: str) -> None:
    """Let approvals point at an sobject, and be found from it; not within a transaction.

    Raises:
        LookupError: The org has not the sobject.
    """
    sobject, instance = org.schema.get(name), org.schema["ProcessInstance"]
    if sobject is None:
        raise LookupError(f"there is no object {name}")
    field = instance.field("TargetObjectId")
    if field is None or sobject.name in field.reference_to:
        return
    wider = replace(field, reference_to=(*field.reference_to, sobject.name))
    child = ChildRelationship("ProcessInstance", field.name, "ProcessInstances", True)
    objects = (instance.with_field(wider), sobject.extended(children=(child,)))
    org.extend(org.schema.with_objects(*objects))
