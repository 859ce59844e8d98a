"""Answers a request that is inside another one by the very routes that single requests take.

The inner request is no API call of its own, has the caller of the outer one, and has no envelope:
its error is an answer like any other.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite.htm
"""

import json
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Scope

from salesforce_emulator import errors
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.http.calls import Call, call_of
from salesforce_emulator.http.paths import normalize_segments, override_method
from salesforce_emulator.http.responses import JSON, dumps, routing_error
from salesforce_emulator.http.versions import parse_version

_ROOT: Final = ("", "services", "data")
_INHERITED: Final = (b"accept", b"authorization", b"host", b"user-agent")
_SHOWN: Final = {b"location": "Location", b"etag": "ETag", b"last-modified": "Last-Modified"}
_QUERY: Final = "/:?@!$&'()*+,;=%-._~"  # characters that a query string is sent with as they are


@dataclass(frozen=True, slots=True)
class InnerTarget:
    """What an inner request addresses.

    Attributes:
        version: As in URLs: `v68.0`.
        segments: What comes after the version, each decoded, the fixed ones spelled as routes are.
        query: As it is sent: percent-encoded.
    """

    version: str
    segments: tuple[str, ...]
    query: str

    @property
    def resource(self) -> str:
        """What is requested, in a word: `sobjects`, `query`, `composite/sobjects`."""
        return "/".join(self.segments[: 2 if self.segments[0] == "composite" else 1])


@dataclass(frozen=True, slots=True)
class InnerResponse:
    """The answer to an inner request.

    Attributes:
        headers: Those that are shown: Location, ETag, Last-Modified.
        body: Parsed JSON; None for an empty one.
    """

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True when all that was requested was done, in a collection too."""
        if self.status >= 400:
            return False
        items = self.body if isinstance(self.body, list) else []
        return not any(isinstance(item, dict) and item.get("success") is False for item in items)


def target(url: str) -> InnerTarget:
    """Read the URL of an inner request: `/services/data/v68.0/...`.

    Raises:
        SalesforceError: NOT_FOUND for any other, UNSUPPORTED_API_VERSION for a retired version.
    """
    # JSON may have half of a surrogate pair, and nothing else may.
    path, query = (part.encode(errors="replace").decode() for part in url.partition("?")[::2])
    parts = [unquote(part) for part in path.rstrip("/").split("/")]
    if tuple(part.lower() for part in parts[:3]) != _ROOT or len(parts) < 5:
        raise errors.not_found()
    return InnerTarget(
        parse_version(parts[3]), normalize_segments(parts[4:]), quote(query, safe=_QUERY)
    )


def error_response(error: SalesforceError) -> InnerResponse:
    """Return an error as an answer."""
    return InnerResponse(error.status, error.body())


def dispatch(
    request: Request,
    method: str,
    to: InnerTarget,
    *,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    all_or_none: bool = False,
) -> InnerResponse:
    """Answer an inner request.

    It never waits, so that what holds the org's lock around several of them may go on holding it.

    Args:
        request: The outer one.
        body: To be sent as JSON; None for nothing.
        all_or_none: Overrides the allOrNone of a collection.
    """
    outer = call_of(request)
    response = _Answer()
    sent = b"" if body is None else dumps(body)

    async def receive() -> Message:
        return {"type": "http.request", "body": sent, "more_body": False}

    scope: Scope = {
        **request.scope,
        "method": method,
        "path": "/".join((*_ROOT, to.version, *to.segments)),
        "raw_path": b"",
        "query_string": to.query.encode("ascii"),
        "headers": _headers(request, headers or {}),
        "call": Call(outer.caller, outer.access, to.version, to.segments),
        "all_or_none": all_or_none,
        "path_params": {},
    }
    override_method(scope)
    try:
        _at_once(request.app.router(scope, receive, response.send))
    except SalesforceError as error:
        return error_response(error)
    except HTTPException as exc:
        return error_response(routing_error(method, exc))
    return response.read(f"{method} of a body that is not JSON")


class _Answer:
    """Takes up what a route sends."""

    def __init__(self) -> None:
        self._start: Message = {}
        self._data = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._data += message.get("body", b"")

    def read(self, reference: str) -> InnerResponse:
        headers = dict(self._start["headers"])
        values = {name: headers[key].decode() for key, name in _SHOWN.items() if key in headers}
        if not self._data:
            return InnerResponse(self._start["status"], None, values)
        if headers.get(b"content-type", b"").decode() != JSON:
            return error_response(errors.not_offered(f"{reference} inside another request"))
        return InnerResponse(self._start["status"], json.loads(self._data), values)


def _headers(request: Request, own: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    inherited = [(name, value) for name, value in request.scope["headers"] if name in _INHERITED]
    values = [(name.lower().encode(), value.encode("latin-1")) for name, value in own.items()]
    return [*inherited, (b"content-type", b"application/json"), *values]


def _at_once(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that has nothing to wait for."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("A route waited inside another request, whose transaction is open.")
