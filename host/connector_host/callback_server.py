"""Receives the redirect that ends a sign-in, on a loopback port of this machine.

It serves one path and accepts one request: the one with the `state` of the sign-in. Any other
request gets 400 and the sign-in continues, because any web page and any local user can send one.
The connector interprets the URL.

https://www.rfc-editor.org/rfc/rfc8252#section-7.3
https://www.rfc-editor.org/rfc/rfc9700#section-4.7
"""

import errno
import hmac
import os
import queue
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qs, urlsplit, urlunsplit

from connector_host.errors import BadInput, PortBusy, SignInUnfinished

ADDRESSES = ("127.0.0.1", "::1")  # a browser may resolve `localhost` to either
NAMES = {"127.0.0.1", "localhost", "::1"}
REQUEST_TIMEOUT = 5.0  # seconds to send a whole request, or to receive a page
ANSWER_TIMEOUT = 90.0  # seconds that a browser waits while its code is exchanged
MAX_CONNECTIONS = 32  # at a time; a browser opens a few
PORT_ATTEMPTS = 10  # to find a port that is free on both addresses


class CallbackServer:
    """A server for one callback, as a context manager that serves until it is left.

    Attributes:
        redirect_uri: Where the browser returns to; with the port that was chosen for port 0.
    """

    def __init__(self, redirect_uri: str, *, request_timeout: float = REQUEST_TIMEOUT) -> None:
        """Bind the port, on both loopback addresses where the machine has both.

        Args:
            request_timeout: Seconds in which a request must be complete.

        Raises:
            BadInput: The URI does not point at this machine.
            PortBusy: Another program listens on the port.
        """
        parts = urlsplit(redirect_uri)
        if parts.scheme != "http" or parts.hostname not in NAMES:
            raise BadInput(
                f"The browser cannot return to {redirect_uri} by itself.",
                "Use an address like http://localhost:8910/callback.",
            )
        port = 80 if parts.port is None else parts.port
        self._callback = _Callback(parts.path or "/", request_timeout)
        self._servers = _listen(port, self._callback)
        bound_port = self._servers[0].server_port
        name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        address = f"{name}:{bound_port}"
        self.redirect_uri = redirect_uri if port else urlunsplit(parts._replace(netloc=address))
        self._callback.origin = f"http://{parts.netloc if port else address}"
        self._callback.hosts = {
            f"{item}:{bound_port}" for item in ("127.0.0.1", "localhost", "[::1]")
        }
        if bound_port == 80:
            self._callback.hosts |= {"127.0.0.1", "localhost", "[::1]"}
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.05,)) for server in self._servers
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()

    def expect(self, state: str) -> None:
        """Accept the request with this `state`; before this call, none is accepted."""
        self._callback.state = state

    def wait(self, timeout: float) -> str:
        """Wait for the redirect and return its URL.

        Raises:
            SignInUnfinished: The browser did not return within `timeout` seconds.
        """
        try:
            return self._callback.arrived.get(timeout=timeout)
        except queue.Empty:
            raise SignInUnfinished(
                f"The browser did not return within {timeout:g} seconds.",
                "If the browser shows an error, fix its cause. Then start the sign-in again; "
                "--timeout sets how long to wait.",
            ) from None

    def answer(self, page: str) -> None:
        """Send a page to the waiting browser, and wait until it is sent."""
        self._callback.pages.put(page)
        self._callback.sent.wait(REQUEST_TIMEOUT)


class _Callback:
    """The state that the servers of both addresses share: the one request they expect."""

    def __init__(self, path: str, request_timeout: float) -> None:
        self.path = path
        self.request_timeout = request_timeout
        self.origin = ""
        self.hosts: set[str] = set()
        self.state = ""
        self.arrived: queue.Queue[str] = queue.Queue()
        self.pages: queue.Queue[str] = queue.Queue()
        self.sent = threading.Event()
        self.connections = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._claimed = threading.Lock()

    def is_expected(self, query: str) -> bool:
        """Return whether a query has exactly one `state`, and it is the expected one."""
        states = parse_qs(query).get("state", [])
        if not self.state or len(states) != 1:
            return False
        return hmac.compare_digest(states[0].encode(), self.state.encode())

    def claim(self) -> bool:
        """Reserve the callback for one request; False when another has reserved it."""
        return self._claimed.acquire(blocking=False)


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # browsers open connections that they do not use
    block_on_close = False
    allow_reuse_address = os.name == "posix"  # on Windows it would share a busy port

    def __init__(self, address: str, port: int, callback: _Callback) -> None:
        self.callback = callback
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, port), _Handler)

    def server_bind(self) -> None:
        """Bind without a DNS lookup of this machine's name, which the parent class does."""
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002
        """Refuse a connection when too many are open."""
        return self.callback.connections.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.callback.connections.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a client that disconnects is no error here."""


def _listen(port: int, callback: _Callback) -> list[_Server]:
    """Bind one port on each loopback address that the machine has."""
    for _ in range(PORT_ATTEMPTS):
        servers: list[_Server] = []
        try:
            for address in ADDRESSES:
                with suppress(_NoSuchAddress):
                    bound_port = servers[0].server_port if servers else port
                    servers.append(_bind(address, bound_port, callback))
        except OSError as exc:
            for server in servers:
                server.server_close()
            if port == 0 and servers:  # free on one address only: try another port
                continue
            raise PortBusy(
                f"The port {port} on this machine is busy: {exc.strerror}.",
                "Stop the program that uses it, or choose another with --port and add it to the "
                "app's callback URLs.",
            ) from exc
        return servers
    raise PortBusy("No port is free on this machine.", "Stop programs that listen on many ports.")


class _NoSuchAddress(Exception):
    """The machine has no such loopback address."""


def _bind(address: str, port: int, callback: _Callback) -> _Server:
    try:
        return _Server(address, port, callback)
    except OSError as exc:
        if ":" in address and exc.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise _NoSuchAddress from exc
        raise


class _Handler(BaseHTTPRequestHandler):
    def setup(self) -> None:
        self.callback = cast("_Server", self.server).callback
        super().setup()
        self.connection.settimeout(self.callback.request_timeout)

    def handle(self) -> None:
        """Serve one request, and close the connection if it is not complete in time."""
        timer = threading.Timer(self.callback.request_timeout, self._cut_off)
        timer.daemon = True
        timer.start()
        self._timer = timer
        try:
            self.handle_one_request()
        finally:
            timer.cancel()

    def do_GET(self) -> None:
        self._timer.cancel()
        callback = self.callback
        target = urlsplit(self.path)
        if self.headers.get("Host", "").lower() not in callback.hosts:
            self._send(400, "This address is not served here.")
        elif target.path != callback.path:
            self._send(404, "There is nothing at this path.")
        elif not callback.is_expected(target.query):
            self._send(400, "This request does not belong to the current sign-in.")
        elif not callback.claim():
            self._send(409, "This sign-in was already completed.")
        else:
            callback.arrived.put(f"{callback.origin}{self.path}")
            try:
                self._send(200, callback.pages.get(timeout=ANSWER_TIMEOUT))
            except queue.Empty:
                self._send(500, "The sign-in was not finished.")
            callback.sent.set()

    def _cut_off(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, status: int, page: str) -> None:
        body = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header(
            "Referrer-Policy", "no-referrer"
        )  # the URL contains the authorization code
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
        )
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing: the URL contains the authorization code."""
