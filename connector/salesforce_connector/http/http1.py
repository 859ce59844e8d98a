"""HTTP/1.1 on one connection: the head of a request, and the response to it, parsed by httptools.

What the transports for threads and for event loops share; it opens nothing and waits for nothing.
"""

import functools
import select
import socket
from collections.abc import Callable
from typing import Final

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from salesforce_connector.http.no_response import NoResponse, ResponseTooLarge
from salesforce_connector.http.wire_request import (
    MAX_ERROR_BYTES,
    MAX_RESPONSE_BYTES,
    UnwritableRequest,
    WireRequest,
)
from salesforce_connector.http.wire_response import WireResponse

MAX_HEAD_BYTES: Final = 2**18  # of a response, and of what is no body later; Salesforce sends 2 kB

END_OF_CHUNKS: Final = b"0\r\n\r\n"

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_WITHOUT_RESPONSE_BODY: Final = frozenset({"HEAD", "CONNECT"})
_FRAMED_BY: Final = frozenset({b"content-length", b"transfer-encoding"})


class ResponseParser:
    """One response, as the parser reports it.

    Attributes:
        pieces: Of the body, as received.
        framing: Bytes received since the last piece: the head, extensions, trailers.
        ready: Whether enough was received for `response`.
        complete: Whether all was received.
    """

    def __init__(self, request: WireRequest, *, stream: bool) -> None:
        """Begin.

        Args:
            request: That the response is to.
            stream: Whether the body of a 2xx is left to be read.
        """
        self.pieces: list[bytes] = []
        self.framing = 0
        self.ready = self.complete = False
        self._status = self._size = self._limit = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._headers_complete = False
        self._has_no_body = request.method in _WITHOUT_RESPONSE_BODY
        self._stream = stream
        self._ends_with_connection = self._excess = self._keeps_alive = False
        self._parser = HttpResponseParser(self)

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another request."""
        return (
            self.complete
            and self._keeps_alive
            and not (self._has_no_body or self._ends_with_connection or self._excess)
        )

    def feed(self, data: bytes) -> None:
        """Parse what was received; no data is the end of the connection.

        Raises:
            NoResponse: It is not HTTP, breaks off, or has more around its body than one may have.
        """
        if not data:
            if not self._ends_with_connection:
                raise NoResponse("RemoteProtocolError")
            self.ready = self.complete = True
            return
        before = len(self.pieces)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as exc:
            if not self.complete:
                raise NoResponse("RemoteProtocolError", exc) from exc
            self._excess = True
        if self.complete:
            self.ready = True
            return
        self._size += len(data)
        self.framing += len(data)
        if len(self.pieces) > before:
            self.framing = 0
            if len(self.pieces) > before + 1:  # a list of small pieces takes many times their size
                self.pieces[before:] = [b"".join(self.pieces[before:])]
        if self.framing > MAX_HEAD_BYTES:
            raise NoResponse("RemoteProtocolError")
        if self._headers_complete:
            self.ready = self._stream or self._size > self._limit

    def response(self) -> tuple[WireResponse, bool]:
        """Return the response, and whether its body is left to be read.

        Raises:
            ResponseTooLarge: It is larger than is read into memory.
        """
        response = WireResponse(self._status, self._headers)
        if self._stream:
            return response, True
        if not self.complete and response.is_success:
            raise ResponseTooLarge(self._limit)
        response.content = b"".join(self.pieces)  # beyond the limit, an error is of no use
        return response, False

    def take_pieces(self) -> list[bytes]:
        """Return the pieces of the body that were received since the last time."""
        pieces, self.pieces = self.pieces, []
        return pieces

    def on_message_begin(self) -> None:
        if self.complete:
            self._excess = True

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._headers_complete:
            self._headers.append((name, value))

    def on_body(self, piece: bytes) -> None:
        if not self.complete:
            self.pieces.append(piece)

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if self._headers_complete or status < 200:
            return
        self._status, self._headers_complete = status, True
        # A response on a connection that stays open says where it ends.
        self._ends_with_connection = not (
            self._parser.should_keep_alive()
            or any(name.lower() in _FRAMED_BY for name, _ in self._headers)
        )
        success = status < 300
        self._stream = self._stream and success
        self._limit = MAX_RESPONSE_BYTES if success else MAX_ERROR_BYTES
        self.complete = self._has_no_body

    def on_message_complete(self) -> None:
        if self._headers_complete:
            self.complete, self._ends_with_connection = True, False
            self._keeps_alive = self._parser.should_keep_alive()  # forgotten when this returns
        else:  # an interim response; the real one follows
            self._headers.clear()


def write_head(request: WireRequest) -> bytes:
    """Write the head of a request; keep the result in no variable.

    Raises:
        UnwritableRequest: A line break, a space or another character is not allowed there.
    """
    target, content = request.target, request.content
    lines = [f"{request.method} {target} HTTP/1.1", f"Host: {request.origin.netloc}"]
    lines += [f"{name}: {value}" for name, value in request.all_headers().items()]
    if isinstance(content, bytes):
        lines.append(f"Content-Length: {len(content)}")
    elif content is not None:
        lines.append("Transfer-Encoding: chunked")
    elif request.method in _WITH_BODY:
        lines.append("Content-Length: 0")
    breaks, head = len(lines) + 1, "\r\n".join((*lines, "", ""))
    one_request = " " not in target and head.count("\r") == breaks == head.count("\n")
    if not (one_request and head.isascii()):
        del lines, head  # the token is in them
        raise UnwritableRequest
    return head.encode("ascii")


def write_chunk(chunk: bytes) -> bytes:
    """Write one chunk of a body whose length is not known."""
    return b"%x\r\n%b\r\n" % (len(chunk), chunk)


def input_check(sock: socket.socket) -> Callable[[], object]:
    """Give a function whose result is true when something has come: data, or the connection's end.

    On an idle connection nothing comes that is the response to a request.
    """
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return functools.partial(poll.poll, 0)
    return lambda: select.select([sock], [], [], 0)[0]
