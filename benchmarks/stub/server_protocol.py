"""HTTP/1.1 as far as clients of Salesforce use it, on one connection."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)")
_MAX_STORED: Final = 4_000_000  # bytes stored of a body; the rest is counted only


@dataclass(slots=True)
class Request:
    """One request.

    Attributes:
        head: All header lines, in lower letters.
        body: Its first bytes; all of it unless it is an upload.
        size: Bytes of the whole body.
        lines: Line ends in the whole body.
    """

    method: str
    path: str
    query: str
    head: bytes
    body: bytearray = field(default_factory=bytearray)
    size: int = 0
    lines: int = 0

    def take(self, piece: bytes) -> None:
        """Take the next piece of the body."""
        self.size += len(piece)
        self.lines += piece.count(b"\n")
        if len(self.body) < _MAX_STORED:
            self.body += piece


Reply = Callable[[Request, bool], tuple[bytes, float]]
"""Returns the response to a request, on a new connection or not, and the seconds to delay it."""

_TICK: Final = 0.01  # seconds between the slices of a response that is sent at a rate


class ServerProtocol(asyncio.Protocol):
    """One connection."""

    def __init__(self, reply: Reply, rate: Callable[[], float] = lambda: 0.0) -> None:
        """Args:
        reply: Makes responses.
        rate: Returns the bytes per second of a connection; 0 for no limit.
        """
        self._reply = reply
        self._rate = rate
        self._buffer = b""
        self._request: Request | None = None
        self._left: int | None = 0  # bytes of the body still to come; None: it comes in chunks
        self._is_new = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while self._request is not None or b"\r\n\r\n" in self._buffer:
            if self._request is None:
                self._begin()
            assert self._request is not None
            if not (self._take_chunks() if self._left is None else self._take_body(self._left)):
                return
            request, self._request = self._request, None
            response, delay = self._reply(request, self._is_new)
            self._is_new = self._is_new and request.path.startswith("/stub/")
            if delay:
                asyncio.get_running_loop().call_later(delay, self._send, response)
            else:
                self._send(response)

    def _send(self, response: bytes) -> None:
        rate = self._rate()
        if rate:
            self._send_slowly(response, max(1, int(rate * _TICK)))
        elif not self._transport.is_closing():
            self._transport.write(response)

    def _send_slowly(self, response: bytes, size: int) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(response[:size])
        if rest := response[size:]:
            asyncio.get_running_loop().call_later(_TICK, self._send_slowly, rest, size)

    def _begin(self) -> None:
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        line, _, rest = head.partition(b"\r\n")
        method, target, _ = line.decode("ascii").split(" ")
        path, _, query = target.partition("?")
        lower = b"\r\n" + rest.lower()
        self._request = Request(method, path, query, lower)
        length = _LENGTH.search(lower)
        chunked = b"\r\ntransfer-encoding: chunked" in lower
        self._left = None if chunked else int(length[1]) if length else 0
        if b"\r\nexpect: 100-continue" in lower:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _take_body(self, left: int) -> bool:
        """Store a part of a body whose length is known; return whether it is complete."""
        assert self._request is not None
        piece, self._buffer = self._buffer[:left], self._buffer[left:]
        if piece:
            self._request.take(piece)
        self._left = left - len(piece)
        return self._left == 0

    def _take_chunks(self) -> bool:
        """Take all whole chunks that have come; whether the last was among them."""
        assert self._request is not None
        at = 0
        while (end := self._buffer.find(b"\r\n", at)) >= 0:
            size = int(self._buffer[at:end], 16)
            after = end + 2 + size + 2
            if len(self._buffer) < after:
                break
            self._request.take(self._buffer[end + 2 : after - 2])
            at = after
            if size == 0:
                self._buffer = self._buffer[at:]
                return True
        self._buffer = self._buffer[at:]
        return False
