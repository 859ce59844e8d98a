"""Sends JSON in chunks, without its length, as real orgs were recorded to: a pure ASGI middleware.

https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Chunked:
    """Leaves the length of JSON out; a server of HTTP/1.1 sends chunks then."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("Content-Type", "").startswith("application/json"):
                    del headers["Content-Length"]
            await send(message)

        await self._app(scope, receive, sent)
