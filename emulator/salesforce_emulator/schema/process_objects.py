"""Objects of approvals that the reference data has no describe of, and `FeedItem`.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_processinstancestep.htm
"""

from collections.abc import Iterable
from dataclasses import replace

from salesforce_emulator.schema.catalog import catalog
from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.sobject import SObject


def process_definition() -> SObject:
    """Return the object whose rows are approval processes."""
    return SObject(
        "ProcessDefinition",
        label="Process Definition",
        label_plural="Process Definitions",
        key_prefix="04a",
        fields=(
            _platform_field("Id", "Process Definition ID", "id", length=18, id_lookup=True),
            _platform_field("Name", "Name", "string", length=255, name_field=True),
            _platform_field("DeveloperName", "Developer Name", "string", length=80),
            _platform_field(
                "Type", "Type", "picklist", length=40, picklist=_choices("Approval", "State")
            ),
            _platform_field("Description", "Description", "string", length=1000, nillable=True),
            _platform_field("TableEnumOrId", "Object", "picklist", length=40),
            _platform_field(
                "LockType", "Lock Type", "picklist", length=40, picklist=_choices("Total", "None")
            ),
            _platform_field(
                "State", "State", "picklist", length=40, picklist=_choices("Active", "Inactive")
            ),
            *_audit(),
        ),
        flags=("queryable", "retrieveable"),
    )


def process_instance_step() -> SObject:
    """Return the object whose rows are the steps of an approval."""
    return SObject(
        "ProcessInstanceStep",
        label="Process Instance Step",
        label_plural="Process Instance Steps",
        key_prefix="04h",
        fields=(
            _platform_field("Id", "Process Instance Step ID", "id", length=18, id_lookup=True),
            _reference("ProcessInstanceId", "ProcessInstance", ("ProcessInstance",)),
            _platform_field(
                "StepStatus",
                "Step Status",
                "picklist",
                length=40,
                picklist=_choices("Started", "Pending", "Approved", "Rejected", "Removed"),
            ),
            _reference("OriginalActorId", "OriginalActor", ("Group", "User")),
            _reference("ActorId", "Actor", ("Group", "User")),
            _platform_field("Comments", "Comments", "string", length=4000, nillable=True),
            _platform_field("CreatedDate", "Created Date", "datetime"),
            _reference("CreatedById", "CreatedBy", ("User",)),
            _platform_field("SystemModstamp", "System Modstamp", "datetime"),
        ),
        flags=("queryable", "retrieveable"),
    )


def feed_item(parents: Iterable[str]) -> SObject:
    """Return the object of Chatter posts: the catalog's, as a child of objects with a feed.

    Args:
        parents: Names of the objects that have a feed.
    """
    listed = catalog().get("FeedItem")
    parent = None if listed is None else listed.field("ParentId")
    if listed is None or parent is None:
        raise LookupError("The catalog has no FeedItem.")
    targets = (*sorted(parents), "Group")
    return listed.with_field(replace(parent, updateable=False, reference_to=targets))


def _choices(*values: str) -> tuple[PicklistValue, ...]:
    return tuple(PicklistValue(value, value) for value in values)


def _platform_field(name: str, label: str, kind: str, **attributes: object) -> Field:
    fixed: dict[str, object] = {
        "nillable": False,
        "createable": False,
        "updateable": False,
        "defaulted_on_create": True,
        "permissionable": False,
    }
    return Field(name=name, label=label, type=kind, **(fixed | attributes))  # type: ignore[arg-type]


def _reference(
    name: str, relationship: str, targets: tuple[str, ...], **attributes: object
) -> Field:
    return _platform_field(
        name,
        f"{relationship} ID",
        "reference",
        length=18,
        reference_to=targets,
        relationship_name=relationship,
        polymorphic=len(targets) > 1,
        **attributes,
    )


def _audit() -> tuple[Field, ...]:
    return (
        _platform_field("CreatedDate", "Created Date", "datetime"),
        _reference("CreatedById", "CreatedBy", ("User",)),
        _platform_field("LastModifiedDate", "Last Modified Date", "datetime"),
        _reference("LastModifiedById", "LastModifiedBy", ("User",)),
        _platform_field("SystemModstamp", "System Modstamp", "datetime"),
    )
