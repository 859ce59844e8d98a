"""Conditional requests: If-Modified-Since and its kin, ETags.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest_conditional_requests.htm
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from starlette.requests import Request

from salesforce_emulator import errors


def not_modified(request: Request, changed: datetime, etag: str | None = None) -> bool:
    """Tell whether the caller's copy is as good as ours: answer 304 then.

    Raises:
        SalesforceError: 412 when If-Match or If-Unmodified-Since does not hold.
    """
    require_unchanged(request, changed, etag)
    known = request.headers.get("if-none-match")
    if known is not None and etag is not None:
        return _names(known, etag)
    since = _date(request, "if-modified-since")
    return since is not None and changed.replace(microsecond=0) <= since


def require_unchanged(request: Request, changed: datetime, etag: str | None = None) -> None:
    """Raise SalesforceError, 412, when If-Match or If-Unmodified-Since does not hold."""
    wanted = request.headers.get("if-match")
    if wanted is not None and etag is not None and not _names(wanted, etag):
        raise errors.precondition_failed()
    since = _date(request, "if-unmodified-since")
    if since is not None and changed.replace(microsecond=0) > since:
        raise errors.precondition_failed()


def _names(header: str, etag: str) -> bool:
    listed = {each.strip().removeprefix("W/").replace("--gzip", "") for each in header.split(",")}
    return "*" in listed or etag in listed


def _date(request: Request, name: str) -> datetime | None:
    text = request.headers.get(name)
    if text is None:
        return None
    try:
        found = parsedate_to_datetime(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError:
        if request.method in {"PATCH", "POST"}:
            raise errors.bad_condition(name, text) from None
        return None
