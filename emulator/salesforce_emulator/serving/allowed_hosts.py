"""Refuses requests whose Host header names neither this machine nor Salesforce.

A web page can make a name of its own resolve to 127.0.0.1 (DNS rebinding) and then talk to whatever
listens there; its requests carry that name.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_SALESFORCE: Final = ".salesforce.com"  # for clients that take no other names
_PORT: Final = re.compile(r":\d*$", re.ASCII)


class AllowedHosts:
    """Lets requests through that name loopback, a host of Salesforce's, or a configured host."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self._app = app
        self._names = {"localhost", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; 421 to one for another host."""
        if scope["type"] == "http":
            header = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            if not self._allows(_PORT.sub("", header).lower()):
                text = f"The local org does not answer for the host {header!r}: see --allow-host.\n"
                await PlainTextResponse(text, 421)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _allows(self, name: str) -> bool:
        if name in self._names or name.endswith((".localhost", _SALESFORCE)):
            return True
        try:
            return ip_address(name.strip("[]")).is_loopback
        except ValueError:
            return False
