"""One SQLite file in one process: its creation, its engine, and its handling at a fork.

On POSIX, closing any descriptor of a file drops all locks that this process holds on it. So once
SQLite has a store's file open, nothing here opens that file in another way, and all stores of a
process on one file share its engine.

A fork copies SQLite's memory, so the child believes that it holds the parent's locks. So a fork
waits until no thread is inside SQLite, and closes all connections; parent and child then open their
own.

https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_file_across_a_fork_
"""

import os
import threading
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

from connector_host.errors import StoreUnreachable
from connector_host.store.locks import ThreadLocks

FORK_TIMEOUT = 10.0  # seconds that a fork waits for transactions, which take milliseconds
WRITER = "writer"


class SqliteFile:
    """One file and its engine; `open_file` returns the only one of each file.

    Attributes:
        created: Whether this process has created the file.
        identity: Identifies the file; another file of the same name has another identity.
    """

    def __init__(self, path: Path, *, created: bool, identity: str) -> None:
        self.created = created
        self.identity = identity
        self.engine = _engine(path)
        self._writers = ThreadLocks()

    @contextmanager
    def using(self) -> Generator[None]:
        """Use SQLite; a fork waits until the context ends."""
        _fork_gate.enter()
        try:
            yield
        finally:
            _fork_gate.leave()

    @contextmanager
    def one_writer(self, timeout: float) -> Generator[None]:
        """Let the threads of this process write one after another.

        SQLite allows one writer, and the others retry after ever longer pauses: with many writers,
        some would wait for seconds.
        """
        with self._writers.hold(WRITER, timeout):
            yield


class _ForkGate:
    """Counts the threads that are inside SQLite, and makes a fork wait until there is none.

    Attributes:
        opening: Held from the creation of a file until SQLite may open it, and during a fork.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Reset the state in a forked child, which has none of the parent's other threads."""
        # Reentrant: a signal handler may fork in the thread that holds one.
        self.opening = threading.RLock()
        self._changed = threading.Condition(threading.RLock())
        self._inside: dict[int, int] = {}
        self._forking = 0  # the thread that forks

    def enter(self) -> None:
        me = threading.get_ident()
        with self._changed:
            while self._forking not in (0, me) and me not in self._inside:
                self._changed.wait()
            self._inside[me] = self._inside.get(me, 0) + 1

    def leave(self) -> None:
        me = threading.get_ident()
        with self._changed:
            left = self._inside.pop(me, 1) - 1
            if left > 0:
                self._inside[me] = left
            self._changed.notify_all()

    def close(self) -> None:
        """Let no thread enter, and wait until those inside have left."""
        me = threading.get_ident()
        self.opening.acquire()
        with self._changed:
            self._forking = me
            self._changed.wait_for(lambda: not self._inside.keys() - {me}, FORK_TIMEOUT)

    def open(self) -> None:
        with self._changed:
            self._forking = 0
            self._changed.notify_all()
        self.opening.release()


_fork_gate = _ForkGate()
_files: "weakref.WeakValueDictionary[tuple[str, int, int], SqliteFile]" = (
    weakref.WeakValueDictionary()
)


def open_file(path: Path) -> SqliteFile:
    """Return the file; create it, readable only by its owner, if it does not exist.

    Raises:
        StoreUnreachable: It cannot be created; the message says why.
    """
    with _fork_gate.opening:
        try:
            created = _create_private(path)
            status = path.stat()
        except OSError as exc:
            raise StoreUnreachable(
                f"The store {path} cannot be opened: {exc.strerror}.",
                "Choose another location, or make this one writable.",
            ) from exc
        key = (str(path.resolve()), status.st_dev, status.st_ino)
        file = _files.get(key)
        if file is None:
            file = _files[key] = SqliteFile(path, created=created, identity=str(key))
        return file


def _create_private(path: Path) -> bool:
    """Create a file that only its owner can read; of an existing one, change only the mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Nobody else can have SQLite's locks on a file that this call has created.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return False
    return True


def _engine(path: Path) -> Engine:
    url = URL.create("sqlite+pysqlite", database=str(path))
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    refuse_forked(engine)
    return engine


def refuse_forked(engine: Engine) -> None:
    """Keep a forked child from using its parent's connections; the pool then opens a new one."""
    event.listen(engine, "connect", _note_process)
    event.listen(engine, "checkout", _refuse_forked)


def _note_process(_raw: Any, record: Any) -> None:
    record.info["pid"] = os.getpid()


def _refuse_forked(_raw: Any, record: Any, proxy: Any) -> None:
    if record.info["pid"] != os.getpid():
        record.dbapi_connection = proxy.dbapi_connection = None
        raise DisconnectionError("connection of another process")


def _leave_transactions_to_us(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # sqlite3 would begin the transaction too late to get the write lock
    raw.execute("PRAGMA foreign_keys = ON").close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    milliseconds = int(options.get("busy_timeout", 0) * 1000)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {milliseconds}").close()
    if options.get("writing", False):
        disk = "FULL" if options["durable"] else "NORMAL"
        connection.exec_driver_sql(f"PRAGMA synchronous = {disk}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


def _close_all() -> None:
    """Close all connections, so that the fork that follows copies none."""
    _fork_gate.close()
    for file in [*_files.values()]:
        file.engine.dispose()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_close_all, after_in_parent=_fork_gate.open, after_in_child=_fork_gate.reset
    )
