"""Emit an event for each file or classic attachment that is added to a case.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.polling import changes, events
from salesforce_connector.polling.presets import Preset
from salesforce_connector.soql.binding import bind

_FILES = (
    *("LinkedEntityId", "ContentDocumentId", "ContentDocument.Title"),
    *("ContentDocument.FileExtension", "ContentDocument.ContentSize"),
    "ContentDocument.LatestPublishedVersionId",
)
_ATTACHMENTS = ("ParentId", "Name", "ContentType", "BodyLength", "OwnerId")


class Input(Preset):
    case_id: RecordId | None = Field(
        default=None,
        title="Case",
        description="The case to watch; leave empty for all cases.",
        examples=["500D0000001kjZ6IAI"],
        json_schema_extra=lookup("Case") | hints(visibility="important"),
    )


class Event(BaseModel):
    id: str = events.EventId
    kind: Literal["file", "attachment"] = Field(
        title="Kind",
        description="file, or attachment for a classic attachment, as Email-to-Case may create.",
    )
    case_id: str = Field(title="Case ID", description="ID of the case (18 characters).")
    file_id: str = Field(
        title="File ID", description="ID of the ContentDocument (069...) or Attachment (00P...)."
    )
    version_id: str | None = Field(
        title="Version ID",
        description=(
            "ID of the file's latest version (068...), for download_file; null for an attachment."
        ),
    )
    name: str = Field(title="Name", description="Title of the file, or name of the attachment.")
    size: int | None = Field(title="Size", description="Size in bytes.")
    at: str = Field(title="At", description="When the file was added to the case, in UTC.")


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    cursor = cursor or {"files": None, "attachments": None}
    if cursor.keys() != {"files", "attachments"}:
        raise Rejected(
            "The cursor is not one of this trigger.",
            code="INVALID_CURSOR",
            remedy="Start without a cursor.",
            fields=("cursor",),
        )
    files = yield from changes.read(_reading_of_files(args), cursor["files"])
    attachments = yield from changes.read(_reading_of_attachments(args), cursor["attachments"])
    new_events: list[Event] = [*map(_of_file, files.rows), *map(_of_attachment, attachments.rows)]
    new_events.sort(key=lambda event: event.at)
    return Batch(
        [*new_events],
        {"files": files.cursor, "attachments": attachments.cursor},
        files.more or attachments.more,
    )


def _reading_of_files(args: Input) -> changes.Reading:
    # Salesforce accepts queries of links only with a filter of this form.
    cases = "IN (SELECT Id FROM Case)" if args.case_id is None else "= :case_id"
    return changes.Reading(
        args.followed("ContentDocumentLink", *_FILES),
        others=(),
        condition=bind(f"LinkedEntityId {cases}", _parameters(args)),
    )


def _reading_of_attachments(args: Input) -> changes.Reading:
    cases = "Parent.Type = 'Case'" if args.case_id is None else "ParentId = :case_id"
    return changes.Reading(
        args.followed("Attachment", *_ATTACHMENTS),
        by="CreatedDate",
        others=(),
        condition=bind(cases, _parameters(args)),
    )


def _parameters(args: Input) -> dict[str, Any]:
    return {} if args.case_id is None else {"case_id": args.case_id}


def _of_file(row: Mapping[str, Any]) -> Event:
    file = row.get("ContentDocument") or {}
    return Event(
        id=f"{row['Id']}:{row['SystemModstamp']}",
        kind="file",
        case_id=row.get("LinkedEntityId") or "",
        file_id=row.get("ContentDocumentId") or "",
        version_id=file.get("LatestPublishedVersionId"),
        name=file.get("Title") or "",
        size=file.get("ContentSize"),
        at=row["SystemModstamp"],
    )


def _of_attachment(row: Mapping[str, Any]) -> Event:
    return Event(
        id=row["Id"],
        kind="attachment",
        case_id=row.get("ParentId") or "",
        file_id=row["Id"],
        version_id=None,
        name=row.get("Name") or "",
        size=row.get("BodyLength"),
        at=row["CreatedDate"],
    )


new_attachment_on_case = Trigger(
    name="new_attachment_on_case",
    title="New attachment on a case",
    summary="Emit an event for each file or classic attachment that is added to a case.",
    category="Service",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm",
    notes=(
        "Each poll runs two queries. Salesforce has no creation date of the link between a "
        "file and a case: when the sharing of a file on a case changes, the file is reported "
        "again, with another event ID. New versions of a file are not reported."
    ),
    examples=(
        Example("Whatever customers send in", {"start": "now"}),
        Example("One case", {"case_id": "500D0000001kjZ6IAI", "start": "everything"}),
    ),
)
