"""Emit an event for each file that is uploaded, or that is linked to a certain record.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocument.htm
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Batch, Example, Trigger
from salesforce_connector.flow import Flow
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.polling import changes, events, result_polling
from salesforce_connector.polling.changes import Followed
from salesforce_connector.soql.binding import bind

_FILE = ("Title", "FileExtension", "FileType", "ContentSize", "LatestPublishedVersionId", "OwnerId")
_COLUMNS = ", ".join(f"ContentDocument.{name}" for name in _FILE)
_OF_RECORD = (
    f"SELECT Id, ContentDocumentId, {_COLUMNS} "  # noqa: S608 - the names are ours
    "FROM ContentDocumentLink WHERE LinkedEntityId = :record_id ORDER BY SystemModstamp, Id"
)


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    record_id: RecordId | None = Field(
        default=None,
        title="Record",
        description=(
            "Report only files that are linked to this record; leave empty for all new files."
        ),
        examples=["001D000000IqhSLIAZ"],
        json_schema_extra=lookup(*COMMON_OBJECTS) | hints(visibility="important"),
    )
    notes: bool = Field(
        default=False,
        title="Notes too",
        description="Also report notes, which Salesforce stores as files.",
        examples=[False],
    )
    start: Literal["now", "everything"] = Field(
        default="now",
        title="Start",
        description="Where the first run begins: now skips existing files.",
        examples=["now"],
    )


class Event(BaseModel):
    id: str = events.EventId
    file_id: str = Field(title="File ID", description="ID of the ContentDocument (069...).")
    version_id: str | None = Field(
        title="Version ID", description="ID of the latest version (068...), for download_file."
    )
    title: str = Field(title="Title", description="Title of the latest version.")
    extension: str | None = Field(title="Extension", description="File extension, without the dot.")
    type: str | None = Field(title="Type", description="File type, such as PDF; SNOTE is a note.")
    size: int | None = Field(title="Size", description="Size in bytes.")
    owner_id: str | None = Field(title="Owner ID", description="ID of the user who owns the file.")
    record_id: str | None = Field(
        title="Record ID",
        description=(
            "ID of the record that the file was linked to; null without a record in the trigger."
        ),
    )


def flow(args: Input, cursor: Mapping[str, Any] | None) -> Flow[Batch]:
    if args.record_id is not None:
        soql = bind(_OF_RECORD, {"record_id": args.record_id})
        new = yield from result_polling.poll(soql, args.start, cursor)
        linked = [
            _event(new.event_id(row), row["ContentDocumentId"], row["ContentDocument"], args)
            for row in new.rows
        ]
        return Batch([*_without_notes(linked, args)], new.cursor, more=False)
    followed = Followed(sobject="ContentDocument", fields=[*_FILE], start=args.start)
    reading = changes.Reading(followed, by="CreatedDate", others=())
    page = yield from changes.read(reading, cursor)
    created = [_event(row["Id"], row["Id"], row, args) for row in page.rows]
    return Batch([*_without_notes(created, args)], page.cursor, page.more)


def _without_notes(files: list[Event], args: Input) -> list[Event]:
    return [file for file in files if args.notes or file.type != "SNOTE"]


def _event(event_id: str, file_id: str, file: Mapping[str, Any], args: Input) -> Event:
    return Event(
        id=event_id,
        file_id=file_id,
        version_id=file.get("LatestPublishedVersionId"),
        title=file.get("Title") or "",
        extension=file.get("FileExtension"),
        type=file.get("FileType"),
        size=file.get("ContentSize"),
        owner_id=file.get("OwnerId"),
        record_id=args.record_id,
    )


new_file = Trigger(
    name="new_file",
    title="New file",
    summary="Emit an event for each file that is uploaded, or that is linked to a certain record.",
    category="Files",
    input=Input,
    output=Event,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocument.htm",
    notes=(
        "Without a record it reports new files that the user may see, once each; new versions "
        "are not reported. With a record it reports each file that is linked to it, also an "
        "older file; a file that is unlinked and linked again is reported again."
    ),
    examples=(
        Example("Contracts that are linked to an account", {"record_id": "001D000000IqhSLIAZ"}),
        Example("All new files", {"start": "now"}),
    ),
)
