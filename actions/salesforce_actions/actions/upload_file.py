"""Upload a file: a new document, or a new version of one, linked to records; or an attachment.

The file is uploaded in pieces, 2 GB at most. It is read on the machine that runs the action.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm
"""

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import Rejected
from salesforce_connector.files import file_access
from salesforce_connector.files.urls import check_url
from salesforce_connector.flow import Call, Flow, Note, in_thread
from salesforce_connector.forms.dynamic_options import COMMON_OBJECTS, lookup
from salesforce_connector.forms.hints import hints, one_of
from salesforce_connector.http.remote_file import RemoteFile
from salesforce_connector.identifiers import RecordId
from salesforce_connector.writing import content
from salesforce_connector.writing.multipart import Pieces

_ATTACHMENT_NAME: Final = 255  # characters of Attachment.Name

_SHARE_TYPES: Final[Mapping[str, content.Share]] = {
    "viewer": "V",
    "collaborator": "C",
    "inferred": "I",
}


class Input(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=one_of(
            "Content from",
            ("path",),
            ("url",),
            ("text", "file_name"),
            ("content_base64", "file_name"),
        ),
    )

    path: Path | None = Field(
        default=None,
        title="Local path",
        description="The file to upload, in a folder that the host allows.",
        examples=["/tmp/offer.pdf"],  # noqa: S108 - an example
        json_schema_extra=hints(widget="file", visibility="important"),
    )
    url: str | None = Field(
        default=None,
        title="URL",
        description="The https URL of the file, of a server that the host allows.",
        min_length=1,
        examples=["https://files.example.com/offer.pdf"],
        json_schema_extra=hints(
            text="It is copied to this machine first, and uploaded from there."
        ),
    )
    text: str | None = Field(
        default=None,
        title="Text",
        description="Content of the file, as text in UTF-8.",
        examples=["Dear Sir or Madam"],
        json_schema_extra=hints(widget="multiline"),
    )
    content_base64: str | None = Field(
        default=None,
        title="Content",
        description="Content of the file, in base64.",
        examples=["SGVsbG8="],
        json_schema_extra=hints(widget="multiline"),
    )
    file_name: str = Field(
        default="",
        title="File name",
        description="Name with extension; leave empty to use the name in the path or URL.",
        max_length=500,
        examples=["offer.pdf"],
    )
    title: str = Field(
        default="",
        title="Title",
        description="Title of the file; leave empty to use the file name without its extension.",
        max_length=255,
        examples=["Offer"],
        json_schema_extra=hints(visibility="advanced"),
    )
    description: str = Field(
        default="",
        title="Description",
        description="Description of the file.",
        max_length=1_000,
        examples=["v2"],
        json_schema_extra=hints(widget="multiline", visibility="advanced"),
    )
    document_id: RecordId | None = Field(
        default=None,
        title="Document",
        description=(
            "An existing document that gets a new version (069...); leave empty for a new document."
        ),
        examples=["069D00000000so2IAA"],
        json_schema_extra=lookup("ContentDocument") | hints(visibility="advanced"),
    )
    record_ids: list[Annotated[RecordId, Field(json_schema_extra=lookup(*COMMON_OBJECTS))]] = Field(
        default_factory=list,
        title="Records",
        description="The records to link the file to.",
        max_length=200,
        examples=[["001D000000IqhSLIAZ"]],
        json_schema_extra=hints(widget="tags", visibility="important"),
    )
    share_type: Literal["viewer", "collaborator", "inferred"] = Field(
        default="viewer",
        title="Share type",
        description=(
            "What users who see the record may do with the file; inferred: the same as with the "
            "record."
        ),
        examples=["inferred"],
        json_schema_extra=hints(visibility="advanced"),
    )

    store_as: Literal["file", "attachment"] = Field(
        default="file",
        title="Store as",
        description="A file of Salesforce Files, or a classic attachment of one record.",
        examples=["attachment"],
        json_schema_extra=hints(
            visibility="advanced",
            text="Use attachments for code that still reads them, such as old Apex and packages.",
        ),
    )

    @model_validator(mode="after")
    def _check(self) -> "Input":
        sources = (self.path, self.url, self.text, self.content_base64)
        if sum(source is not None for source in sources) != 1:
            raise ValueError("give one of path, url, text and content_base64")
        if self.path is None and self.url is None and not self.file_name:
            raise ValueError("content without a path or URL needs a file_name")
        if self.store_as == "attachment":
            if len(self.record_ids) != 1:
                raise ValueError("an attachment is of one record: give one of record_ids")
            if self.document_id or self.title or self.share_type != "viewer":
                raise ValueError("document_id, title and share_type are for files")
        return self


