"""Queues: which objects' records they may own.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_queuesobject.htm
"""

from typing import TYPE_CHECKING

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org


def require_owning_queue(save: SaveContext) -> None:
    """Refuse an owner that is a group, or a queue of other objects."""
    owner = save.row.get("OwnerId")
    if owner is None or not owner.startswith("00G") or not save.changed("OwnerId"):
        return
    row = save.org.db.execute(
        'SELECT 1 FROM "QueueSobject" WHERE "QueueId" = ? AND "SobjectType" = ?',
        (owner, save.sobject.name),
    ).fetchone()
    if row is None:
        raise errors.not_its_queue()


def members(org: "Org", group_id: str) -> set[str]:
    """Return the ids of the users in a group or queue, those of groups within it included."""
    rows = org.db.execute(
        'WITH RECURSIVE inside(id) AS (SELECT ? UNION SELECT "UserOrGroupId" FROM "GroupMember"'
        " JOIN inside ON \"GroupId\" = inside.id) SELECT id FROM inside WHERE id LIKE '005%'",
        (group_id,),
    )
    return {user_id for (user_id,) in rows}
