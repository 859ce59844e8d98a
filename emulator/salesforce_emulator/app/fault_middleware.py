"""Does to requests the faults that were ordered: a pure ASGI middleware, around all others.

What Salesforce Edge or the network does to a request is done here. What the org itself would answer
is left in the scope as `refusal`, for the envelope to raise once the caller is let in.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from salesforce_emulator import errors
from salesforce_emulator.faults import Fault, faults_of
from salesforce_emulator.http.responses import JSON, dumps
from salesforce_emulator.identity import identity_of
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.records.declared.locks import lock_all_rows
from salesforce_emulator.soql.errors import invalid_locator

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

CUT: Final = "local_org.cut"
"""The ASGI extension by which a server lets an app cut the connection."""

HAPPENED: Final = "local_org.fault"
"""Where a request's scope says which fault happens to it; empty for none."""

_PIECES: Final = 4  # of a slow body
_HTML: Final = "text/html;charset=UTF-8"
_PAGE: Final = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_REFUSALS: Final[Mapping[str, Callable[[], errors.SalesforceError]]] = {
    "unknown_exception": lambda: errors.unexpected("1234567890-12345 (-1234567)"),
    "total_limit": errors.request_limit_exceeded,
    "concurrent_limit": errors.concurrent_limit_exceeded,
    "stale_locator": invalid_locator,
}
_PAGES: Final = {  # kind -> status, title of the page
    "bad_gateway": (502, "502 Bad Gateway"),
    "maintenance": (503, "We are down for maintenance."),
    "no_route": (420, "420 No routing information for this host"),
}
_JSON: Final = {  # kind -> status, error code, message
    "bad_gateway_json": (502, "BAD_GATEWAY", "The server could not be reached"),
    "unavailable": (503, "SERVER_UNAVAILABLE", "Server not available"),
    "too_many_requests": (429, "REQUEST_LIMIT_EXCEEDED", "Too many requests"),
}


class ConnectionCut(Exception):
    """The connection is cut: raised where there is no socket to close.

    Attributes:
        begun: Part of an answer was sent before.
    """

    def __init__(self, *, begun: bool) -> None:
        super().__init__("the connection was cut")
        self.begun = begun


class FaultMiddleware:
    """Surrounds an app with an org's faults."""

    def __init__(self, app: ASGIApp, org: "Org") -> None:
        self._app = app
        self._org = org

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or do not."""
        fault = None
        if scope["type"] == "http":
            fault = faults_of(self._org).take(scope["method"], scope["path"])
            scope[HAPPENED] = fault.kind if fault else ""
        if fault is None:
            await self._app(scope, receive, send)
            return
        instead = _instead(fault)
        if instead is not None:
            await instead(scope, receive, send)
        elif fault.kind == "row_lock":
            with lock_all_rows():
                await self._app(scope, receive, send)
        elif fault.kind == "reset_before":
            await _cut_connection(scope, receive, begun=False)
        elif fault.kind in _ANSWERS:
            await self._changed(fault, scope, receive, send)
        else:
            await self._before(fault, scope)
            await self._app(scope, receive, send)

    async def _before(self, fault: Fault, scope: Scope) -> None:
        if fault.kind == "latency":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "session_expired":
            self._end_session(scope)
        else:
            scope["refusal"] = _REFUSALS[fault.kind]()

    async def _changed(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the app, and change its response."""
        response = _Answer()
        await self._app(scope, receive, response.take)
        await _ANSWERS[fault.kind](fault, response, scope, receive, send)

    def _end_session(self, scope: Scope) -> None:
        authorization = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        identity = identity_of(self._org)
        with self._org.transaction():
            session = identity.sessions.find(authorization.partition(" ")[2].strip())
            if session is not None:
                identity.sessions.end(session.id)


class _Answer:
    """Holds a whole answer back."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.data = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.data += message.get("body", b"")

    def headers(self) -> MutableHeaders:
        return MutableHeaders(scope=self.start)


def _instead(fault: Fault) -> Response | None:
    """Return what Salesforce Edge answers in place of the org."""
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.kind in _PAGES:
        status, title = _PAGES[fault.kind]
        return Response(_PAGE.format(title), status, {**headers, "Content-Type": _HTML})
    if fault.kind in _JSON:
        status, code, message = _JSON[fault.kind]
        body = dumps([{"message": message, "errorCode": code}])
        return Response(body, status, {**headers, "Content-Type": JSON})
    if fault.kind == "token_rotated":
        error = IdentityError(ErrorReason.REFRESH_TOKEN_EXPIRED)
        return Response(dumps(error.body()), error.status, {"Content-Type": JSON})
    return None


async def _cut_connection(scope: Scope, receive: Receive, *, begun: bool) -> None:
    cut = scope.get("extensions", {}).get(CUT)
    if cut is None:
        raise ConnectionCut(begun=begun)
    cut()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _reset_error(_: Fault, __: _Answer, scope: Scope, receive: Receive, ___: Send) -> None:
    await _cut_connection(scope, receive, begun=False)


async def _truncated(_: Fault, answer: _Answer, scope: Scope, receive: Receive, send: Send) -> None:
    answer.headers()["Content-Length"] = str(len(answer.data) + 1)  # one too many for an empty body
    await send(answer.start)
    first_half = answer.data[: len(answer.data) // 2]
    await send({"type": "http.response.body", "body": first_half, "more_body": True})
    await _cut_connection(scope, receive, begun=True)


async def _slow(fault: Fault, answer: _Answer, _: Scope, __: Receive, send: Send) -> None:
    await send(answer.start)
    size = max(1, -(-len(answer.data) // _PIECES))
    for at in range(0, len(answer.data), size):
        await asyncio.sleep(fault.seconds / _PIECES)
        piece = answer.data[at : at + size]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _mislabel(_: Fault, answer: _Answer, __: Scope, ___: Receive, send: Send) -> None:
    answer.headers()["Content-Type"] = _HTML
    await send(answer.start)
    await send({"type": "http.response.body", "body": answer.data})


_ANSWERS: Final = {
    "reset_after": _reset_error,
    "truncated_body": _truncated,
    "slow_body": _slow,
    "wrong_content_type": _mislabel,
}
