"""One connection of the sync transport: requests written to a socket, responses parsed from it."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from math import inf
from time import monotonic

from salesforce_connector.http.http1 import (
    END_OF_CHUNKS,
    ResponseParser,
    input_check,
    write_chunk,
    write_head,
)
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.wire_request import CHUNK, WRITE_TIMEOUT, WireRequest
from salesforce_connector.http.wire_response import WireResponse


class SocketConnection:
    """One open socket.

    Attributes:
        idle_since: When it was returned to the pool, by the monotonic clock.
        reusable: Whether it may carry another request.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.idle_since = 0.0
        self.reusable = False
        self._socket = sock
        self._has_input = input_check(sock)

    def close(self) -> None:
        self._socket.close()

    def is_open(self) -> bool:
        """Return whether another request can be sent over an idle connection."""
        return not self._has_input()

    def exchange(self, request: WireRequest, *, stream: bool) -> WireResponse:
        """Send a request, and read the response to it."""
        self.reusable = False
        end = None if request.deadline is None else monotonic() + request.deadline
        with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered already
            self._write(request, end)
        parser = ResponseParser(request, stream=stream)
        head_end = inf if request.read_timeout is None else monotonic() + request.read_timeout
        while not parser.ready:
            # The time limit is for the whole head, and then for each piece of the body.
            if parser.framing and monotonic() >= head_end:
                raise NoResponse("ReadTimeout")
            parser.feed(self._receive(request.read_timeout, end))
        response, left = parser.response()
        if left:
            response.stream = _Chunks(self, parser, request.read_timeout)
        else:
            self.reusable = parser.reusable
        return response

    def receive_pieces(self, parser: ResponseParser, timeout: float | None) -> list[bytes]:
        """Wait for more of a body, and return the pieces that have been received."""
        if not parser.pieces and not parser.complete:
            parser.feed(self._receive(timeout, None))
        self.reusable = parser.reusable
        return parser.take_pieces()

    def _write(self, request: WireRequest, end: float | None) -> None:
        self._socket.settimeout(WRITE_TIMEOUT)
        content = request.content
        if content is None:
            self._socket.sendall(write_head(request))
        elif isinstance(content, bytes):
            self._socket.sendall(write_head(request) + content[:CHUNK])
            if len(content) > CHUNK:
                self._write_rest(memoryview(content), end)
        else:
            self._socket.sendall(write_head(request))
            for chunk in content:
                if chunk:
                    self._socket.sendall(write_chunk(chunk))
            self._socket.sendall(END_OF_CHUNKS)

    def _write_rest(self, content: memoryview, end: float | None) -> None:
        for start in range(CHUNK, len(content), CHUNK):
            left = WRITE_TIMEOUT if end is None else end - monotonic()
            if left <= 0:
                raise NoResponse("DeadlineExceeded")
            self._socket.settimeout(min(left, WRITE_TIMEOUT))
            try:
                self._socket.sendall(content[start : start + CHUNK])
            except TimeoutError:
                code = "DeadlineExceeded" if left < WRITE_TIMEOUT else "WriteTimeout"
                raise NoResponse(code) from None

    def _receive(self, timeout: float | None, end: float | None) -> bytes:
        if end is None:
            self._socket.settimeout(timeout)
            return self._socket.recv(CHUNK)
        left = end - monotonic()
        if left <= 0:
            raise NoResponse("DeadlineExceeded")
        if timeout is not None and timeout <= left:
            self._socket.settimeout(timeout)
            return self._socket.recv(CHUNK)
        self._socket.settimeout(left)
        try:
            return self._socket.recv(CHUNK)
        except TimeoutError:
            raise NoResponse("DeadlineExceeded") from None


class _Chunks:
    """Reads a body from a connection until its end."""

    def __init__(
        self, connection: SocketConnection, parser: ResponseParser, timeout: float | None
    ) -> None:
        self._connection = connection
        self._parser = parser
        self._timeout = timeout

    def __iter__(self) -> Iterator[bytes]:
        parser = self._parser
        while parser.pieces or not parser.complete:
            # Empty where only framing was received: the rate of the transfer is measured by it too.
            yield from self._connection.receive_pieces(parser, self._timeout) or (b"",)

    def close(self) -> None:
        """Leave the rest unread."""
