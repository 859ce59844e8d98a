"""A server of sockets that answers connection after connection by a script, and requests to it."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from pydantic import SecretStr

from salesforce_connector.http.wire_request import BodySource, WireRequest

PATIENCE = 10.0  # seconds for a test's other side
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Turn = Callable[[socket.socket], object]


class Server:
    """One that lets each connection be served by the next turn of its script.

    Attributes:
        heads: What came before the empty line of each request.
        bodies: What came behind it, as far as its length said.
    """

    def __init__(self, *turns: Turn) -> None:
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self._turns = turns
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(PATIENCE)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        for turn in self._turns:
            try:
                there, _ = self._listening.accept()
            except OSError:
                return
            there.settimeout(PATIENCE)
            with closing(there), suppress(OSError):  # a client may hang up
                turn(there)

    def read(self, there: socket.socket) -> None:
        """Read one request."""
        came = b""
        while b"\r\n\r\n" not in came:
            came += _receive(there)
        head, _, body = came.partition(b"\r\n\r\n")
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
                body += _receive(there)
        while len(body) < length:
            body += _receive(there)
        self.heads.append(head.decode())
        self.bodies.append(body)

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # who still waits for a connection goes home
        self._thread.join(PATIENCE)
        self._listening.close()


def _receive(there: socket.socket) -> bytes:
    came = there.recv(65536)
    if not came:
        raise ConnectionResetError
    return came


@contextmanager
def saying(*answers: bytes) -> Iterator[Server]:
    """A server that reads a request on each connection, says one thing, and hangs up."""

    def turn(message: bytes) -> Turn:
        def serve(there: socket.socket) -> None:
            server.read(there)
            there.sendall(message)

        return serve

    server = Server(*map(turn, answers))
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
