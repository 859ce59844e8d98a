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
        _kept("Id", "Note ID", "id", length=18, id_lookup=True, nillable=False),
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
        _kept("FileType", "File Type", "string", length=20),
        _kept("FileExtension", "File Extension", "string", length=40),
        Field(name="Content", label="Content", type="base64", filterable=False, sortable=False,
              groupable=False),
        _kept("ContentSize", "Content Size", "int", digits=9),
        _kept("ContentModifiedDate", "Content Modified Date", "datetime"),
        _kept("TextPreview", "Text Preview", "string", length=255, filterable=False),
        _reference("LatestPublishedVersionId", "ContentVersion", "LatestPublishedVersion"),
        _kept("IsReadOnly", "Read Only", "boolean", nillable=False),
        _kept("IsDeleted", "Deleted", "boolean", nillable=False),
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
        _kept("CreatedDate", "Created Date", "datetime", nillable=False),
        _reference("CreatedById", "User", "CreatedBy"),
        _kept("LastModifiedDate", "Last Modified Date", "datetime", nillable=False),
        _reference("LastModifiedById", "User", "LastModifiedBy"),
        _kept("SystemModstamp", "System Modstamp", "datetime", nillable=False),
    )  # fmt: skip


def _kept(name: str, label: str, kind: str, **given: object) -> Field:
    fixed: dict[str, object] = {"createable": False, "updateable": False, "permissionable": False}
    return Field(name=name, label=label, type=kind, **(fixed | given))  # type: ignore[arg-type]


def _reference(name: str, target: str, relationship: str) -> Field:
    return _kept(
        name, name, "reference", length=18, reference_to=(target,), relationship_name=relationship
    )
