"""A server of files over https on loopback, that looks like one with a public address.

`socket.getaddrinfo` and `socket.create_connection` are led astray for its name alone: everything
else of a copy, TLS included, is as it is in a host.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from salesforce_connector.files.urls import FILES_FROM
from salesforce_connector.http.transport import tls_context
from salesforce_emulator.serving.certificates import write_certificates

HOST = "files.salesforce.com"  # a name that the test certificate is good for
PUBLIC = "8.8.8.8"

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class FileServer:
    """What it has, and what was asked of it.

    Attributes:
        answers: Path and query -> status, headers and body; 404 for what is not there.
        requests: Path, query and headers of each request.
        addresses: What the name is looked up as; what is connected to is always this server.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=lambda: [PUBLIC])
    connected: list[tuple[str, int]] = field(default_factory=list)

    def add(self, target: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Add a file; gives its URL."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[target] = (status, {"Content-Length": str(len(body)), **extra}, body)
        return f"https://{HOST}{target}"


@contextmanager
def serve_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[FileServer]:
    """Serve, with the host's setting that allows the server."""
    files, certificates = FileServer(), write_certificates(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(files))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.chain, certificates.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    look_up, connect = socket.getaddrinfo, socket.create_connection

    def getaddrinfo(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        if host != HOST:
            return look_up(host, port, *rest, **options)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in files.addresses
        ]

    def create_connection(address: tuple[str, int], *rest: Any, **options: Any) -> Any:
        if address[0] not in files.addresses:
            return connect(address, *rest, **options)
        files.connected.append(address)
        return connect(("127.0.0.1", server.server_port), *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    monkeypatch.setenv(FILES_FROM, HOST)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    tls_context.cache_clear()
    try:
        yield files
    finally:
        tls_context.cache_clear()
        server.shutdown()
        server.server_close()


def _handler(files: FileServer) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files.requests.append((self.path, dict(self.headers)))
            status, headers, body = files.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    return Handler
