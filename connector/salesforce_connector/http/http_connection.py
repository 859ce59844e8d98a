"""One connection of the sync transport: requests written to a socket, responses parsed from it."""

import select
import socket
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Final

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from salesforce_connector.http.no_response import NoResponse, ResponseTooLarge
from salesforce_connector.http.wire_request import (
    CHUNK,
    MAX_ERROR_BYTES,
    MAX_RESPONSE_BYTES,
    WRITE_TIMEOUT,
    WireRequest,
)
from salesforce_connector.http.wire_response import WireResponse

MAX_HEAD_BYTES: Final = 2**18  # of a response; Salesforce sends 2 kB

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class Connection:
    """One open socket.

    Attributes:
        idle_since: When it was given back.
        reusable: Whether it may carry another request.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.idle_since = 0.0
        self.reusable = False
        self._socket = sock
        self._poll = select.poll() if hasattr(select, "poll") else None
        if self._poll is not None:
            self._poll.register(sock, select.POLLIN)

    def close(self) -> None:
        self._socket.close()

    def is_open(self) -> bool:
        """Whether an idle connection is still good: nothing comes on one but its end."""
        if self._poll is not None:
            return not self._poll.poll(0)
        return not select.select([self._socket], [], [], 0)[0]

    def exchange(self, request: WireRequest, *, stream: bool) -> WireResponse:
        """Send a request, and read the response to it."""
        self.reusable = False
        end = None if request.deadline is None else monotonic() + request.deadline
        with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered already
            self._write(request)
        message = _Message(is_head=request.method == "HEAD")
        while not message.headers_complete:
            message.feed(self._receive(request.read_timeout, end))
            if message.size > MAX_HEAD_BYTES and not message.headers_complete:
                raise NoResponse("RemoteProtocolError")
        response = WireResponse(message.status, message.headers)
        success = 200 <= message.status < 300
        if stream and success:
            response.stream = _Chunks(self, message, request.read_timeout)
            return response
        limit = MAX_RESPONSE_BYTES if success else MAX_ERROR_BYTES
        while not message.complete:
            if message.size > limit:
                if success:
                    raise ResponseTooLarge(limit)
                break  # what is beyond is of no use to anybody
            message.feed(self._receive(request.read_timeout, end))
        response.content = b"".join(message.pieces)
        self.reusable = message.reusable
        return response

    def receive_chunk(self, message: "_Message", timeout: float | None) -> list[bytes]:
        """Read on; give the pieces of the body that have come."""
        if not message.pieces and not message.complete:
            message.feed(self._receive(timeout, None))
        pieces = message.pieces[:]
        message.pieces.clear()
        if message.complete:
            self.reusable = message.reusable
        return pieces

    def _write(self, request: WireRequest) -> None:
        self._socket.settimeout(WRITE_TIMEOUT)
        content = request.content
        if content is None:
            self._socket.sendall(_head(request))
        elif isinstance(content, bytes):
            self._socket.sendall(_head(request) + content[:CHUNK])
            if len(content) > CHUNK:
                view = memoryview(content)
                for start in range(CHUNK, len(view), CHUNK):
                    self._socket.sendall(view[start : start + CHUNK])
        else:
            self._socket.sendall(_head(request))
            for chunk in content:
                if chunk:
                    self._socket.sendall(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            self._socket.sendall(b"0\r\n\r\n")

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

    def __init__(self, connection: Connection, message: "_Message", timeout: float | None) -> None:
        self._connection = connection
        self._message = message
        self._timeout = timeout

    def __iter__(self) -> Iterator[bytes]:
        message = self._message
        while message.pieces or not message.complete:
            yield from self._connection.receive_chunk(message, self._timeout)

    def close(self) -> None:
        """Leave the rest unread."""


class _Message:
    """One response, as the parser tells it.

    Attributes:
        status: Of HTTP; 0 before it came.
        headers: As they came.
        pieces: Of the body, compressed as they came.
        size: Bytes received, head and body.
        headers_complete: Whether the head has come.
        complete: Whether all has come.
    """

    def __init__(self, *, is_head: bool) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.pieces: list[bytes] = []
        self.size = 0
        self.headers_complete = False
        self.complete = False
        self._is_head = is_head
        self._ends_with_connection = False
        self._excess = False
        self._keeps_alive = False
        self._parser = HttpResponseParser(self)

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another request."""
        return (
            self.complete
            and self._keeps_alive
            and not (self._is_head or self._ends_with_connection or self._excess)
        )

    def feed(self, data: bytes) -> None:
        """Parse what came; no data is the end of the connection.

        Raises:
            NoResponse: It is not HTTP, or breaks off.
        """
        if not data:
            if not self._ends_with_connection:
                raise NoResponse("RemoteProtocolError")
            self.complete = True
            return
        self.size += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as exc:
            if not self.complete:
                raise NoResponse("RemoteProtocolError", exc) from exc
            self._excess = True

    def on_message_begin(self) -> None:
        if self.complete:
            self._excess = True

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.headers_complete:
            self.headers.append((name, value))

    def on_body(self, piece: bytes) -> None:
        if not self.complete:
            self.pieces.append(piece)

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if self.headers_complete or status < 200:
            return
        self.status, self.headers_complete = status, True
        names = [name.lower() for name, _ in self.headers]
        framed = b"content-length" in names or b"transfer-encoding" in names
        self._ends_with_connection = not framed
        self.complete = self._is_head

    def on_message_complete(self) -> None:
        if self.headers_complete:
            self.complete, self._ends_with_connection = True, False
            self._keeps_alive = self._parser.should_keep_alive()  # forgotten when this returns
        else:  # an interim response; the real one follows
            self.headers.clear()


def _head(request: WireRequest) -> bytes:
    """Write the head of a request.

    Raises:
        ValueError: A line break or a space would make another request of it.
    """
    target, content = request.target, request.content
    lines = [f"{request.method} {target} HTTP/1.1", f"Host: {request.origin.netloc}"]
    for name, value in request.all_headers().items():
        lines.append(f"{name}: {value}")
    if isinstance(content, bytes):
        lines.append(f"Content-Length: {len(content)}")
    elif content is not None:
        lines.append("Transfer-Encoding: chunked")
    elif request.method in _WITH_BODY:
        lines.append("Content-Length: 0")
    breaks, head = len(lines) + 1, "\r\n".join((*lines, "", ""))
    if " " in target or head.count("\r") != breaks or head.count("\n") != breaks:
        raise ValueError("a header or the address holds a line break or a space")
    return head.encode("latin-1")
