"""What the host's tests share: a folder of connectors, a store, a host."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from host.command_line import CommandLine
from host.connector_site import TINY, Site
from host.postgres_server import PostgresServer, programs
from host.store_places import OpenStore, RunSql, engine_url
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from connector_host.host import Host
from connector_host.registry import Registry
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile, KeySource
from connector_host.store.tables import STEPS


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for all tests of this process."""
    result = programs()
    if result is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with PostgresServer(result) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store may be made: a file, then a database of a server."""
    if request.param == "sqlite":
        return str(tmp_path / "store" / "connections.sqlite3")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_schema()


@pytest.fixture
def location(empty_location: str) -> str:
    """Where an empty store is; in PostgreSQL made at one go, which saves half of a test's time."""
    if "://" in empty_location:
        version = f"INSERT INTO store_info VALUES ('schema_version', '{len(STEPS)}')"  # noqa: S608
        script = ";".join([*(item for step in STEPS for item in step), version])
        with psycopg.connect(empty_location, autocommit=True) as connection:
            connection.execute(script.encode())
    return empty_location


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    """The file of the test's key."""
    return tmp_path / "store" / "key"


@pytest.fixture
def open_store(location: str, key_path: Path) -> Iterator[OpenStore]:
    """Open the test's store, as each process does that uses it."""
    with ExitStack() as opened:

        def open_one(keys: KeySource | None = None, **options: Any) -> ConnectionStore:
            store = ConnectionStore(location, keys or KeyFile(key_path), **options)
            opened.callback(store.close)
            return store

        yield open_one


@pytest.fixture
def store(open_store: OpenStore) -> ConnectionStore:
    """An empty store with a key of its own."""
    return open_store()


@pytest.fixture
def run_sql(location: str) -> Iterator[RunSql]:
    """Run SQL on the test's store behind its back, as who has stolen its password could."""
    engine = create_engine(engine_url(location), poolclass=NullPool)

    def run(statement: str) -> list[Any]:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return [*result.all()] if result.returns_rows else []

    yield run
    engine.dispose()


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[ConnectionStore]:
    """A store in a file, for what is true of files alone."""
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
