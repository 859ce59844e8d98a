"""A server on loopback that answers every request alike and counts its connections."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

PATIENCE = 10.0  # seconds until a connection that stays open fails the test


class Loopback(ThreadingHTTPServer):
    """Keeps connections alive, as Salesforce does.

    Attributes:
        opened: Connections ever made.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.opened = 0
        self.open = 0
        self.changed = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def count(self, step: int) -> None:
        with self.changed:
            self.open += step
            self.opened += max(0, step)
            self.changed.notify_all()

    def all_closed(self) -> bool:
        """Wait until no connection is open."""
        with self.changed:
            return self.changed.wait_for(lambda: self.open == 0, PATIENCE)


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        cast(Loopback, self.server).count(1)

    def finish(self) -> None:
        super().finish()
        cast(Loopback, self.server).count(-1)

    def do_GET(self) -> None:
        body = b'{"Name": "Acme"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@contextmanager
def serve() -> Generator[Loopback]:
    """Serve until left."""
    with Loopback() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
