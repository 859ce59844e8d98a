"""Records that join two others: one for each pair.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_permissionsetassignment.htm
"""

from typing import Final

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext

PAIRS: Final = {
    "AccountContactRelation": ("AccountId", "ContactId"),
    "GroupMember": ("GroupId", "UserOrGroupId"),
    "PermissionSetAssignment": ("AssigneeId", "PermissionSetId"),
    "TopicAssignment": ("TopicId", "EntityId"),
}
"""Object -> its two references."""


def refuse_second(save: SaveContext) -> None:
    """Refuse a record for a pair that has one."""
    if not save.new:
        return
    sobject, row = save.sobject, save.row
    left, right = PAIRS[sobject.name]
    live = ' AND "IsDeleted" = 0' if sobject.soft_deleted else ""
    result = save.org.db.execute(
        f'SELECT "Id" FROM "{sobject.name}" WHERE "{left}" = ? AND "{right}" = ?{live}',  # noqa: S608
        (row.get(left), row.get(right)),
    ).fetchone()
    if result is None or row.get(right) is None:
        return
    if sobject.name == "PermissionSetAssignment":
        raise errors.duplicate_assignment(row[left], row[right])
    raise errors.duplicate_value("<unknown>", "<unknown>")


def name_entity(save: SaveContext) -> None:
    """Set the object type of a topic's record."""
    entity = save.row.get("EntityId")
    if isinstance(entity, str):
        sobject = save.org.schema.by_prefix(entity)
        save.row["EntityKeyPrefix"] = entity[:3]
        save.row["EntityType"] = sobject.name if sobject is not None else None
