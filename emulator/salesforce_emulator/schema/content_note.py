"""`ContentNote`: the note of Lightning, which is a file and looks like an object of its own.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentnote.htm
"""

from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.sobject import SObject

_FLAGS = ("createable", "deletable", "layoutable", "queryable", "retrieveable", "updateable")


def content_note() -> SObject:
    """Return the object; its ids are those of its ContentDocuments."""
    return SObject(
        "ContentNote",
        label="Note",
        label_plural="Notes",
        key_prefix="069",
        fields=_fields(),
        flags=_FLAGS,
        urls=("compactLayouts", "layouts"),
    )


def _fields() -> tuple[Field, ...]:
    return (
        _platform_field("Id", "Note ID", "id", length=18, id_lookup=True, nillable=False),
        Field(
            name="OwnerId",
            label="Owner ID",
            type="reference",
            length=18,
            nillable=False,
            defaulted_on_create=True,
            reference_to=("User",),
            relationship_name="Owner",
        ),
        Field(name="Title", label="Title", type="string", length=255, nillable=False,
              name_field=True),
        _platform_field("FileType", "File Type", "string", length=20),
        _platform_field("FileExtension", "File Extension", "string", length=40),
        Field(name="Content", label="Content", type="base64", filterable=False, sortable=False,
              groupable=False),
        _platform_field("ContentSize", "Content Size", "int", digits=9),
        _platform_field("ContentModifiedDate", "Content Modified Date", "datetime"),
        _platform_field("TextPreview", "Text Preview", "string", length=255, filterable=False),
        _reference("LatestPublishedVersionId", "ContentVersion", "LatestPublishedVersion"),
        _platform_field("IsReadOnly", "Read Only", "boolean", nillable=False),
        _platform_field("IsDeleted", "Deleted", "boolean", nillable=False),
        Field(
            name="SharingPrivacy",
            label="File Privacy on Records",
            type="picklist",
            length=40,
            nillable=False,
            defaulted_on_create=True,
            default_value="N",
            picklist=(
                PicklistValue("N", "Visible to Anyone With Record Access", default=True),
                PicklistValue("P", "Private on Records"),
            ),
            restricted_picklist=True,
        ),
        _platform_field("CreatedDate", "Created Date", "datetime", nillable=False),
        _reference("CreatedById", "User", "CreatedBy"),
        _platform_field("LastModifiedDate", "Last Modified Date", "datetime", nillable=False),
        _reference("LastModifiedById", "User", "LastModifiedBy"),
        _platform_field("SystemModstamp", "System Modstamp", "datetime", nillable=False),
    )  # fmt: skip


def _platform_field(name: str, label: str, kind: str, **attributes: object) -> Field:
    fixed: dict[str, object] = {"createable": False, "updateable": False, "permissionable": False}
    return Field(name=name, label=label, type=kind, **(fixed | attributes))  # type: ignore[arg-type]


def _reference(name: str, target: str, relationship: str) -> Field:
    return _platform_field(
        name, name, "reference", length=18, reference_to=(target,), relationship_name=relationship
    )
