"""One connection of the async transport: a protocol of the event loop that parses responses.

A task that has sent a request is woken once, when the whole response has come.

https://docs.python.org/3/library/asyncio-protocol.html
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from math import inf
from time import monotonic
from typing import Final, cast

from salesforce_connector.http.http1 import (
    END_OF_CHUNKS,
    ResponseParser,
    input_check,
    write_chunk,
    write_head,
)
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.transfer_rate import TransferRate
from salesforce_connector.http.wire_request import CHUNK, WRITE_TIMEOUT, BodySource, WireRequest
from salesforce_connector.http.wire_response import WireResponse

_MAX_UNREAD: Final = 2**18  # bytes of a body that are received ahead of a slow reader


class AsyncConnection(asyncio.Protocol):
    """One open connection; belongs to one event loop.

    Attributes:
        transport: Of the loop, to write to; replaced once TLS has begun inside a tunnel.
        idle_since: When it was returned to the pool, by the monotonic clock.
        reusable: Whether it may carry another request.
        closed: Whether the loop has closed it.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, release: Callable[["AsyncConnection"], object]
    ) -> None:
        """Make one for the loop to connect; `release` is called once a streamed body is closed."""
        self.idle_since = 0.0
        self.reusable = self.closed = False
        self._loop = loop
        self._release = release
        self._parser: ResponseParser | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._error: NoResponse | None = None
        self._may_write = True
        self._unread = 0
        self._pause = self._end = inf
        self._progress = 0.0

    def close(self) -> None:
        """Close it at once; a request that is under way on it ends with an error."""
        self._fail(NoResponse("ReadError"))

    def is_open(self) -> bool:
        """Return whether another request can be sent over an idle connection."""
        return not (self.closed or self._has_input())

    async def exchange(self, request: WireRequest, *, stream: bool) -> WireResponse:
        """Send a request, and read the response to it."""
        self.reusable = False
        parser = self._parser = ResponseParser(request, stream=stream)
        self._end = inf if request.deadline is None else monotonic() + request.deadline
        written = True
        if request.content is None:
            self.transport.write(write_head(request))
        elif isinstance(request.content, bytes) and len(request.content) <= CHUNK:
            self.transport.write(write_head(request) + request.content)
        else:
            written = await self._write(request, request.content, parser)
        self._pause = inf if request.read_timeout is None else request.read_timeout
        while not parser.ready:
            await self._wait()
        response, left = parser.response()
        if left:
            self._end = inf
            response.async_stream = _Stream(self, parser, request.lowest_rate)
        else:
            self.reusable = written and parser.reusable
            self._parser = None
        return response

    async def receive_pieces(self, parser: ResponseParser) -> list[bytes]:
        """Wait for more of a body, and return the pieces that have been received."""
        if self._unread > _MAX_UNREAD:
            self.transport.resume_reading()
        self._unread = 0
        if not parser.pieces and not parser.complete:
            await self._wait()
        self.reusable = parser.reusable
        return parser.take_pieces()

    def release(self) -> None:
        """Return it to the pool, once as much of a body was read as is needed."""
        self._parser = None
        self._release(self)

    def end_if_late(self, now: float) -> None:
        """End a request that has waited for too long; `now` is by the monotonic clock."""
        if self._waiter is None:
            return
        if self._end <= now:
            self._fail(NoResponse("DeadlineExceeded"))
        elif self._progress + self._pause <= now:
            self._fail(NoResponse("ReadTimeout"))

    async def _write(
        self, request: WireRequest, content: bytes | BodySource, parser: ResponseParser
    ) -> bool:
        """Write a large body piece by piece, no faster than the connection takes it.

        Returns:
            False when the response was received before all was written.
        """
        self._pause = WRITE_TIMEOUT
        self.transport.write(write_head(request))
        async for piece in _pieces_of(content):
            while not (self._may_write or parser.ready):
                await self._wait()
            if parser.ready:
                return False
            if self._error is not None:
                raise self._error
            self.transport.write(piece)
        return True

    async def _wait(self) -> None:
        """Wait for the next event: data, room to write, the end of the connection."""
        if self._error is not None:
            raise self._error
        self._progress = monotonic()
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
        if self._error is not None:
            raise self._error

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: NoResponse) -> None:
        self._error = error
        self._wake()
        self.transport.abort()

    # Called by the loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._has_input = input_check(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        parser = self._parser
        if parser is None:
            self.transport.abort()  # there is no request that it could answer
            return
        was_ready = parser.ready
        try:
            parser.feed(data)
        except NoResponse as error:
            self._fail(error)
            return
        # The time limit is for the whole head, and then for each piece of the body.
        if not parser.framing or parser.ready is not was_ready:
            self._progress = monotonic()
        if parser.ready:
            if parser.pieces or parser.complete or not was_ready:
                self._wake()
            if not parser.complete:
                self._unread += len(data)
                if self._unread > _MAX_UNREAD:
                    self.transport.pause_reading()

    def eof_received(self) -> None:
        self._finish(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._finish(exc)

    def pause_writing(self) -> None:
        self._may_write = False

    def resume_writing(self) -> None:
        self._may_write = True
        self._wake()

    def _finish(self, exc: Exception | None) -> None:
        """Record the end of the connection, which may be that of a response."""
        parser = self._parser
        if parser is None or parser.complete or self._error is not None:
            return
        if exc is not None:
            self._fail(NoResponse("ReadError", exc))
            return
        try:
            parser.feed(b"")
        except NoResponse as error:
            self._fail(error)
        else:
            self._wake()


class _Stream:
    """The body of a response, piece by piece; see `wire_response.AsyncStream`."""

    def __init__(
        self, connection: AsyncConnection, parser: ResponseParser, lowest_rate: int
    ) -> None:
        self._connection = connection
        self._parser = parser
        self._rate = TransferRate(lowest_rate)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parser = self._parser
        while parser.pieces or not parser.complete:
            for piece in await self._connection.receive_pieces(parser):
                self._rate.count(len(piece))
                yield piece

    async def aclose(self) -> None:
        self._connection.release()


async def _pieces_of(content: bytes | BodySource) -> AsyncIterator[bytes | memoryview]:
    if isinstance(content, bytes):
        view = memoryview(content)
        for start in range(0, len(view), CHUNK):
            yield view[start : start + CHUNK]
        return
    async for chunk in content:
        if chunk:
            yield write_chunk(chunk)
    yield END_OF_CHUNKS
