"""Records that wait for approval are locked: only administrators may change or delete them.

https://help.salesforce.com/s/articleView?id=platform.approvals_considerations.htm
"""

from typing import TYPE_CHECKING

from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.org.seed import ADMINISTRATOR
from salesforce_emulator.records.save_context import SaveContext

if TYPE_CHECKING:
    from salesforce_emulator.org.access import Access
    from salesforce_emulator.org.state import Org


def pending(org: "Org", record_id: str) -> str | None:
    """Return the id of the approval that a record waits in; None when it waits in none."""
    row = org.db.execute(
        'SELECT "Id" FROM "ProcessInstance" WHERE "TargetObjectId" = ?'
        """ AND "Status" = 'Pending' AND "IsDeleted" = 0""",
        (record_id,),
    ).fetchone()
    return None if row is None else str(row[0])


def require_unlocked_save(save: SaveContext) -> None:
    """Raise SalesforceError, ENTITY_IS_LOCKED, when the record that is changed is locked."""
    if not save.new:
        require_unlocked(save.org, save.org.access(save.user_id), save.record_id)


def require_unlocked(org: "Org", access: "Access", record_id: str) -> None:
    """Raise SalesforceError, ENTITY_IS_LOCKED, when a user may not touch a record now."""
    if access.profile != ADMINISTRATOR and pending(org, record_id) is not None:
        raise automation_errors.entity_is_locked()
