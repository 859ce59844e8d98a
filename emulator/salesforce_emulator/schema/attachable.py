"""The references that take any object: what can hang on the records of a custom object.

Files, notes, attachments, posts and approvals may be about every custom object; tasks, events and
e-mails about those that allow activities.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm
"""

from typing import Final

from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.schema import Schema

# Object, its reference, the name by which the record finds it, whether it goes with the record: as
# the describe of Account has them.
_EVERY: Final = (
    ("ContentDocumentLink", "LinkedEntityId", "ContentDocumentLinks", True),
    ("ContentVersion", "FirstPublishLocationId", None, False),
    ("Attachment", "ParentId", "Attachments", True),
    ("Note", "ParentId", "Notes", True),
    ("FeedItem", "ParentId", None, True),
    ("ProcessInstance", "TargetObjectId", "ProcessInstances", True),
)
_ACTIVITIES: Final = (
    ("Task", "WhatId", "Tasks", True),
    ("Event", "WhatId", "Events", True),
    ("EmailMessage", "RelatedToId", "Emails", False),
)
_LAST: Final = Field(
    name="LastActivityDate",
    label="Last Activity Date",
    type="date",
    createable=False,
    updateable=False,
    permissionable=False,
)


def with_attachable(schema: Schema, name: str, *, activities: bool = False) -> Schema:
    """Return a schema in which those references take a custom object, too.

    Raises:
        KeyError: There is no such object.
    """
    if activities and schema[name].field(_LAST.name) is None:
        schema = schema.with_fields(name, _LAST)
    for sobject, field, relationship, cascades in _EVERY + (_ACTIVITIES if activities else ()):
        schema = schema.with_target(sobject, field, name, relationship, cascades=cascades)
    return schema
