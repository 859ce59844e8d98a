"""A connection that an app can cut, for faults: uvicorn's own HTTP/1.1 with one extension more.

https://asgi.readthedocs.io/en/latest/extensions.html
"""

from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from salesforce_emulator.app.fault_middleware import CUT


class AbortableProtocol(H11Protocol):
    """Tells the app how to cut the connection that a request came over."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        inner = cast(ASGIApp, self.app)  # uvicorn types each kind of scope

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[CUT] = self.transport.abort
            await inner(scope, receive, send)

        self.app = app
