"""Emit an event for each email template that is created or saved again.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_emailtemplate.htm
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import NamedFieldPath, RecordId
from salesforce_connector.polling import changes, events
from salesforce_connector.polling.presets import Preset, more_fields
from salesforce_connector.soql.binding import bind

_FIELDS = ("Name", "DeveloperName", "Subject", "TemplateType", "FolderId", "IsActive")


class Input(Preset):
    folder_id: RecordId | None = Field(
        default=None,
        title="Folder",
        description="The folder to watch; leave empty for all folders.",
        examples=["00lD0000001kjZ6IAI"],
        json_schema_extra=lookup("Folder") | hints(visibility="important"),
    )
    only_active: bool = Field(
        default=False,
        title="Only active",
        description="Report only templates that are available for use.",
        examples=[True],
    )
    fields: list[NamedFieldPath] = more_fields("EmailTemplate", "Body", "HtmlValue")


class Event(events.Saved):
    pass


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    conditions = ["IsActive = true"] if args.only_active else []
    if args.folder_id is not None:
        conditions.append(bind("FolderId = :folder_id", {"folder_id": args.folder_id}))
    reading = changes.Reading(
        args.followed("EmailTemplate", *_FIELDS, *args.fields),
        more_fields=("CreatedDate",),
        condition=" AND ".join(conditions),
    )
    page = yield from changes.read(reading, cursor)
    return Batch([events.saved_event(row, page.by) for row in page.rows], page.cursor, page.more)


new_or_changed_email_template = Trigger(
    name="new_or_changed_email_template",
    title="New or changed email template",
    summary="Emit an event for each email template that is created or changed.",
    category="Collaboration",
    input=Input,
    output=Event,
    flow=flow,
    sobject_of=lambda _inputs: "EmailTemplate",
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_emailtemplate.htm",
    notes=(
        "Several saves of one template between two polls are one event with its last values. "
        "Salesforce stores how often a template is used in it; such a save may be reported too."
    ),
    examples=(
        Example(
            "Templates that may be used, with their texts",
            {"only_active": True, "fields": ["Body"]},
        ),
    ),
)
