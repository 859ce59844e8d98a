"""List the files that are linked to a record, and its classic attachments.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.paging import query_results
from salesforce_connector.soql.binding import bind
from salesforce_connector.soql.inputs import limit_field
from salesforce_connector.validation import read_reply

SOQL = (
    "SELECT ContentDocumentId, ShareType, ContentDocument.Title, ContentDocument.FileExtension, "
    "ContentDocument.FileType, ContentDocument.ContentSize, "
    "ContentDocument.LatestPublishedVersionId, ContentDocument.ContentModifiedDate "
    "FROM ContentDocumentLink WHERE LinkedEntityId = :record_id "
    "ORDER BY ContentDocument.ContentModifiedDate DESC"
)
ATTACHMENTS = (
    "SELECT Id, Name, ContentType, BodyLength, LastModifiedDate FROM Attachment "
    "WHERE ParentId = :record_id ORDER BY LastModifiedDate DESC"
)


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    record_id: RecordId = Field(json_schema_extra=lookup(*COMMON_OBJECTS))
    limit: int = limit_field(200, 10_000, items="files")
    include_attachments: bool = Field(
        default=False,
        title="Include attachments",
        description="Also list the record's classic attachments; costs one call.",
        examples=[True],
        json_schema_extra=hints(visibility="advanced"),
    )


class _Document(BaseModel):
    model_config = ConfigDict(extra="ignore", alias_generator=to_pascal)

    title: str
    file_extension: str | None = None
    file_type: str | None = None
    content_size: int | None = None
    latest_published_version_id: str | None = None
    content_modified_date: str | None = None


class _Link(BaseModel):
    model_config = ConfigDict(extra="ignore", alias_generator=to_pascal)

    content_document_id: str
    share_type: str | None = None
    content_document: _Document


class File(BaseModel):
    """One file."""

    document_id: str = Field(title="Document ID", description="ID of the ContentDocument (069...).")
    version_id: str | None = Field(
        title="Version ID", description="ID of the latest version (068...)."
    )
    title: str = Field(title="Title", description="Title of the latest version.")
    extension: str | None = Field(title="Extension", description="File extension, without the dot.")
    type: str | None = Field(title="Type", description="File type, such as PDF; SNOTE is a note.")
    size: int | None = Field(title="Size", description="Size in bytes.")
    modified_at: str | None = Field(
        title="Modified at", description="Timestamp, as Salesforce returns it."
    )
    share_type: str | None = Field(
        title="Share type",
        description="V (viewer), C (collaborator) or I (inferred from the record).",
    )


class Attachment(BaseModel):
    """One classic attachment."""

    id: str = Field(
        title="Attachment ID",
        description="ID of the attachment, for download_file and delete_file.",
    )
    name: str = Field(title="Name", description="File name with extension.")
    content_type: str | None = Field(
        title="Content type", description="Media type, such as text/plain."
    )
    size: int | None = Field(title="Size", description="Size in bytes.")
    modified_at: str | None = Field(
        title="Modified at", description="Timestamp, as Salesforce returns it."
    )


class Output(BaseModel):
    files: list[File] = Field(title="Files", description="Files, the last changed first.")
    attachments: list[Attachment] = Field(
        title="Attachments",
        description="Classic attachments, the last changed first; empty unless requested.",
    )


class _AttachmentRow(BaseModel):
    model_config = ConfigDict(extra="ignore", alias_generator=to_pascal)

    id: str
    name: str
    content_type: str | None = None
    body_length: int | None = None
    last_modified_date: str | None = None


def flow(args: Input) -> Flow[Output]:
    first = Call("GET", "/query", params={"q": bind(SOQL, {"record_id": args.record_id})})
    rows = yield from query_results.fetch(first, args.limit)
    if rows.capped:
        yield Note(f"The record has {rows.total:,} files; {len(rows.records):,} are returned.")
    files = [_file(row) for row in rows.records]
    attachments = (yield from _attachments(args)) if args.include_attachments else []
    return Output(files=files, attachments=attachments)


def _attachments(args: Input) -> Flow[list[Attachment]]:
    query = Call("GET", "/query", params={"q": bind(ATTACHMENTS, {"record_id": args.record_id})})
    result = yield from query_results.fetch(query, args.limit)
    if result.capped:
        yield Note(
            f"The record has {result.total:,} attachments; {len(result.records):,} are returned."
        )
    return [_attachment(row) for row in result.records]


def _attachment(row: dict[str, Any]) -> Attachment:
    read = read_reply(_AttachmentRow, row, "list_files")
    return Attachment(
        id=read.id,
        name=read.name,
        content_type=read.content_type,
        size=read.body_length,
        modified_at=read.last_modified_date,
    )


def _file(row: dict[str, Any]) -> File:
    link = read_reply(_Link, row, "list_files")
    document = link.content_document
    return File(
        document_id=link.content_document_id,
        version_id=document.latest_published_version_id,
        title=document.title,
        extension=document.file_extension,
        type=document.file_type,
        size=document.content_size,
        modified_at=document.content_modified_date,
        share_type=link.share_type,
    )


list_files = Action(
    name="list_files",
    title="List files",
    summary="List the files that are linked to a record, and its classic attachments.",
    category="Files",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm",
    reads=True,
    examples=(
        Example("Of an account", {"record_id": "001D000000IqhSLIAZ"}),
        Example(
            "With its classic attachments",
            {"record_id": "001D000000IqhSLIAZ", "include_attachments": True},
        ),
    ),
)
