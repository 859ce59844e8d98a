"""Bodies of several parts, written piece by piece, anew for each try.

https://www.rfc-editor.org/rfc/rfc7578
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

Pieces = Callable[[], Iterator[bytes]]
"""Makes a body's pieces anew for each try."""

_QUOTED: Final = {"\r": "%0D", "\n": "%0A", '"': "%22"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a body.

    Attributes:
        file_name: Of a file; None for a plain field.
    """

    name: str
    content_type: str
    pieces: Pieces
    file_name: str | None = None


def multipart(parts: Sequence[Part]) -> dict[str, Any]:
    """Return what a `Call` has of a body: `content` and `content_type`."""
    boundary = secrets.token_hex(16)  # 128 random bits: no file holds them

    def body() -> Iterator[bytes]:
        for number, part in enumerate(parts):
            yield _head(part, boundary, first=number == 0)
            yield from part.pieces()
        yield f"\r\n--{boundary}--\r\n".encode()

    return {"content": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def _head(part: Part, boundary: str, *, first: bool) -> bytes:
    line_end = "" if first else "\r\n"
    file_name = "" if part.file_name is None else f'; filename="{quote(part.file_name)}"'
    return (
        f"{line_end}--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{quote(part.name)}"{file_name}\r\n'
        f"Content-Type: {part.content_type}\r\n\r\n"
    ).encode()


def quote(name: str) -> str:
    """Write a name for a header, as HTML's forms do."""
    return "".join(_QUOTED.get(character, character) for character in name)
