"""The rows and relationships that an approval process needs before a record can be submitted."""

from typing import TYPE_CHECKING, Protocol

from salesforce_emulator.records.system_rows import write

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


class Process(Protocol):
    """One row of ProcessDefinition."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def sobject(self) -> str: ...
    @property
    def description(self) -> str | None: ...


def definition_id(org: "Org", process: Process) -> str:
    """Return the id of a process's row, writing it if it does not exist."""
    row = org.db.execute(
        'SELECT "Id" FROM "ProcessDefinition" WHERE "DeveloperName" = ?', (process.name,)
    ).fetchone()
    if row is not None:
        return str(row[0])
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
    """Let ProcessInstance refer to an sobject, and the sobject list it; not inside a transaction.

    Raises:
        LookupError: The org has not the sobject.
    """
    if name not in org.schema:
        raise LookupError(f"there is no object {name}")
    pointed = org.schema.with_target(
        "ProcessInstance", "TargetObjectId", name, "ProcessInstances", cascades=True
    )
    if pointed is not org.schema:
        org.extend(pointed)
