"""Sessions of the studio: whoever has the token in its URL may use it.

The first request exchanges the token for a cookie, so that it does not stay in the URL. The name of
the cookie contains the port, because browsers share cookies between the ports of a host.
"""

import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from connector_host.access import Principal
from connector_host.web import NotSignedIn
from connector_host.web.problems import refuse

MAX_SESSIONS: Final = 100  # the oldest is dropped; a person opens a few
OPEN_PATHS: Final = ("/assets/", "/icon.svg", "/callback.js", "/webhooks/")
"""Paths without a session: files of the wheel, and webhooks."""


class RateLimit:
    """Limits the number of events in a period."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._events: deque[float] = deque()

    def is_exceeded(self) -> bool:
        """Return whether the limit is reached."""
        now = self._clock()
        while self._events and self._events[0] <= now - self._seconds:
            self._events.popleft()
        return len(self._events) >= self._most

    def count(self) -> None:
        """Count an event."""
        self._events.append(self._clock())


class StudioSession:
    """The sessions of one studio, and the middleware that requires one.

    Attributes:
        token: The token that the URL must contain.
    """

    def __init__(
        self,
        *,
        port: int,
        principal: Principal | None = None,
        token: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token or secrets.token_urlsafe(24)
        self.principal = principal
        self._cookie = f"studio-{port}"
        self._sessions: deque[str] = deque(maxlen=MAX_SESSIONS)
        self._wrong_tokens = RateLimit(10, 60.0, clock)
        self._sign_ins = RateLimit(30, 60.0, clock)

    def authenticate(self, request: Request) -> Principal | None:
        """Return the user of a request; the middleware has checked its session.

        Raises:
            NotSignedIn: The request has no session.
        """
        if not self._is_known(request):
            raise NotSignedIn("Open the URL that the studio printed when it started.")
        return self.principal

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Pass requests with a session or the token on, and reject all others."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"].startswith(OPEN_PATHS):
                await app(scope, receive, send)
                return
            answer = self._answer(Request(scope))
            if answer is None:
                await app(scope, receive, send)
            else:
                await answer(scope, receive, send)

        return guarded

    def _answer(self, request: Request) -> Response | None:
        """Return the response for a rejected request; None for one to pass on."""
        if token := request.query_params.get("token"):
            return self._admit(request, token)
        if not self._is_known(request):
            if request.url.path.startswith("/api/"):
                return _no_session()
            return Response(_NO_SESSION_PAGE, 401, media_type="text/html; charset=utf-8")
        if request.method == "POST" and request.url.path == "/api/sign-ins":
            if self._sign_ins.is_exceeded():
                return refuse(
                    429, "TOO_MANY_SIGN_INS", "Too many sign-ins were started.", "Wait a minute."
                )
            self._sign_ins.count()
        return None

    def _admit(self, request: Request, token: str) -> Response:
        if self._wrong_tokens.is_exceeded():
            return refuse(429, "TOO_MANY_TOKENS", "Too many wrong tokens.", "Wait a minute.")
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            self._wrong_tokens.count()
            return _no_session()
        session = secrets.token_urlsafe(24)
        self._sessions.append(session)
        rest = QueryParams([p for p in request.query_params.multi_items() if p[0] != "token"])
        target = request.url.path + (f"?{urlencode(rest.multi_items())}" if rest else "")
        response = RedirectResponse(target, 303)
        # Lax: after a sign-in, the browser returns from another site.
        response.set_cookie(self._cookie, session, httponly=True, samesite="lax", path="/")
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _is_known(self, request: Request) -> bool:
        cookie = request.cookies.get(self._cookie, "")
        return any(
            hmac.compare_digest(cookie.encode(), session.encode()) for session in self._sessions
        )


def _no_session() -> Response:
    return refuse(
        401,
        "NO_SESSION",
        "The studio does not know this browser.",
        "Open the URL that the studio printed when it started.",
    )


_NO_SESSION_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Studio</title>'
    "<main><h1>Open the studio's own URL</h1><p>The studio does not know this browser. Open the "
    "URL, with its token, that the studio printed when it started.</p></main></html>"
)
