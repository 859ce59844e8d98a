"""The org in process: an httpx transport, for sync and async clients, without a socket.

    with httpx.Client(transport=OrgTransport(org), base_url=f"https://{org.host}") as client: ...

https://www.python-httpx.org/advanced/transports/
"""

import asyncio
import threading
from collections.abc import AsyncIterator

import httpx

from salesforce_emulator.app.app import create_app
from salesforce_emulator.app.fault_middleware import ConnectionCut
from salesforce_emulator.org.state import Org


class OrgTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests for any host from one org.

    A sync request is answered on a loop in a thread of the transport's own, which begins with the
    first of them and ends with `close`; an async one on the caller's loop. Closing the transport
    does not close the org.
    """

    def __init__(self, org: Org) -> None:
        self._asgi = httpx.ASGITransport(create_app(org))
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a sync client."""
        request.read()
        return asyncio.run_coroutine_threadsafe(self._exchange(request), self._running()).result()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an async client."""
        return await self._exchange(request)

    def close(self) -> None:
        """End the thread; a later request begins another."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def aclose(self) -> None:
        """Close as `close` does."""
        self.close()

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        body = _Body(await request.aread())
        whole = httpx.Request(
            request.method,
            request.url,
            headers=request.headers,
            stream=body,
            extensions=request.extensions,
        )
        try:
            response = await self._asgi.handle_async_request(whole)
        except ConnectionCut as cut:
            raise _reset_error(cut, request) from cut
        data = b"".join([chunk async for chunk in response.aiter_raw()])
        return httpx.Response(response.status_code, headers=response.headers, content=data)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                # A daemon: an unclosed client does not block the program's exit.
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="org-transport", daemon=True
                )
                self._thread.start()
            return self._loop


class _Body(httpx.AsyncByteStream):
    """A body in one piece; no generator, which would want to be closed when an app leaves it."""

    def __init__(self, content: bytes) -> None:
        self._rest: bytes | None = content

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self._rest is None:
            raise StopAsyncIteration
        content, self._rest = self._rest, None
        return content


def _reset_error(cut: ConnectionCut, request: httpx.Request) -> httpx.TransportError:
    """Return the httpx error of a connection that is closed too soon."""
    if cut.begun:
        return httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body", request=request
        )
    return httpx.ReadError("connection reset by peer", request=request)
