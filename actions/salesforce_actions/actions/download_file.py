"""Download a file: to a local path, piece by piece, or into the output.

It is written on the machine that runs the action.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_blob_retrieve.htm
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.http.file_output import DownloadedFile, FileDestination, FileOutput
from salesforce_connector.identifiers import RecordId


@dataclass(frozen=True, slots=True)
class _Kind:
    """An object that holds a file, with the names of its fields for content, name and size."""

    sobject: str
    blob: str
    name: str
    size: str


_VERSION = _Kind("ContentVersion", "VersionData", "PathOnClient", "ContentSize")
_DOCUMENT = "069"  # key prefix of ContentDocument, whose latest version holds the file
_KINDS = {
    "068": _VERSION,
    "00P": _Kind("Attachment", "Body", "Name", "BodyLength"),
    "015": _Kind("Document", "Body", "Name", "BodyLength"),
}


class Input(FileDestination):
    model_config = ConfigDict(extra="forbid")

    id: RecordId = Field(
        title="File",
        description="ID of a document, of a version of it, or of an attachment.",
        examples=["069D00000000so2IAA"],
        json_schema_extra=lookup("ContentDocument")
        | hints(
            text=(
                "For a document (069...) its latest version is downloaded; 068... is a "
                "version, 00P... an attachment, 015... a classic document."
            )
        ),
    )


class Output(DownloadedFile):
    id: str = Field(
        title="ID", description="ID of the version, attachment or document that was downloaded."
    )


class _Latest(BaseModel):
    id: str = Field(alias="LatestPublishedVersionId")


def flow(args: Input) -> Flow[Output]:
    id_ = args.id
    output = FileOutput(args.path, args.max_bytes)
    if id_.startswith(_DOCUMENT):
        path = records.path("ContentDocument", id_)
        answer = yield Call("GET", path, params={"fields": "LatestPublishedVersionId"})
        id_ = records.read(_Latest, answer, "download_file").id
    kind = _kind(id_)
    name, size = yield from _about(kind, id_)
    output.check_size(size, name)
    yield Call(
        "GET",
        records.path(kind.sobject, id_, kind.blob),
        into=output.open,
        headers={"Accept": "*/*"},
    )
    return Output(
        id=id_,
        file_name=name,
        size=size,
        path=str(args.path) if args.path else None,
        content_base64=output.content_base64,
    )


def _kind(id_: str) -> _Kind:
    if (kind := _KINDS.get(id_[:3])) is None:
        raise Rejected(
            f"{id_} is not the ID of a file.",
            code="NOT_A_FILE",
            remedy=f"Give one that begins with {_DOCUMENT}, {', '.join(_KINDS)}.",
            fields=("id",),
        )
    return kind


def _about(kind: _Kind, id_: str) -> Flow[tuple[str, int]]:
    params = {"fields": f"{kind.name},{kind.size}"}
    answer = yield Call("GET", records.path(kind.sobject, id_), params=params)
    body: Any = records.decode(answer)
    match body:
        case {kind.name: name, kind.size: int(size)}:
            return str(name or id_), size
        case _:
            raise BadReply("A file without a size.", code="BAD_REPLY")


download_file = Action(
    name="download_file",
    title="Download a file",
    summary="Download a file to a local path, or return its content.",
    category="Files",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_blob_retrieve.htm",
    reads=True,
    examples=(
        Example("Into the output", {"id": "069D00000000so2IAA"}),
        Example("To a path", {"id": "068D00000000pgOIAQ", "path": "/tmp/offer.pdf"}),  # noqa: S108
    ),
)
