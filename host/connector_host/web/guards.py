"""Checks Host and Origin of every request, and adds security headers to responses.

Host: a page of another site whose name resolves to this machine (DNS rebinding) sends its own host
name. Origin: a page of another site that sends a form or a fetch here sends its own origin.

https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connector_host.web.problems import refuse

SAFE_METHODS: Final = {"GET", "HEAD", "OPTIONS"}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Guards:
    """Rejects requests to unknown hosts and from other origins, and adds headers to responses."""

    def __init__(
        self, app: ASGIApp, *, allowed_hosts: Iterable[str], open_paths: tuple[str, ...] = ()
    ) -> None:
        """Args:
        allowed_hosts: `host` or `host:port` as browsers name them; `*` allows any.
        open_paths: Prefixes of paths that services call, where no origin is checked.
        """
        self._app = app
        self._hosts = frozenset(allowed_hosts)
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_allowed(host):
            answer = refuse(421, "UNKNOWN_HOST", "This host is not served here.")
            await answer(scope, receive, send)
            return
        if self._is_foreign(scope, headers, host):
            answer = refuse(403, "FOREIGN_ORIGIN", "Pages of other sites may not do this.")
            await answer(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(f"{scope.get('root_path', '')}/api"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _is_allowed(self, host: str) -> bool:
        return "*" in self._hosts or host in self._hosts or host.partition(":")[0] in self._hosts

    def _is_foreign(self, scope: Scope, headers: Headers, host: str) -> bool:
        if scope["method"] in SAFE_METHODS:
            return False
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path.startswith(self._open_paths) and self._open_paths:
            return False
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return True
        origin = headers.get("origin")
        return origin is not None and urlsplit(origin).netloc != host
