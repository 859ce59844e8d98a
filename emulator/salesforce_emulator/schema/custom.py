"""Custom objects and fields, and those that a default org comes with.

Besides the standard objects of the reference data an org has `ContentNote` and the objects of
`process_objects.py`. Standard objects have no external id, so the default org has some for
upserts: `External_Id__c` (text, external id, unique, not case-sensitive) on Account,
Contact, Lead, Opportunity and Case; and a custom object `Invoice__c` with an autonumber name, a
lookup to Account, an amount, a restricted picklist and an external id of its own.
"""

import functools
from collections.abc import Iterable
from typing import Final

from salesforce_emulator.schema import history_objects
from salesforce_emulator.schema.attachable import with_attachable
from salesforce_emulator.schema.content_note import content_note
from salesforce_emulator.schema.field import Field, PicklistValue
from salesforce_emulator.schema.group_member import group_member
from salesforce_emulator.schema.package_names import developer_name
from salesforce_emulator.schema.process_objects import (
    feed_item,
    process_definition,
    process_instance_step,
)
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import ChildRelationship, SObject

EXTERNAL_ID_OBJECTS: Final = ("Account", "Contact", "Lead", "Opportunity", "Case")

_FLAGS: Final = (
    "compactLayoutable", "createable", "deletable", "feedEnabled", "layoutable", "mruEnabled",
    "queryable", "replicateable", "retrieveable", "searchLayoutable", "searchable", "triggerable",
    "undeletable", "updateable",
)  # fmt: skip
_URLS: Final = ("approvalLayouts", "compactLayouts", "defaultValues", "layouts", "quickActions")


@functools.cache  # a schema does not change, and reading it takes a third of an org's start
def default_schema() -> Schema:
    """Return the standard objects, those without a describe, the external ids and `Invoice__c`."""
    schema = Schema.standard()
    feeds = [item.name for item in schema if "feedEnabled" in item.flags]
    for name in EXTERNAL_ID_OBJECTS:
        schema = schema.with_fields(name, external_id("External_Id__c"))
    step = ChildRelationship("ProcessInstanceStep", "ProcessInstanceId", "Steps", True)
    schema = schema.with_objects(schema["ProcessInstance"].extended(children=(step,)))
    member = ChildRelationship("GroupMember", "GroupId", "GroupMembers", True)
    schema = schema.with_objects(schema["Group"].extended(children=(member,)), group_member())
    more = (content_note(), feed_item(feeds), process_definition(), process_instance_step())
    schema = schema.with_objects(*more, _invoice())
    posts = ChildRelationship("FeedItem", "ParentId", None, True)
    schema = schema.with_objects(*(schema[feed].extended(children=(posts,)) for feed in feeds))
    for entry in history_objects.OBJECTS:
        schema = history_objects.with_history(schema, entry)
    return with_attachable(schema, "Invoice__c")


def external_id(name: str, *, unique: bool = True, case_sensitive: bool = False) -> Field:
    """Return a text field of 255 characters that records can be upserted by."""
    return Field(
        name=name,
        label=_label(name),
        type="string",
        length=255,  # the longest text field there is
        unique=unique,
        case_sensitive=case_sensitive,
        external_id=True,
        id_lookup=True,
        custom=True,
    )


def custom_object(
    name: str,
    *,
    label: str,
    label_plural: str,
    key_prefix: str,
    fields: Iterable[Field] = (),
    name_format: str = "",
) -> SObject:
    """Return a custom object: the system fields, a Name, and `fields`.

    Args:
        name: Ends in `__c`.
        key_prefix: Three characters, `a00` to `azz`.
        name_format: Makes Name an autonumber, such as `INV-{0000}`; else Name is text of 80.
    """
    auto = bool(name_format)
    title = Field(
        name="Name",
        label=f"{label} {'Number' if auto else 'Name'}",
        type="string",
        length=80,  # what a custom object's Name has, autonumber or not
        nillable=not auto,
        createable=not auto,
        updateable=not auto,
        defaulted_on_create=True,
        auto_number=auto,
        auto_number_format=name_format,
        name_field=True,
        id_lookup=True,
        permissionable=False,
    )
    return SObject(
        name,
        label=label,
        label_plural=label_plural,
        key_prefix=key_prefix,
        fields=(*_heads(), title, *_system(), *fields),
        flags=_FLAGS,
        urls=_URLS,
    )


def _label(name: str) -> str:
    return developer_name(name).replace("_", " ")


def _read_only(name: str, label: str, kind: str, **attributes: object) -> Field:
    fixed: dict[str, object] = {
        "nillable": False,
        "createable": False,
        "updateable": False,
        "defaulted_on_create": True,
        "permissionable": False,
    }
    return Field(name=name, label=label, type=kind, **(fixed | attributes))  # type: ignore[arg-type]


def _heads() -> tuple[Field, ...]:
    owner = Field(
        name="OwnerId",
        label="Owner ID",
        type="reference",
        length=18,
        nillable=False,
        defaulted_on_create=True,
        reference_to=("Group", "User"),
        relationship_name="Owner",
        name_pointing=True,
        polymorphic=True,
        permissionable=False,
    )
    return (
        _read_only("Id", "Record ID", "id", length=18, id_lookup=True),
        owner,
        _read_only("IsDeleted", "Deleted", "boolean", aggregatable=False, default_value=False),
    )


def _system() -> tuple[Field, ...]:
    def user(name: str, label: str, relationship: str) -> Field:
        return _read_only(
            name,
            label,
            "reference",
            length=18,
            reference_to=("User",),
            relationship_name=relationship,
        )

    return (
        _read_only("CreatedDate", "Created Date", "datetime", groupable=False),
        user("CreatedById", "Created By ID", "CreatedBy"),
        _read_only("LastModifiedDate", "Last Modified Date", "datetime", groupable=False),
        user("LastModifiedById", "Last Modified By ID", "LastModifiedBy"),
        _read_only("SystemModstamp", "System Modstamp", "datetime", groupable=False),
        _read_only(
            "LastViewedDate",
            "Last Viewed Date",
            "datetime",
            groupable=False,
            nillable=True,
            defaulted_on_create=False,
        ),
        _read_only(
            "LastReferencedDate",
            "Last Referenced Date",
            "datetime",
            groupable=False,
            nillable=True,
            defaulted_on_create=False,
        ),
    )


def _invoice() -> SObject:
    account = Field(
        name="Account__c",
        label="Account",
        type="reference",
        length=18,
        reference_to=("Account",),
        relationship_name="Account__r",
        custom=True,
    )
    amount = Field(
        name="Amount__c", label="Amount", type="currency", precision=18, scale=2, custom=True
    )
    status = Field(
        name="Status__c",
        label="Status",
        type="picklist",
        length=255,
        picklist=(
            PicklistValue("Draft", "Draft", default=True),
            PicklistValue("Sent", "Sent"),
            PicklistValue("Paid", "Paid"),
            PicklistValue("Cancelled", "Cancelled"),
        ),
        restricted_picklist=True,
        default_value="Draft",
        custom=True,
    )
    return custom_object(
        "Invoice__c",
        label="Invoice",
        label_plural="Invoices",
        key_prefix="a00",
        name_format="INV-{0000}",
        fields=(account, amount, status, external_id("External_Id__c")),
    )
