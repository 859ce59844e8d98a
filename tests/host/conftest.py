"""What the host's tests share: a folder of connectors, a store, a host."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from host.command_line import CommandLine
from host.connector_site import TINY, Site

from connector_host.connections import ConnectionStore
from connector_host.host import Host
from connector_host.registry import Registry


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A folder on the path, empty; what was imported from it is forgotten afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(TINY))
    monkeypatch.syspath_prepend(str(folder))
    yield Site(folder)
    for name, module in [*sys.modules.items()]:
        if str(getattr(module, "__file__", "")).startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture
def registry(site: Site) -> Registry:
    """A registry with the tiny connector alone."""
    site.install_tiny_connector()
    return site.load()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConnectionStore]:
    """An empty store with a key of its own."""
    store = ConnectionStore.in_folder(tmp_path / "store")
    yield store
    store.close()


@pytest.fixture
def host(site: Site, tmp_path: Path) -> Iterator[Host]:
    """A host as commands are handed it, with the tiny connector installed."""
    site.install_tiny_connector()
    folder = tmp_path / "store"
    host = Host(
        store=folder / "connections.sqlite3",
        environment={"CONNECTOR_HOST_KEY_FILE": str(folder / "key")},
    )
    yield host
    if "store" in host.__dict__:
        host.store.close()


@pytest.fixture
def command(site: Site, tmp_path: Path) -> CommandLine:
    """The command line with the tiny connector installed, and an empty store."""
    site.install_tiny_connector()
    return CommandLine(tmp_path)
