"""Files of the org: sent up as multipart, piece by piece, read from disk, linked to records.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field
from pydantic_core import to_json

from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.files import base64_text
from salesforce_connector.files.file_access import open_to_read
from salesforce_connector.flow import Call
from salesforce_connector.records import decode
from salesforce_connector.response import Response
from salesforce_connector.validation import read_reply
from salesforce_connector.wire_model import Wire
from salesforce_connector.writing.multipart import Part, Pieces, multipart

PIECE: Final = 1 << 20  # bytes read at once

Share = Literal["V", "C", "I"]
"""Viewer, collaborator, or inferred from the access to the record."""


class Linked(Wire):
    """What became of one link."""

    success: bool
    errors: list[dict[str, Any]] = Field(default_factory=list)


class _Links(Wire):
    links: list[Linked]


def upload(path: str, part: str, fields: Mapping[str, Any], file_name: str, pieces: Pieces) -> Call:
    """Return the call that makes a record with a file in it.

    Args:
        path: Of the object.
        part: The field that holds the file.
        fields: All other fields.
        file_name: As the record keeps it.
        pieces: Makes the file's pieces anew for each try.
    """
    data = to_json(dict(fields))
    parts = [  # the part with the fields has to come first
        Part("entity_content", "application/json", lambda: iter((data,))),
        Part(part, "application/octet-stream", pieces, file_name),
    ]
    return Call("POST", path, **multipart(parts))


def pieces_of(path: Path) -> Pieces:
    """Return a function that reads a local file in pieces.

    Raises:
        Rejected: The file cannot be read, once it is called.
    """

    def read() -> Iterator[bytes]:
        with open_to_read(path) as file:
            while piece := file.read(PIECE):
                yield piece

    return read


def note_html(text: str) -> bytes:
    """Write plain text as a note's content: a paragraph a line, every character as it is."""
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n")).encode()


def decode_base64(text: str) -> bytes:
    """Decode base64.

    Line breaks in it are passed over; it may be a `data:` address, in the alphabet of addresses, or
    without its padding.

    Raises:
        Rejected: It is not base64.
    """
    try:
        return base64_text.decode(text)
    except ValueError:
        raise Rejected(
            "content_base64 is not base64.",
            code="INVALID_BASE64",
            remedy="Encode the content in base64, or pass text as text.",
            fields=("content_base64",),
        ) from None


def link(document_id: str, record_ids: Sequence[str], share: Share, *, all_or_none: bool) -> Call:
    """Return the call that links a file or note to at most 200 records."""
    records = [
        {
            "attributes": {"type": "ContentDocumentLink"},
            "ContentDocumentId": document_id,
            "LinkedEntityId": record_id,
            "ShareType": share,
        }
        for record_id in record_ids
    ]
    return Call("POST", "/composite/sobjects", json={"allOrNone": all_or_none, "records": records})


def links(answer: Response, count: int) -> list[Linked]:
    """Read the results of links.

    Raises:
        BadReply: The response has another number of results.
    """
    results = read_reply(_Links, {"links": decode(answer)}, "a call of links").links
    if len(results) != count:
        raise BadReply("The answer is not a result for each link.", code="BAD_REPLY", sent=True)
    return results
