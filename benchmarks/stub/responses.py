"""Responses as bytes: heads as Salesforce's edge writes them, bodies compressed beforehand."""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

JSON: Final = "application/json;charset=UTF-8"
CSV: Final = "text/csv; charset=utf-8"

_EDGE_HEADERS: Final = (
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
_CHUNK: Final = 16_384  # bytes of one chunk of a chunked body


@dataclass(frozen=True, slots=True)
class Response:
    """An response all but for the calls spent, which stand between head and tail.

    Attributes:
        gzipped_body: Head and body for clients that accept gzip; None: `plain` is for all.
        plain: Head and body for all others.
    """

    plain: tuple[bytes, bytes]
    gzipped_body: tuple[bytes, bytes] | None = None

    def write(self, used: int | None, *, gzipped: bool) -> bytes:
        """Return the whole of it; `used` calls are task unless None."""
        head, body = self.gzipped_body if gzipped and self.gzipped_body else self.plain
        if used is None:
            return b"%b\r\n%b" % (head, body)
        return b"%bSforce-Limit-Info: api-usage=%d/15000\r\n\r\n%b" % (head, used, body)


def make_response(
    status: int,
    body: bytes = b"",
    kind: str = JSON,
    *,
    headers: Mapping[str, str] | None = None,
    gzip_too: bool = False,
    level: int = 6,
) -> Response:
    """Prepare an response; with `gzip_too` for gzip too, then in chunks, as long responses come."""
    fields = dict(headers or {})
    if body:
        fields["Content-Type"] = kind
    if status not in (204, 304):
        fields["Content-Length"] = str(len(body))
    plain = (_head(status, fields), body)
    if not gzip_too:
        return Response(plain)
    fields.pop("Content-Length")
    fields |= {
        "Vary": "Accept-Encoding",
        "Content-Encoding": "gzip",
        "Transfer-Encoding": "chunked",
    }
    compressed = gzip.compress(body, level)
    return Response(plain, (_head(status, fields), b"".join(_chunks(compressed))))


def make_json_response(status: int, value: Any, *, gzip_too: bool = False) -> Response:
    """Prepare an response with JSON."""
    return make_response(status, compact(value), gzip_too=gzip_too)


def compact(value: Any) -> bytes:
    """Write JSON as Salesforce does, without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def _head(status: int, fields: Mapping[str, str]) -> bytes:
    line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return line.encode() + _EDGE_HEADERS + lines.encode()


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _CHUNK):
        chunk = body[start : start + _CHUNK]
        yield b"%x\r\n%b\r\n" % (len(chunk), chunk)
    yield b"0\r\n\r\n"
