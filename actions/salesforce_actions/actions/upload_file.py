"""Upload a file: a new document, or a new version of one; linked to records.

The file goes up piece by piece, at most 2 GB of it. It is read on the machine that runs the action.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm
"""

from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import file_access, records
from salesforce_connector.action import Action, Call, Example, Flow, Note
from salesforce_connector.dynamic_options import COMMON_OBJECTS, lookup
from salesforce_connector.form_hints import hints, one_of
from salesforce_connector.soql import RecordId
from salesforce_connector.writing import content

_SHARE_TYPES: Final[Mapping[str, content.Share]] = {
    "viewer": "V",
    "collaborator": "C",
    "inferred": "I",
}


class Input(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra=one_of(
            "Content from", ("path",), ("text", "file_name"), ("content_base64", "file_name")
        ),
    )

    path: Path | None = Field(
        default=None,
        title="Local path",
        description="The file to upload, in a folder that the host allows.",
        examples=["/tmp/offer.pdf"],  # noqa: S108 - an example
        json_schema_extra=hints(widget="file", visibility="important"),
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
        description="With its extension.",
        max_length=500,
        examples=["offer.pdf"],
    )
    title: str = Field(
        default="",
        title="Title",
        description="Leave empty to use the file name without its extension.",
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
            "What people who see the record may do with the file; inferred: as with the record."
        ),
        examples=["inferred"],
        json_schema_extra=hints(visibility="advanced"),
    )

    @model_validator(mode="after")
    def _check_source(self) -> "Input":
        sources = [item for item in (self.path, self.text, self.content_base64) if item is not None]
        if len(sources) != 1:
            raise ValueError("give one of path, text and content_base64")
        if self.path is None and not self.file_name:
            raise ValueError("content without a path needs a file_name")
        return self


class Link(BaseModel):
    """What became of the link to one record."""

    record_id: str = Field(title="Record id", description="As it was given.")
    ok: bool = Field(title="OK", description="Whether it was linked.")
    code: str = Field(title="Code", description="Of the error; empty when it was linked.")
    message: str = Field(title="Message", description="Of the error; empty when it was linked.")


class Output(BaseModel):
    version_id: str = Field(title="Version id", description="Of the ContentVersion (068...).")
    document_id: str = Field(title="Document id", description="Of the ContentDocument (069...).")
    links: list[Link] = Field(title="Links", description="One for each record, in its order.")


class _Document(BaseModel):
    id: str = Field(alias="ContentDocumentId")


def flow(args: Input) -> Flow[Output]:
    name = args.file_name or (args.path.name if args.path else "")
    fields = {
        "Title": args.title or PurePath(name).stem,
        "PathOnClient": name,
        "Description": args.description or None,
        "ContentDocumentId": args.document_id,
    }
    fields_with_values = {field: value for field, value in fields.items() if value is not None}
    pieces = _pieces(args)
    answer = yield content.upload(
        records.path("ContentVersion"), "VersionData", fields_with_values, name, pieces
    )
    version_id = records.read(records.SaveResult, answer, "upload_file").id
    document_id = args.document_id or (yield from _document_of(version_id))
    links = (yield from _link(document_id, args)) if args.record_ids else []
    if failed := [link for link in links if not link.ok]:
        yield Note(
            f"The file is uploaded, but {len(failed)} of {len(links)} links failed; links says why."
        )
    return Output(version_id=version_id, document_id=document_id, links=links)


def _pieces(args: Input) -> content.Pieces:
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
    summary="Upload a file as a new document or version, linked to records.",
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
            "A new version of a text",
            {"text": "Hello", "file_name": "hello.txt", "document_id": "069D00000000so2IAA"},
        ),
    ),
)
