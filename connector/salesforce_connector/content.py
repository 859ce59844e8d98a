"""Files of the org: what goes up as multipart, piece by piece, and where one is read from.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_insert_update_blob.htm
"""

import secrets
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic_core import to_json

from salesforce_connector.action import Call
from salesforce_connector.errors import Rejected

PIECE: Final = 1 << 20  # bytes read at once

Pieces = Callable[[], Iterator[bytes]]


def upload(path: str, part: str, fields: Mapping[str, Any], file_name: str, pieces: Pieces) -> Call:
    """Give the call that makes a record with a file in it.

    Args:
        path: Of the object.
        part: The field that holds the file.
        fields: All other fields.
        file_name: As the record keeps it.
        pieces: Makes the file's pieces anew for each try.
    """
    boundary = secrets.token_hex(16)  # 128 random bits: no file holds them

    def body() -> Iterator[bytes]:
        # The part with the fields has to come first.
        yield (
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="entity_content"\r\n'
            "Content-Type: application/json\r\n\r\n"
        ).encode()
        yield to_json(dict(fields))
        yield (
            f"\r\n--{boundary}\r\n"
            f'Content-Disposition: form-data; name="{part}"; filename="{_quoted(file_name)}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        yield from pieces()
        yield f"\r\n--{boundary}--\r\n".encode()

    return Call(
        "POST", path, content=body, content_type=f"multipart/form-data; boundary={boundary}"
    )


def pieces_of(path: Path) -> Pieces:
    """Give what reads a local file in pieces, when it is asked to.

    Raises:
        Rejected: When it is asked to, and the file cannot be read.
    """

    def read() -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    yield piece
        except OSError as exc:
            raise Rejected(
                f"Cannot read {path}: {exc.strerror}.",
                code="FILE_NOT_READABLE",
                remedy="Give the path of a file that is there and may be read.",
                fields=("path",),
            ) from exc

    return read


def decoded(text: str) -> bytes:
    """Give the bytes that a base64 text stands for; line breaks in it are passed over.

    Raises:
        Rejected: It is not base64.
    """
    try:
        return b64decode("".join(text.split()), validate=True)
    except (Error, ValueError):
        raise Rejected(
            "content_base64 is not base64.",
            code="INVALID_BASE64",
            remedy="Encode the file's bytes, or give a text as text.",
            fields=("content_base64",),
        ) from None


def _quoted(name: str) -> str:
    """Write a file name for a header, as HTML's forms do."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
