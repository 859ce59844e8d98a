"""The last requests that an org answered, for people to look at: tokens and secrets masked."""

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_REQUESTS: Final = 500
MAX_BODY: Final = 4_096  # bytes of a body that are shown

_MASK: Final = "•••"
# Credentials of apps and sessions in forms, queries, JSON and XML.
_SECRETS: Final = (
    "access_token|refresh_token|client_secret|code|code_verifier|assertion|client_assertion|"
    "password|pw|token|sid|id_token|consumer_secret|sessionId"
)
_IN_FORMS: Final = re.compile(rf"(?<![\w-])({_SECRETS})=[^&\s\"]*", re.IGNORECASE)
_IN_JSON: Final = re.compile(rf'"({_SECRETS})"(\s*:\s*)"[^"]*("|$)', re.IGNORECASE)
_IN_XML: Final = re.compile(rf"<((?:\w+:)?(?:{_SECRETS}))>[^<]*", re.IGNORECASE)
_TOKENS: Final = re.compile(r"\b(00D\w{12,15})!\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]+")
_TEXT: Final = ("json", "text", "xml", "urlencoded", "csv")


@dataclass(frozen=True)
class LoggedRequest:
    """One request and its answer, as a person may see them.

    Attributes:
        number: Counts up from 1.
        fault: Kind of the fault that happened to it; empty for none.
    """

    number: int
    at: str
    method: str
    path: str
    status: int
    milliseconds: int
    request: str
    response: str
    fault: str


def mask(text: str) -> str:
    """Hide tokens, codes, passwords and secrets in a text."""
    text = _IN_FORMS.sub(rf"\1={_MASK}", text)
    text = _IN_JSON.sub(rf'"\1"\2"{_MASK}"', text)
    text = _IN_XML.sub(rf"<\1>{_MASK}", text)
    return _TOKENS.sub(lambda match: f"{match[1]}!{_MASK}" if match[1] else _MASK, text)


class RequestLog:
    """Keeps the last requests that pass through `wrap`."""

    def __init__(self) -> None:
        self._requests: deque[LoggedRequest] = deque(maxlen=MAX_REQUESTS)
        self._lock = threading.Lock()
        self._count = 0

    def after(self, number: int) -> list[dict[str, Any]]:
        """Return the requests after `number`, oldest first."""
        with self._lock:
            return [asdict(request) for request in self._requests if request.number > number]

    def wrap(self, app: ASGIApp, fault_of: Callable[[Scope], str] | None = None) -> ASGIApp:
        """Wrap an app; `fault_of` returns the fault of a request."""

        async def logged(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            requested, response_body = bytearray(), bytearray()
            status, content_type = 0, ""
            began = time.perf_counter()

            async def receive_and_keep() -> Message:
                message = await receive()
                if message["type"] == "http.request" and len(requested) < MAX_BODY:
                    requested.extend(message.get("body", b""))
                return message

            async def send_and_keep(message: Message) -> None:
                nonlocal status, content_type
                if message["type"] == "http.response.start":
                    status = message["status"]
                    headers = Headers(raw=message["headers"])
                    encoded = "content-encoding" in headers
                    content_type = "" if encoded else headers.get("content-type", "")
                elif message["type"] == "http.response.body" and len(response_body) < MAX_BODY:
                    response_body.extend(message.get("body", b""))
                await send(message)

            try:
                await app(scope, receive_and_keep, send_and_keep)
            finally:
                query = scope["query_string"].decode("latin-1")
                path = scope["path"] + (f"?{query}" if query else "")
                kind = Headers(scope=scope).get("content-type", "json")
                self._add(
                    method=scope["method"],
                    path=mask(path),
                    status=status,
                    milliseconds=round((time.perf_counter() - began) * 1000),
                    request=_render(requested, kind),
                    response=_render(response_body, content_type),
                    fault=fault_of(scope) if fault_of else "",
                )

        return logged

    def _add(self, **values: Any) -> None:
        with self._lock:
            self._count += 1
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            self._requests.append(LoggedRequest(number=self._count, at=at, **values))


def _render(body: bytearray, content_type: str) -> str:
    """Return a body as text, shortened; of binary content the size."""
    if not body:
        return ""
    if not any(kind in content_type for kind in _TEXT):
        return f"({len(body):,} bytes or more)"
    text = mask(bytes(body[:MAX_BODY]).decode("utf-8", "replace"))
    return f"{text} ..." if len(body) > MAX_BODY else text
