"""Faults put into what the connector is handed: a connection and a transport that die or refuse."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from sqlalchemy import event

from connector_host.store.connection import Connection
from connector_host.store.connection_store import ConnectionStore

TOKEN_PATH: Final = "/services/oauth2/token"

# The steps of one renewal, in their order, and whether a death at it costs a grant that rotates.
STEPS: Final[Mapping[str, bool]] = {
    "before the lock": False,
    "lock held": False,
    "request not yet sent": False,
    "request sent, answer under way": True,
    "answer read": True,
    "save begun": True,
    "save written, not committed": True,
    "saved": False,
    "lock about to be freed": False,
    "new token about to be used": False,
    "new token used": False,
}


def die() -> None:
    """End this process as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Fatal:
    """Dies at one step.

    Args:
        step: One of `STEPS`.
    """

    def __init__(self, step: str) -> None:
        assert step in STEPS
        self._step = step

    def reach(self, step: str) -> None:
        if step == self._step:
            die()

    def watch(self, store: ConnectionStore) -> None:
        """Die within a save, once the new credentials are written and before they are committed."""
        engine = store._database._engine

        @event.listens_for(engine, "before_cursor_execute")
        def remember(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("UPDATE connections"):
                written.append(statement)

        @event.listens_for(engine, "commit")
        def commit(_c: Any) -> None:
            if written:
                self.reach("save written, not committed")

        written: list[str] = []


class KillingConnection:
    """The host's connection, with death at a step; else as it is."""

    def __init__(self, stored: Connection, fatal: Fatal) -> None:
        self._stored = stored
        self._fatal = fatal
        self.id = stored.id
        self.method = stored.method

    @property
    def settings(self) -> Mapping[str, Any]:
        return self._stored.settings

    @property
    def credentials(self) -> Mapping[str, Any]:
        return self._stored.credentials

    def save(self, credentials: Mapping[str, Any]) -> None:
        self._fatal.reach("save begun")
        self._stored.save(credentials)
        self._fatal.reach("saved")

    @contextmanager
    def lock(self) -> Generator[object]:
        self._fatal.reach("before the lock")
        with self._stored.lock():
            self._fatal.reach("lock held")
            yield self
            self._fatal.reach("lock about to be freed")


class KillingTransport(httpx.BaseTransport):
    """A transport to the org, with death at a step."""

    def __init__(self, transport: httpx.BaseTransport, fatal: Fatal) -> None:
        self._transport = transport
        self._fatal = fatal
        self._refreshed = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != TOKEN_PATH:
            if self._refreshed:
                self._fatal.reach("new token about to be used")
            response = self._transport.handle_request(request)
            if self._refreshed:
                response.read()
                self._fatal.reach("new token used")
            return response
        self._fatal.reach("request not yet sent")
        if self._fatal._step == "request sent, answer under way":
            send_and_forget(request)
            die()
        response = self._transport.handle_request(request)
        response.read()
        self._refreshed = True
        self._fatal.reach("answer read")
        return response


def send_and_forget(request: httpx.Request) -> None:
    """Send a request and wait until the org has begun to answer, but read nothing of it."""
    parts = urlsplit(str(request.url))
    body = request.read()
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with socket.create_connection(
        (parts.hostname or "", parts.port or 80), timeout=10
    ) as transport:
        transport.sendall(head.encode() + body)
        transport.recv(1, socket.MSG_PEEK)


class CountingTransport(httpx.BaseTransport):
    """A transport to the org that counts refreshes, and may find the token endpoint down.

    Attributes:
        refreshes: Requests to the token endpoint.
    """

    def __init__(self, transport: httpx.BaseTransport, down_for: float = 0.0) -> None:
        """Args:
            transport: To the org.
        down_for: Seconds from now in which the token endpoint answers 503.
        """
        self.refreshes = 0
        self._transport = transport
        self._up_at = time.monotonic() + down_for
        self._guard = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            with self._guard:
                self.refreshes += 1
            if time.monotonic() < self._up_at:
                return httpx.Response(503, html="<html>We are down for maintenance.</html>")
        return self._transport.handle_request(request)


class WatchedConnection:
    """The host's connection; calls back before each save, and says when it was done."""

    def __init__(self, stored: Connection, before_save: Callable[[], object]) -> None:
        self._stored = stored
        self._before_save = before_save
        self.id = stored.id
        self.method = stored.method
        self.saved_at = 0.0

    @property
    def settings(self) -> Mapping[str, Any]:
        return self._stored.settings

    @property
    def credentials(self) -> Mapping[str, Any]:
        return self._stored.credentials

    def save(self, credentials: Mapping[str, Any]) -> None:
        self._before_save()
        self._stored.save(credentials)
        self.saved_at = time.perf_counter()

    @contextmanager
    def lock(self) -> Generator[object]:
        with self._stored.lock():
            yield self
