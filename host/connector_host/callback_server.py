"""Catches the browser that comes back from a sign-in, on a port of this machine alone.

It serves one path, hands the URL to whoever waits, and shows the browser the page that it is given
for it. What the URL means is the connector's business.

https://www.rfc-editor.org/rfc/rfc8252#section-7.3
"""

import base64
import html
import os
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from socketserver import TCPServer
from string import Template
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit, urlunsplit

from connector_host.errors import BadInput, PortBusy, SignInUnfinished
from connector_host.hookspecs import JsonObject

HOST = "127.0.0.1"
NAMES = {"127.0.0.1", "localhost"}
SEND_TIMEOUT = 5.0  # seconds to say a request, or to take a page
ANSWER_TIMEOUT = 90.0  # seconds that a browser waits while its code is exchanged
GREEN, RED = ("#1f7a4d", "#5fc492"), ("#b3261e", "#f2857c")  # on light, on dark


class CallbackServer:
    """A server for one callback; a context manager that listens while it is entered.

    Attributes:
        redirect_uri: Where the browser is to come back; with the port chosen when 0 was asked.
    """

    def __init__(self, redirect_uri: str) -> None:
        """Take the port.

        Raises:
            BadInput: The URI is not one of this machine.
            PortBusy: Something else listens there.
        """
        parts = urlsplit(redirect_uri)
        if parts.scheme != "http" or parts.hostname not in NAMES:
            raise BadInput(
                f"The browser cannot come back to {redirect_uri} by itself.",
                "Take an address like http://127.0.0.1:8910/callback.",
            )
        port = 80 if parts.port is None else parts.port
        try:
            self._server = _Server((HOST, port), parts.path or "/")
        except OSError as exc:
            raise PortBusy(
                f"The port {port} on {HOST} is busy: {exc.strerror}.",
                "End the program that has it, or take another with --port and add it to the app's "
                "callback URLs.",
            ) from exc
        address = f"{parts.hostname}:{self._server.server_port}"
        self.redirect_uri = redirect_uri if port else urlunsplit(parts._replace(netloc=address))
        self._server.origin = f"http://{parts.netloc if port else address}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, timeout: float) -> str:
        """Give the URL that the browser came back to.

        Raises:
            SignInUnfinished: It did not come within `timeout` seconds.
        """
        try:
            return self._server.arrived.get(timeout=timeout)
        except queue.Empty:
            raise SignInUnfinished(
                f"The browser did not come back within {timeout:g} seconds.",
                "Put right what its page says, if that is an error, and start the sign-in again; "
                "--timeout gives it more time.",
            ) from None

    def answer(self, page: str) -> None:
        """Show the waiting browser a page; it has it when this returns."""
        self._server.pages.put(page)
        self._server.sent.wait(SEND_TIMEOUT)


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # browsers open connections that they never use
    block_on_close = False
    allow_reuse_address = os.name == "posix"  # on Windows it would share a busy port

    def __init__(self, address: tuple[str, int], path: str) -> None:
        self.path = path
        self.origin = ""
        self.arrived: queue.Queue[str] = queue.Queue()
        self.pages: queue.Queue[str] = queue.Queue()
        self.claimed = threading.Lock()
        self.sent = threading.Event()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking the network for this machine's name, as the parent does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    timeout = SEND_TIMEOUT

    def do_GET(self) -> None:
        server = cast("_Server", self.server)
        if urlsplit(self.path).path != server.path:
            self._send(404, "Nothing is here.")
        elif not server.claimed.acquire(blocking=False):
            self._send(409, "This sign-in has come back already.")
        else:
            server.arrived.put(server.origin + self.path)
            try:
                self._send(200, server.pages.get(timeout=ANSWER_TIMEOUT))
            except queue.Empty:
                self._send(500, "The sign-in was not finished.")
            server.sent.set()

    def _send(self, status: int, page: str) -> None:
        body = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")  # the address holds the code
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
        )
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the address holds the code."""


def success_page(manifest: JsonObject, name: str) -> str:
    """Make the page for a sign-in that worked."""
    message = f"The connection <code>{html.escape(name)}</code> is ready to use."
    return _page(manifest, "Signed in", message, "", GREEN, "status")


def failure_page(manifest: JsonObject, message: str, remedy: str) -> str:
    """Make the page for one that did not."""
    text = html.escape(message.removesuffix(remedy).rstrip() if remedy else message)
    advice = f'<p class="remedy">{html.escape(remedy)}</p>' if remedy else ""
    return _page(manifest, "Not signed in", text, advice, RED, "alert")


def _page(
    manifest: JsonObject,
    heading: str,
    message: str,
    remedy: str,
    colours: tuple[str, str],
    role: str,
) -> str:
    text = resources.files("connector_host").joinpath("callback_page.html").read_text("utf-8")
    icon = manifest.get("icon", {}).get("light", "")
    # As an image, so that nothing in it runs or reaches out.
    data = base64.b64encode(icon.encode()).decode()
    return Template(text).substitute(
        heading=heading,
        message=message,
        remedy=remedy,
        role=role,
        title=html.escape(manifest["title"]),
        icon=f'<img alt="" src="data:image/svg+xml;base64,{data}">' if icon else "",
        light=colours[0],
        dark=colours[1],
    )
