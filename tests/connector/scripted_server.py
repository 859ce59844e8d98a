"""A server of sockets that answers connection after connection by a script, and requests to it."""

import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from pydantic import SecretStr

from salesforce_connector.http.wire_request import BodySource, WireRequest

PATIENCE = 10.0  # seconds for a test's other side
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Handler = Callable[[socket.socket], object]


class Server:
    """A server whose connections are each served by the next handler.

    Attributes:
        heads: Of the requests, up to the empty line.
        bodies: Of the requests, by their length.
    """

    def __init__(self, *handlers: Handler) -> None:
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self._handlers = handlers
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(PATIENCE)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        for handler in self._handlers:
            try:
                peer, _ = self._listening.accept()
            except OSError:
                return
            peer.settimeout(PATIENCE)
            with closing(peer), suppress(OSError):  # a client may hang up
                handler(peer)

    def read(self, peer: socket.socket) -> None:
        """Read one request."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += _receive(peer)
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(
            (
                int(line[15:])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-l")
            ),
            0,
        )
        if b"chunked" in head.lower():
            while not body.endswith(b"0\r\n\r\n"):
                body += _receive(peer)
        while len(body) < length:
            body += _receive(peer)
        self.heads.append(head.decode())
        self.bodies.append(body)

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # ends a wait for another connection
        self._thread.join(PATIENCE)
        self._listening.close()


def _receive(peer: socket.socket) -> bytes:
    received = peer.recv(65536)
    if not received:
        raise ConnectionResetError
    return received


@contextmanager
def saying(*answers: bytes) -> Generator[Server]:
    """A server that reads a request on each connection, sends one message, and hangs up."""

    def handler(message: bytes) -> Handler:
        def serve(peer: socket.socket) -> None:
            server.read(peer)
            peer.sendall(message)

        return serve

    server = Server(*map(handler, answers))
    with server:
        yield server


def request(
    url: str,
    method: str = "GET",
    content: bytes | Iterator[bytes] | None = None,
    **fields: Any,
) -> WireRequest:
    base, _, target = url.removeprefix("http://").removeprefix("https://").partition("/")
    fields.setdefault("read_timeout", PATIENCE)
    return WireRequest(
        method,
        url.partition("//")[0] + "//" + base,
        "/" + target,
        {"Accept": "application/json"},
        SecretStr("SECRET-TOKEN"),
        content if content is None or isinstance(content, bytes) else BodySource(content),
        **fields,
    )
