"""Conditional requests: If-Modified-Since and its kin, ETags.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest_conditional_requests.htm
"""

import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from salesforce_emulator import errors
from salesforce_emulator.http.responses import JSON, empty_response
from salesforce_emulator.org.clock import http_date

CONDITIONS: Final = frozenset({"if-match", "if-modified-since", "if-unmodified-since"})
"""Headers that make a write conditional, or are checked on it."""


def not_modified(request: Request, changed: datetime, etag: str | None = None) -> bool:
    """Return whether the caller's copy is current, so that the response is 304.

    Raises:
        SalesforceError: 412 when If-Match or If-Unmodified-Since does not hold.
    """
    require_unchanged(request, changed, etag)
    if_none_match = request.headers.get("if-none-match")
    if if_none_match is not None and etag is not None:
        return _names(if_none_match, etag)
    since = _date(request, "if-modified-since")
    return since is not None and changed.replace(microsecond=0) <= since


def conditional(request: Request, body: bytes, changed: datetime) -> Response:
    """Return JSON with ETag and Last-Modified, or 304 when the caller's copy is current.

    Raises:
        SalesforceError: 412 when If-Match or If-Unmodified-Since does not hold.
    """
    headers = {"ETag": f'"{zlib.crc32(body):08x}"', "Last-Modified": http_date(changed)}
    if not_modified(request, changed, headers["ETag"]):
        return empty_response(headers, 304)
    return Response(body, headers={"Content-Type": JSON, **headers})


def require_unchanged(request: Request, changed: datetime, etag: str | None = None) -> None:
    """Check the conditional headers of a read or a write.

    Raises:
        SalesforceError: 412 when If-Match or If-Unmodified-Since does not hold; 400 for a PATCH or
            POST with a date header that is no date.
    """
    _date(request, "if-modified-since")
    requested = request.headers.get("if-match")
    if requested is not None and etag is not None and not _names(requested, etag):
        raise errors.precondition_failed()
    since = _date(request, "if-unmodified-since")
    if since is not None and changed.replace(microsecond=0) > since:
        raise errors.precondition_failed()


def _names(header: str, etag: str) -> bool:
    entries = {part.strip().removeprefix("W/").replace("--gzip", "") for part in header.split(",")}
    return "*" in entries or etag in entries


def _date(request: Request, name: str) -> datetime | None:
    text = request.headers.get(name)
    if text is None:
        return None
    try:
        result = parsedate_to_datetime(text)
        return result if result.tzinfo else result.replace(tzinfo=UTC)
    except ValueError:
        if request.method in {"PATCH", "POST"}:
            raise errors.bad_condition(name, text) from None
        return None
