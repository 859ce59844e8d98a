"""Adds a config file's queues: `[[queues]]`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesforce_emulator.config.errors import ConfigError
from salesforce_emulator.config.tables.users import Queue
from salesforce_emulator.config.users import user_id
from salesforce_emulator.records.system_rows import write

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def apply_queues(org: "Org", tables: Sequence[Queue]) -> None:
    """Write the rows of queues that do not exist yet, with their objects and members.

    Raises:
        ConfigError: A user does not exist, or queues cannot own records of an object.
    """
    for at, table in enumerate(tables):
        users = []
        for number, name in enumerate(table.members):
            result = user_id(org, name)
            if result is None:
                raise ConfigError(("queues", at, "members", number), f"there is no user {name}")
            users.append(result)
        for number, name in enumerate(table.objects):
            sobject = org.schema.get(name)
            owner = None if sobject is None else sobject.field("OwnerId")
            if owner is None or "Group" not in owner.reference_to:
                why = f"no queue can own records of {name}"
                raise ConfigError(("queues", at, "objects", number), why)
        with org.transaction():
            if queue_id(org, table.name) is None:
                _write(org, table, users)


def queue_id(org: "Org", name: str) -> str | None:
    """Return the id of the queue of a developer name; None when there is none."""
    row = org.db.execute(
        'SELECT "Id" FROM "Group" WHERE "DeveloperName" = ? AND "Type" = \'Queue\'', (name,)
    ).fetchone()
    return None if row is None else str(row[0])


def owner_id(org: "Org", name: str) -> str | None:
    """Return the id of the user of a username, or the queue of a developer name."""
    return user_id(org, name) or queue_id(org, name)


def _write(org: "Org", table: Queue, users: Sequence[str]) -> None:
    values = {
        "Name": table.label or table.name.replace("_", " "),
        "DeveloperName": table.name,
        "Type": "Queue",
        "Email": table.email,
        "OwnerId": org.admin_id,
    }
    created = write(org, org.admin_id, "Group", values)
    for name in table.objects:
        row = {"QueueId": created, "SobjectType": org.schema[name].name}
        write(org, org.admin_id, "QueueSobject", row)
    for user in users:
        write(org, org.admin_id, "GroupMember", {"GroupId": created, "UserOrGroupId": user})
