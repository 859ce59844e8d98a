"""One Airflow for all tests that need its servers, since it takes most of their time."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engines.airflow.airflow_cluster import AirflowCluster, serve_airflow
from engines.airflow.airflow_home import connection_json
from engines.conftest import EngineSite, serve_site
from host.connector_site import TINY, Site

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
PICTURES = os.environ.get("AIRFLOW_PICTURES")  # the folder for them; none are taken without it
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 45_000  # milliseconds that a page may take on a busy machine
_notes = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def note(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Write a figure that was measured under the tests' results."""
    return pytestconfig.stash.setdefault(_notes, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(_notes, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def served_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineSite]:
    """The org and the store that the servers and workers use."""
    with serve_site(tmp_path_factory.mktemp("served")) as site:
        yield site


@pytest.fixture(scope="session")
def cluster(
    served_site: EngineSite,
    tmp_path_factory: pytest.TempPathFactory,
    note: Callable[[str], None],
) -> Iterator[AirflowCluster]:
    """Airflow with two edge workers, the connection `work`, and the second, tiny connector."""
    folder = tmp_path_factory.mktemp("cluster")
    site = Site(folder / "site")
    site.folder.mkdir()
    site.install_tiny_connector()
    path = [str(site.folder), str(TINY), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = served_site.environment | {"PYTHONPATH": os.pathsep.join(path)}
    with serve_airflow(folder / "home", environment, workers=("w1", "w2")) as cluster:
        cluster.add_connection("work", connection_json(served_site))
        seconds = time.monotonic() - cluster.begin
        note(f"Airflow answered {seconds:.0f} s after its folder was empty")
        yield cluster


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium."""
    if CHROMIUM is None:
        pytest.skip("There is no chromium: apt-get install chromium, or set CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that may open addresses of this machine alone."""
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    context.set_default_timeout(WAIT)
    elsewhere: list[str] = []
    context.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            else elsewhere.append(request.url)
        ),
    )
    yield context.new_page()
    context.close()
    assert elsewhere == []


@pytest.fixture(scope="session")
def take_picture() -> Callable[[Any, str], None]:
    """Save what a page shows for the documentation, where that is wanted."""

    def take(page: Any, name: str) -> None:
        if PICTURES is not None:
            page.screenshot(path=Path(PICTURES) / f"airflow-{name}.png")

    return take
