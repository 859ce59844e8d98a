"""What the API's tests share: an app over the tiny connector, and clients of it."""

import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from host.connector_site import Site
from starlette.requests import Request
from starlette.types import ASGIApp

from connector_host.access import Principal
from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore
from connector_host.web import NotSignedIn, Services, create_app

HOST = "workflows.example.com"


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry with the tiny connector alone."""
    from host.connector_site import TINY

    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(TINY))
    site = Site(folder)
    site.install_tiny_connector()
    return site.load()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConnectionStore]:
    folder = tmp_path / "store"
    folder.mkdir()
    opened = ConnectionStore.in_folder(folder)
    yield opened
    opened.close()


@contextmanager
def served(app: ASGIApp, port: int = 0) -> Generator[str]:
    """Serve an app on a socket of this machine; gives its URL."""
    # asyncio sends small packets at once for a socket that says TCP alone.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            # The socket listens already: the first request waits until the server takes it.
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


@dataclass
class Api:
    """The API of an application that knows its users by a header.

    Attributes:
        failures: What the application raises when it is handed events, the last first.
    """

    client: httpx.Client
    store: ConnectionStore
    registry: Registry
    events: list[Any] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Make a call that succeeds; gives its JSON, None without a body."""
        answer = self.client.request(method, path, json=body, headers=headers)
        assert answer.status_code < 400, answer.text
        return answer.json() if answer.content else None

    def fail(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Make a call that fails; gives the problem."""
        answer = self.client.request(method, path, json=body, headers=headers)
        assert answer.status_code >= 400, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem: dict[str, Any] = answer.json()
        assert problem["status"] == answer.status_code
        return problem


def known_user(request: Request) -> Principal | None:
    """Know a user by a header, as a proxy in front would set it; `anyone` is nobody in particular.

    Raises:
        NotSignedIn: There is no such header.
    """
    user = request.headers.get("x-user")
    if user is None:
        raise NotSignedIn("Sign in first.")
    return None if user == "anyone" else Principal(user)


@pytest.fixture
def api(registry: Registry, store: ConnectionStore) -> Iterator[Api]:
    events: list[Any] = []
    services = Services(registry, store, on_events=events.append)
    app = create_app(services, authenticate=known_user, allowed_hosts=[HOST])
    headers = {"x-user": "anyone", "host": HOST}
    with (
        served(app) as url,
        httpx.Client(base_url=url, headers=headers, timeout=30.0) as client,
    ):
        yield Api(client, store, registry, events)


@pytest.fixture
def acme(api: Api) -> str:
    """The name of a connection to a room that is open."""
    settings = {"room": "hall", "token": "t0ken-s3cret"}
    body = {"name": "acme", "connector": "echo", "method": "token", "settings": settings}
    api.call("POST", "/api/connections", body)
    return "acme"
