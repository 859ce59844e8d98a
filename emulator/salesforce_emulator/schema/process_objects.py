"""Objects of approvals and feeds that the reference data has no describe of: `ProcessDefinition`,
`ProcessInstanceStep` and `FeedItem`.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_processinstancestep.htm
"""

from collections.abc import Iterable

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
    """Return the object whose rows are what was done in an approval."""
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
    """Return the object whose rows are Chatter posts.

    Args:
        parents: Names of the objects that have a feed.
    """
    kinds = ("TextPost", "LinkPost", "ContentPost", "TrackedChange", "CreateRecordEvent")
    return SObject(
        "FeedItem",
        label="Feed Item",
        label_plural="Feed Items",
        key_prefix="0D5",
        fields=(
            _platform_field("Id", "Feed Item ID", "id", length=18, id_lookup=True),
            Field(
                name="ParentId",
                label="Parent ID",
                type="reference",
                length=18,
                nillable=False,
                updateable=False,
                reference_to=(*sorted(parents), "Group"),
                relationship_name="Parent",
                polymorphic=True,
                name_pointing=True,
            ),
            Field(
                name="Type",
                label="Feed Item Type",
                type="picklist",
                length=40,
                updateable=False,
                picklist=_choices(*kinds),
                default_value="TextPost",
                restricted_picklist=True,
            ),
            Field(name="Title", label="Title", type="string", length=255),
            Field(
                name="Body",
                label="Body",
                type="textarea",
                length=10_000,
                filterable=False,
                sortable=False,
                groupable=False,
            ),
            Field(name="LinkUrl", label="Link Url", type="url", length=1000, updateable=False),
            Field(name="IsRichText", label="Is Rich Text", type="boolean", nillable=False),
            Field(
                name="Visibility",
                label="Visibility",
                type="picklist",
                length=40,
                picklist=_choices("AllUsers", "InternalUsers"),
                default_value="AllUsers",
                restricted_picklist=True,
            ),
            _platform_field("IsDeleted", "Deleted", "boolean"),
            *_audit(),
        ),
        flags=("createable", "deletable", "queryable", "retrieveable", "updateable"),
    )


def _choices(*values: str) -> tuple[PicklistValue, ...]:
    return tuple(PicklistValue(value, value) for value in values)


def _platform_field(name: str, label: str, kind: str, **given: object) -> Field:
    fixed: dict[str, object] = {
        "nillable": False,
        "createable": False,
        "updateable": False,
        "defaulted_on_create": True,
        "permissionable": False,
    }
    return Field(name=name, label=label, type=kind, **(fixed | given))  # type: ignore[arg-type]


def _reference(name: str, relationship: str, targets: tuple[str, ...], **given: object) -> Field:
    return _platform_field(
        name,
        f"{relationship} ID",
        "reference",
        length=18,
        reference_to=targets,
        relationship_name=relationship,
        polymorphic=len(targets) > 1,
        **given,
    )


def _audit() -> tuple[Field, ...]:
    return (
        _platform_field("CreatedDate", "Created Date", "datetime"),
        _reference("CreatedById", "CreatedBy", ("User",)),
        _platform_field("LastModifiedDate", "Last Modified Date", "datetime"),
        _reference("LastModifiedById", "LastModifiedBy", ("User",)),
        _platform_field("SystemModstamp", "System Modstamp", "datetime"),
    )
