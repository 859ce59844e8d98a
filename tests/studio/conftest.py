"""What the studio's tests share: a studio on a socket, and a real browser.

They need Debian's chromium (or CHROMIUM=path), playwright (tests/studio/requirements.txt) and the
built page; `make test-studio` brings the last two, and sets STUDIO_TESTS=required so that none is
skipped there.
"""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from host.connector_site import TINY, Site

import connector_host.studio
from connector_host.access import Principal
from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore
from connector_host.studio.app import create_studio
from connector_host.studio.sandboxes import Sandboxes
from connector_host.studio.session import StudioSession
from connector_host.web import Services
from salesforce_actions.plugin import plugin

PAGE = Path(connector_host.studio.__path__[0]) / "static" / "index.html"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
REQUIRED = os.environ.get("STUDIO_TESTS") == "required"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 60_000  # milliseconds; a loaded machine is slow


def _missing() -> str:
    if not PAGE.is_file():
        return "The page is not built: make studio-page"
    if find_spec("playwright") is None:
        return "playwright is not installed: make test-studio"
    return "" if CHROMIUM else "There is no chromium: apt-get install chromium"


@pytest.fixture(scope="session", autouse=True)
def _needed() -> None:
    """Skip all tests where something is missing; fail where the tests are required."""
    if reason := _missing():
        (pytest.fail if REQUIRED else pytest.skip)(reason)


@dataclass
class Studio:
    """A studio that is served."""

    url: str
    session: StudioSession
    store: ConnectionStore
    sandboxes: Sandboxes

    @property
    def entrance(self) -> str:
        """The URL with the token, as the command prints it."""
        return f"{self.url}/?token={self.session.token}"

    @property
    def org(self) -> Any:
        """The sandbox of the local org."""
        return self.sandboxes.get("local-org")


@contextmanager
def serve_studio(
    registry: Registry, folder: Path, principal: Principal | None = None
) -> Generator[Studio]:
    folder.mkdir()
    store = ConnectionStore.in_folder(folder)
    sandboxes = Sandboxes()
    # asyncio sends small packets at once for a socket that says TCP alone.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        session = StudioSession(port=port, principal=principal)
        app = create_studio(Services(registry, store), session, port=port, sandboxes=sandboxes)
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield Studio(f"http://127.0.0.1:{port}", session, store, sandboxes)
        finally:
            server.should_exit = True
            thread.join(15)
            plugin.close()  # what tests ran beside the studio was pooled here
            store.close()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """The connectors of this environment, and the tiny one beside them, unchanged."""
    import sys
    from importlib.metadata import entry_points

    folder = tmp_path_factory.mktemp("site")
    sys.path[:0] = [str(TINY), str(folder)]
    site = Site(folder)
    site.install_tiny_connector()
    site.install("broken-connector", {"workflow_connectors": {"broken": "no_such_module:plugin"}})
    own = [*entry_points(group="workflow_connectors")]
    names = {entry.name for entry in own}
    yield Registry.load(own + [e for e in site.entry_points() if e.name not in names])
    sys.path.remove(str(TINY))
    sys.path.remove(str(folder))


@pytest.fixture
def studio(installed: Registry, tmp_path: Path) -> Iterator[Studio]:
    """An empty studio."""
    with serve_studio(installed, tmp_path / "store") as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser for all tests of this process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open pages; an error of any page's script fails the test, and so does a request elsewhere."""
    contexts: list[Any] = []
    problems: list[str] = []

    def open_page(url: str, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1400, "height": 900}, **options)
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"script: {error}"))
        page.on(
            "console",
            lambda message: (
                problems.append(f"console: {message.text}")
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        context.on(
            "request",
            lambda request: (
                problems.append(f"elsewhere: {request.url}")
                if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
                else None
            ),
        )
        page.goto(url)
        page.wait_for_selector("h1")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(studio: Studio, open_page: Callable[..., Any]) -> Any:
    """The studio in a browser."""
    return open_page(studio.entrance)