class Link(BaseModel):
    """The result of linking the file to one record."""

    record_id: str = Field(title="Record ID", description="ID of the record, as in the input.")
    ok: bool = Field(title="OK", description="Whether the file was linked to the record.")
    code: str = Field(title="Code", description="Error code; empty if the file was linked.")
    message: str = Field(
        title="Message", description="Error message; empty if the file was linked."
    )


class Output(BaseModel):
    version_id: str | None = Field(
        title="Version ID", description="ID of the ContentVersion (068...); null for an attachment."
    )
    document_id: str | None = Field(
        title="Document ID",
        description="ID of the ContentDocument (069...); null for an attachment.",
    )
    attachment_id: str | None = Field(
        title="Attachment ID", description="ID of the Attachment (00P...); null for a file."
    )
    links: list[Link] = Field(
        title="Links", description="One result for each record, in the order of the input."
    )


class _Document(BaseModel):
    id: str = Field(alias="ContentDocumentId")


def flow(args: Input) -> Flow[Output]:
    if args.url is None:
        name = args.file_name or (args.path.name if args.path else "")
        return (yield from _upload(args, name, _pieces(args)))
    url = check_url(args.url, "url")
    name = args.file_name or url.file_name
    if not name:
        raise Rejected(
            "The URL does not name a file.",
            code="FILE_NAME_MISSING",
            remedy="Give a file_name, with its extension.",
            fields=("file_name",),
        )
    with RemoteFile(url) as copy:
        yield from in_thread(copy.fetch)
        return (yield from _upload(args, name, copy.pieces))


def _upload(args: Input, name: str, pieces: Pieces) -> Flow[Output]:
    if args.store_as == "attachment":
        return (yield from _attach(args, name, pieces))
    fields = {
        "Title": args.title or PurePath(name).stem,
        "PathOnClient": name,
        "Description": args.description or None,
        "ContentDocumentId": args.document_id,
    }
    values = {field: value for field, value in fields.items() if value is not None}
    response = yield content.upload(
        records.path("ContentVersion"), "VersionData", values, name, pieces
    )
    version_id = records.read(records.SaveResult, response, "upload_file").id
    document_id = args.document_id or (yield from _document_of(version_id))
    links = (yield from _link(document_id, args)) if args.record_ids else []
    if failed := [link for link in links if not link.ok]:
        yield Note(
            f"The file is uploaded, but {len(failed)} of {len(links)} links failed; see the links."
        )
    return Output(version_id=version_id, document_id=document_id, attachment_id=None, links=links)


def _attach(args: Input, name: str, pieces: Pieces) -> Flow[Output]:
    values = {"ParentId": args.record_ids[0], "Name": name[:_ATTACHMENT_NAME]}
    if args.description:
        values["Description"] = args.description
    response = yield content.upload(records.path("Attachment"), "Body", values, name, pieces)
    saved = records.read(records.SaveResult, response, "upload_file")
    return Output(version_id=None, document_id=None, attachment_id=saved.id, links=[])


def _pieces(args: Input) -> Pieces:
    if args.path is not None:
        return content.pieces_of(file_access.resolve_to_read(args.path, "path"))
    data = (
        args.text.encode()
        if args.text is not None
        else content.decode_base64(args.content_base64 or "")
    )
    return lambda: iter((data,))


def _document_of(version_id: str) -> Flow[str]:
    path = records.path("ContentVersion", version_id)
    answer = yield Call("GET", path, params={"fields": "ContentDocumentId"})
    return records.read(_Document, answer, "upload_file").id


def _link(document_id: str, args: Input) -> Flow[list[Link]]:
    share = _SHARE_TYPES[args.share_type]
    answer = yield content.link(document_id, args.record_ids, share, all_or_none=False)
    results = content.links(answer, len(args.record_ids))
    return [
        _link_of(record_id, item) for record_id, item in zip(args.record_ids, results, strict=True)
    ]


def _link_of(record_id: str, linked: content.Linked) -> Link:
    error = {} if linked.success else next(iter(linked.errors), {"statusCode": "UNKNOWN_ERROR"})
    code, message = str(error.get("statusCode", "")), str(error.get("message", ""))
    return Link(record_id=record_id, ok=linked.success, code=code, message=message)


upload_file = Action(
    name="upload_file",
    title="Upload a file",
    summary="Upload a file as a new document or version linked to records, or as an attachment.",
    category="Files",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm",
    examples=(
        Example(
            "An offer, to be seen on its account",
            {"path": "/tmp/offer.pdf", "record_ids": ["001D000000IqhSLIAZ"]},  # noqa: S108
        ),
        Example(
            "A classic attachment, from a URL",
            {
                "url": "https://files.example.com/offer.pdf",
                "record_ids": ["001D000000IqhSLIAZ"],
                "store_as": "attachment",
            },
        ),
        Example(
            "A new version of a text",
            {"text": "Hello", "file_name": "hello.txt", "document_id": "069D00000000so2IAA"},
        ),
    ),
)
