"""Bodies that a builder writes by hand: JSON, text, bytes, a local file, or several parts of these.

Files are read under the rules of `file_access`. What is not JSON has nothing that a restricted
connection could check, so such a connection refuses it.
"""

from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from salesforce_connector.errors import Rejected
from salesforce_connector.files import file_access
from salesforce_connector.forms.hints import hints
from salesforce_connector.writing.content import decode_base64, pieces_of
from salesforce_connector.writing.multipart import Part, Pieces, multipart

MAX_PARTS: Final = 50  # ours; Salesforce's own resources take two

ContentType = Annotated[
    str,
    Field(
        title="Content type",
        description="Media type of the text, the content or the file.",
        pattern=r"^[\w.+-]+/[\w.+-]+(; ?[\w-]+=[\w.+-]+)*$",
        max_length=200,
    ),
]

_JSON: Final = "application/json"
_TEXT: Final = "text/plain; charset=utf-8"
_BYTES: Final = "application/octet-stream"


class _Content(BaseModel):
    text: str | None = Field(
        default=None,
        title="Text",
        description="Text to send, in UTF-8.",
        examples=["<order/>"],
        json_schema_extra=hints(widget="multiline", visibility="advanced", group="Body"),
    )
    content_base64: str | None = Field(
        default=None,
        title="Content",
        description="Bytes to send, in base64.",
        examples=["SGVsbG8="],
        json_schema_extra=hints(widget="multiline", visibility="advanced", group="Body"),
    )
    file: Path | None = Field(
        default=None,
        title="File",
        description="A file to send, in a folder that the host allows.",
        examples=["/tmp/offer.pdf"],  # noqa: S108 - an example
        json_schema_extra=hints(widget="file", visibility="advanced", group="Body"),
    )
    content_type: ContentType | None = Field(
        default=None,
        examples=["text/csv"],
        json_schema_extra=hints(visibility="advanced", group="Body"),
    )


class BodyPart(BaseModel):
    """One part of a multipart body."""

    model_config = ConfigDict(extra="forbid", title="Part")

    name: str = Field(
        title="Name",
        description="Name of the form field.",
        min_length=1,
        max_length=500,
        examples=["entity_content"],
    )
    json_value: Any = Field(
        default=None,
        alias="json",
        title="JSON",
        description="Sent as JSON.",
        examples=[{"Title": "Offer"}],
        json_schema_extra=hints(widget="json"),
    )
    text: str | None = Field(
        default=None,
        title="Text",
        description="Text to send, in UTF-8.",
        examples=["Hello"],
        json_schema_extra=hints(widget="multiline"),
    )
    content_base64: str | None = Field(
        default=None,
        title="Content",
        description="Bytes to send, in base64.",
        examples=["SGVsbG8="],
        json_schema_extra=hints(widget="multiline"),
    )
    file: Path | None = Field(
        default=None,
        title="File",
        description="A file to send, in a folder that the host allows.",
        examples=["/tmp/offer.pdf"],  # noqa: S108 - an example
        json_schema_extra=hints(widget="file"),
    )
    file_name: str | None = Field(
        default=None,
        title="File name",
        description=(
            "Sends the part as a file with this name; leave empty to use the name of the file."
        ),
        max_length=500,
        examples=["offer.pdf"],
    )
    content_type: ContentType | None = Field(default=None, examples=["application/pdf"])


class BodyInput(_Content):
    """The inputs for a body; at most one of them."""

    parts: list[BodyPart] = Field(
        default_factory=list,
        title="Parts",
        description="Parts of a multipart body, in this order.",
        max_length=MAX_PARTS,
        examples=[[{"name": "file", "text": "Hello", "file_name": "hello.txt"}]],
        json_schema_extra=hints(widget="records", visibility="advanced", group="Body"),
    )


def body_of(args: BodyInput, json: Any) -> dict[str, Any]:
    """Return what a `Call` has of a body: `json`, or `content` and `content_type`; empty for none.

    Args:
        json: The JSON body, None for none.

    Raises:
        Rejected: Several are set, base64 is invalid, or the host does not allow the file.
    """
    inputs = {
        "body": json,
        "text": args.text,
        "content_base64": args.content_base64,
        "file": args.file,
        "parts": args.parts or None,
    }
    used = [name for name, value in inputs.items() if value is not None]
    if len(used) > 1:
        raise _one_of(used)
    if used == ["body"]:
        return {"json": json}
    if used == ["parts"]:
        return multipart([_part(part, number) for number, part in enumerate(args.parts)])
    if not used:
        return {}
    pieces, content_type = _content(args, "")
    return {"content": pieces, "content_type": args.content_type or content_type}


def _part(part: BodyPart, number: int) -> Part:
    field = f"parts[{number}]."
    values = [part.json_value, part.text, part.content_base64, part.file]
    if sum(value is not None for value in values) != 1:
        raise _one_of([f"{field}{name}" for name in ("json", "text", "content_base64", "file")])
    if part.json_value is not None:
        data = to_json(part.json_value)
        return Part(part.name, part.content_type or _JSON, lambda: iter((data,)), part.file_name)
    pieces, content_type = _content(part, field)
    file_name = part.file_name
    if file_name is None and part.file is not None:
        file_name = part.file.name
    return Part(part.name, part.content_type or content_type, pieces, file_name)


def _content(source: BodyPart | BodyInput, field: str) -> tuple[Pieces, str]:
    """Return what makes the pieces of a text, of bytes or of a file, and their usual type."""
    if source.file is not None:
        return pieces_of(file_access.resolve_to_read(source.file, f"{field}file")), _BYTES
    if source.text is not None:
        text = source.text.encode()
        return (lambda: iter((text,))), _TEXT
    data = decode_base64(source.content_base64 or "")
    return (lambda: iter((data,))), _BYTES


def _one_of(names: list[str]) -> Rejected:
    return Rejected(
        f"Only one of {', '.join(names)} can be the content.",
        code="ONE_OF",
        remedy="Leave the others out.",
        fields=names,
    )
