"""The connection in a store that several processes share: the reference host's, in a file."""

from pathlib import Path
from typing import Any

from benchmarks.work.engine import credentials, settings
from benchmarks.work.worker import Task
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile

_NAME = "bench"


def write_connection(folder: str, url: str) -> None:
    """Write the connection as a sign-in leaves it, in the place of what a run has left."""
    task = Task("", url)
    for name in ("bench.sqlite3", "bench.sqlite3-wal", "bench.sqlite3-shm"):
        (Path(folder) / name).unlink(missing_ok=True)
    store = _open(folder)
    store.add(
        _NAME,
        connector="salesforce",
        method="client_credentials",
        settings={key: value for key, value in settings(task).items() if "secret" not in key},
        secrets={"consumer_secret": "secret"},
        credentials=credentials(task),
    )
    store.close()


def open_connection(folder: str) -> Any:
    """Open the store in this process, and give the connection."""
    return _open(folder).get(_NAME)


def _open(folder: str) -> ConnectionStore:
    return ConnectionStore(str(Path(folder) / "bench.sqlite3"), KeyFile(Path(folder) / "key"))
