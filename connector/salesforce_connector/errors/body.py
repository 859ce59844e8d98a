"""Parses the body of a response that is an error.

Bodies are a list of items, one item, text, HTML, or empty; nothing in them is assumed,
and all that is read from them is bounded. What an error means to the caller is in `table.py`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import islice
from math import isfinite
from typing import Any, Final

from pydantic_core import from_json

from salesforce_connector.response import Response

MAX_MESSAGE: Final = 2_000  # characters, of all items together

_MAX_PLAIN_TEXT: Final = 200  # characters of a body that is not JSON
_MAX_CODE: Final = 100  # characters
_MAX_NAMES: Final = 200  # fields or ids
_MAX_ITEMS: Final = 200
_MAX_WAIT: Final = 86_400.0  # seconds
_MAX_LISTED: Final = 20  # ids in a message


@dataclass(frozen=True, slots=True)
class ParsedError:
    """The error of a response.

    Attributes:
        code: Salesforce's, of the first item; empty when there is none.
        message: Of all items; never empty.
        fields: API names of the fields to blame, each once.
        matches: Ids of the records that a duplicate rule found.
        retry_after: Seconds to wait, None when the response has none.
        is_page: Whether the body is a page for people.
    """

    code: str
    message: str
    fields: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    retry_after: float | None = None
    is_page: bool = False


def is_page(response: Response) -> bool:
    """Whether a response is a page for people, as gateways answer, and not data of Salesforce's."""
    return response.content[:1_000].lstrip().startswith(b"<")


def parse(response: Response) -> ParsedError:
    """Parse a response whose body has been read."""
    if response.status_code == HTTPStatus.MULTIPLE_CHOICES:
        return _read_choices(response)
    items = _items(response)
    parsed = parse_items(items, _default_message(response), _retry_after(response))
    return parsed if items else replace(parsed, is_page=is_page(response))


def _read_choices(response: Response) -> ParsedError:
    """Read the addresses of the records that have one external id."""
    try:
        body = from_json(response.content)
    except ValueError:
        body = []
    steps = (item.rpartition("/")[2] for item in _list(body) if isinstance(item, str))
    ids = _distinct(step for step in steps if step.isalnum() and len(step) in (15, 18))
    message = "Several records have this external ID"
    listed = ", ".join(ids[:_MAX_LISTED]) + (", and others" if len(ids) > _MAX_LISTED else "")
    return ParsedError("", f"{message}: {listed}." if ids else f"{message}.", matches=ids)


def parse_items(
    items: list[Mapping[str, Any]], default_message: str, retry_after: float | None = None
) -> ParsedError:
    """Parse the items of an error body; `default_message` is for items without a message."""
    first = items[0] if items else {}
    names = (name for item in items for name in _list(item.get("fields")) if isinstance(name, str))
    # The key was misspelt for years and still is in some versions.
    duplicates = first.get("duplicateResult") or first.get("duplicateResut")
    return ParsedError(
        code=str(first.get("errorCode") or first.get("error") or "")[:_MAX_CODE],
        message=_message(items) or default_message,
        fields=_distinct(names),
        matches=_distinct(_record_ids(duplicates)),
        retry_after=retry_after,
    )


def truncate(text: str, limit: int = MAX_MESSAGE) -> str:
    """Cut a text of Salesforce's that is longer than anybody reads."""
    return text if len(text) <= limit else f"{text[:limit]}..."


def _items(response: Response) -> list[Mapping[str, Any]]:
    is_json = "json" in response.headers.get("content-type", "")
    if not (is_json or response.content.startswith((b"[", b"{"))):
        return []
    try:
        body = from_json(response.content)
    except ValueError:
        return []
    items = body[:_MAX_ITEMS] if isinstance(body, list) else [body]
    return [item for item in items if isinstance(item, dict)]


def _message(items: list[Mapping[str, Any]]) -> str:
    texts = (str(item.get("message") or item.get("error_description") or "") for item in items)
    return truncate(" ".join(filter(None, map(str.strip, texts))))


def _default_message(response: Response) -> str:
    status = response.status_code
    if "text/plain" in response.headers.get("content-type", "") and response.content:
        text = response.content[: _MAX_PLAIN_TEXT * 4].decode("utf-8", "replace")
        return f"Salesforce answered {status}: {text[:_MAX_PLAIN_TEXT].strip()}"
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    status_line = f"{status} {phrase}".rstrip()
    if is_page(response):
        return f"A page was answered in place of data ({status_line})."
    return f"Salesforce answered {status_line}."


def _retry_after(response: Response) -> float | None:
    """Read `Retry-After`: seconds, or a date, as gateways send it; at most a day."""
    text = response.headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        until = _seconds_until(text)
        if until is None:
            return None
        seconds = until
    return min(max(0.0, seconds), _MAX_WAIT) if isfinite(seconds) else None


def _seconds_until(text: str) -> float | None:
    if not text:
        return None
    from datetime import UTC, datetime  # for the errors of gateways alone
    from email.utils import parsedate_to_datetime

    try:
        return (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # no date, or one without an offset
        return None


def _record_ids(value: Any) -> Iterator[str]:
    """Find the ids of records at any depth."""
    match value:
        case {"record": {"Id": str(record_id)}}:
            yield record_id
        case dict():
            for part in value.values():
                yield from _record_ids(part)
        case list():
            for part in value:
                yield from _record_ids(part)


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    distinct = dict.fromkeys(truncate(name, 255) for name in islice(names, _MAX_NAMES))
    return tuple(distinct)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
