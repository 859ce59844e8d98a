"""Reads what Salesforce, or something before it, says in an answer that is a refusal.

Bodies come as a list of items, as one item, as text, as HTML, and not at all; nothing in them is
taken for granted. What a refusal means to the caller is decided in `errors`.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import httpx
from pydantic_core import from_json

_SHOWN: Final = 200  # characters of a text that is not JSON


@dataclass(frozen=True, slots=True)
class Said:
    """What was said.

    Attributes:
        code: Salesforce's, of the first item; empty when there is none.
        message: Of all items; never empty.
        fields: API names of the fields to blame, each once.
        matches: Ids of the records that a duplicate rule found.
        retry_after: Seconds to wait, None when that was not said.
    """

    code: str
    message: str
    fields: tuple[str, ...]
    matches: tuple[str, ...]
    retry_after: float | None


def read(response: httpx.Response) -> Said:
    """Read an answer whose body has come."""
    items = _items(response)
    first = items[0] if items else {}
    named = (name for item in items for name in _list(item.get("fields")) if isinstance(name, str))
    # The key was misspelt for years and still is in some versions.
    duplicates = first.get("duplicateResult") or first.get("duplicateResut")
    return Said(
        code=str(first.get("errorCode") or first.get("error") or ""),
        message=_message(response, items),
        fields=tuple(dict.fromkeys(named)),
        matches=tuple(dict.fromkeys(_ids(duplicates))),
        retry_after=_retry_after(response),
    )


def is_of_apex(response: httpx.Response) -> bool:
    """Whether Apex of the org's own may have written an answer, after Salesforce took the token."""
    try:
        path = response.request.url.path
    except RuntimeError:  # it came by no request
        return False
    return "/services/apexrest/" in f"{path}/"


def _items(response: httpx.Response) -> list[dict[str, Any]]:
    if "json" not in response.headers.get("content-type", ""):
        return []
    try:
        body = from_json(response.content)
    except ValueError:
        return []
    return [item for item in (body if isinstance(body, list) else [body]) if isinstance(item, dict)]


def _message(response: httpx.Response, items: list[dict[str, Any]]) -> str:
    said = (str(item.get("message") or item.get("error_description") or "") for item in items)
    if text := " ".join(filter(None, map(str.strip, said))):
        return text
    if response.status_code == 300:
        return "Several records have this external id."
    if "text/plain" in response.headers.get("content-type", "") and response.content:
        return f"Salesforce answered {response.status_code}: {response.text[:_SHOWN].strip()}"
    return f"Salesforce answered {response.status_code} {response.reason_phrase}".rstrip() + "."


def _retry_after(response: httpx.Response) -> float | None:
    """Read `Retry-After` in seconds; its other form, a date, is not one that Salesforce sends."""
    try:
        seconds = float(response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, seconds) if isfinite(seconds) else None


def _ids(found: Any) -> Iterator[str]:
    """Find the ids of records, however deep they lie."""
    match found:
        case {"record": {"Id": str(record_id)}}:
            yield record_id
        case dict():
            for part in found.values():
                yield from _ids(part)
        case list():
            for part in found:
                yield from _ids(part)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
