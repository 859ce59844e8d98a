"""Answers as bytes: heads as Salesforce's edge writes them, bodies packed beforehand."""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

JSON: Final = "application/json;charset=UTF-8"
CSV: Final = "text/csv; charset=utf-8"

_EDGE: Final = (
    b"Date: Sun, 22 Nov 2026 04:39:52 GMT\r\n"
    b"Set-Cookie: CookieConsentPolicy=0:1; path=/; Max-Age=31536000; secure\r\n"
    b"Set-Cookie: LSKey-c$CookieConsentPolicy=0:1; path=/; Max-Age=31536000; secure\r\n"
    b"Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n"
    b"X-Content-Type-Options: nosniff\r\n"
    b"X-Robots-Tag: none\r\n"
    b"Cache-Control: no-cache,must-revalidate,max-age=0,no-store,private\r\n"
    b"X-Request-Id: aa769c5a618384c0a8434f29cf32351c\r\n"
    b"X-SFDC-Request-Id: aa769c5a618384c0a8434f29cf32351c\r\n"
    b"Server: sfdcedge\r\n"
    b"X-SFDC-Edge-Cache: none\r\n"
)
_PIECE: Final = 16_384  # bytes of one chunk of a chunked body


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer all but for the calls spent, which stand between head and tail.

    Attributes:
        packed: Head and body for who takes gzip; None: `plain` is for everybody.
        plain: Head and body for all others.
    """

    plain: tuple[bytes, bytes]
    packed: tuple[bytes, bytes] | None = None

    def write(self, used: int | None, *, gzipped: bool) -> bytes:
        """Return the whole of it; `used` calls are told unless None."""
        head, body = self.packed if gzipped and self.packed else self.plain
        if used is None:
            return b"%b\r\n%b" % (head, body)
        return b"%bSforce-Limit-Info: api-usage=%d/15000\r\n\r\n%b" % (head, used, body)


def answer(
    status: int,
    body: bytes = b"",
    kind: str = JSON,
    *,
    headers: Mapping[str, str] | None = None,
    packing: bool = False,
    level: int = 6,
) -> Answer:
    """Prepare an answer; with `packing` for gzip too, then in chunks, as long answers come."""
    said = dict(headers or {})
    if body:
        said["Content-Type"] = kind
    if status not in (204, 304):
        said["Content-Length"] = str(len(body))
    plain = (_head(status, said), body)
    if not packing:
        return Answer(plain)
    said.pop("Content-Length")
    said |= {"Vary": "Accept-Encoding", "Content-Encoding": "gzip", "Transfer-Encoding": "chunked"}
    pieces = gzip.compress(body, level)
    return Answer(plain, (_head(status, said), b"".join(_chunks(pieces))))


def json_answer(status: int, value: Any, *, packing: bool = False) -> Answer:
    """Prepare an answer with JSON."""
    return answer(status, compact(value), packing=packing)


def compact(value: Any) -> bytes:
    """Write JSON as Salesforce does, without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def _head(status: int, said: Mapping[str, str]) -> bytes:
    line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
    own = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return line.encode() + _EDGE + own.encode()


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _PIECE):
        piece = body[start : start + _PIECE]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"
