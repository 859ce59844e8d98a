"""`GroupMember`: who is in a public group or a queue; the reference data has no describe of it.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_groupmember.htm
"""

from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.sobject import SObject


def group_member() -> SObject:
    """Return the object."""
    return SObject(
        "GroupMember",
        label="Group Member",
        label_plural="Group Members",
        key_prefix="011",
        fields=(
            _fixed("Id", "Group Member ID", "id", createable=False, id_lookup=True),
            _fixed("GroupId", "Group ID", "reference", to=("Group",), relationship="Group"),
            _fixed("UserOrGroupId", "User/Group ID", "reference", to=("Group", "User")),
            _fixed(
                "SystemModstamp",
                "System Modstamp",
                "datetime",
                createable=False,
                defaulted_on_create=True,
            ),
        ),
        flags=("createable", "deletable", "queryable", "replicateable", "retrieveable"),
    )


def _fixed(
    name: str,
    label: str,
    kind: str,
    *,
    to: tuple[str, ...] = (),
    relationship: str | None = None,
    **attributes: object,
) -> Field:
    fixed: dict[str, object] = {
        "length": 0 if kind == "datetime" else 18,
        "nillable": False,
        "updateable": False,
        "permissionable": False,
        "reference_to": to,
        "relationship_name": relationship,
        "polymorphic": len(to) > 1,
    }
    return Field(name=name, label=label, type=kind, **(fixed | attributes))  # type: ignore[arg-type]
