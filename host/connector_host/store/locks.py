"""Locks between threads and processes, which end with the process that holds them.

A lock has a name. Threads of a process wait for each other on a plain lock. Processes wait for a
file lock (a store in a file) or an advisory lock (PostgreSQL), which the operating system or the
server releases when its holder dies, by whatever signal. Both may be acquired in one thread and
released in another. None is re-entrant.

https://man7.org/linux/man-pages/man2/flock.2.html
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

import hashlib
import os
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from connector_host.errors import StoreLocked, StoreUnreachable

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

MIN_PAUSE = 0.005  # seconds between attempts at a file lock; doubles up to the longest
MAX_PAUSE = 0.05


class ThreadLocks:
    """Plain locks by name, for the threads of this process.

    After a fork the child starts without locks: one that another thread held at the fork would
    never be released in it.
    """

    def __init__(self) -> None:
        self._locks: dict[tuple[int, str], threading.Lock] = {}

    @contextmanager
    def hold(self, name: str, timeout: float) -> Generator[None]:
        lock = self._locks.setdefault((os.getpid(), name), threading.Lock())
        if not lock.acquire(timeout=timeout):
            raise _lock_timeout(name, timeout)
        try:
            yield
        finally:
            lock.release()


class FileLocks:
    """Locks in a folder: one file for each name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread_locks = ThreadLocks()

    @contextmanager
    def hold(self, name: str, timeout: float) -> Generator[None]:
        """Hold the lock `name`, waiting for at most `timeout` seconds.

        Raises:
            StoreLocked: Another holder did not release it in that time.
            StoreUnreachable: The folder cannot be written.
        """
        deadline = time.monotonic() + timeout
        process = os.getpid()
        with self._thread_locks.hold(name, timeout):
            file = self._open(name)
            try:
                pause = MIN_PAUSE
                while not _take(file):
                    if time.monotonic() > deadline:
                        raise _lock_timeout(name, timeout)
                    time.sleep(pause)
                    pause = min(2 * pause, MAX_PAUSE)
                try:
                    yield
                finally:
                    # A child that was forked inside has a copy of the descriptor, and would
                    # release its parent's lock.
                    if os.getpid() == process:
                        _free(file)
            finally:
                if os.getpid() == process:
                    _close(file)

    def forget(self, name: str) -> None:
        """Remove the file of a lock that will not be used again, or the marker of this name."""
        for suffix in ("lock", "note"):
            with suppress(OSError):  # an empty file does no harm
                (self._folder / f"{name}.{suffix}").unlink(missing_ok=True)

    def note(self, name: str) -> None:
        """Write an empty marker file of this name beside the locks."""
        (self._folder / f"{name}.note").touch(mode=0o600)

    def has(self, name: str) -> bool:
        """Return whether there is a marker file of this name."""
        return (self._folder / f"{name}.note").exists()

    def _open(self, name: str) -> int:
        # The lock belongs to this descriptor of the file, not to the thread or the process.
        path = self._folder / f"{name}.lock"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with _openings.guard:
                file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
                _openings.files.add(file)
        except OSError as exc:
            raise StoreUnreachable(
                f"The lock {path} cannot be created: {exc.strerror}.",
                "Make the folder writable, or free some disk space.",
            ) from exc
        return file


class _Openings:
    """The open lock files of this process; a forked child closes its copies of them.

    With an open copy in a child, a lock would survive a parent that is killed.
    """

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.files: set[int] = set()

    def before_fork(self) -> None:
        self.guard.acquire()

    def after_fork_in_parent(self) -> None:
        self.guard.release()

    def after_fork_in_child(self) -> None:
        for file in self.files:
            with suppress(OSError):
                os.close(file)
        self.guard, self.files = threading.Lock(), set()


_openings = _Openings()


def _close(file: int) -> None:
    with _openings.guard:
        _openings.files.discard(file)
        os.close(file)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_openings.before_fork,
        after_in_parent=_openings.after_fork_in_parent,
        after_in_child=_openings.after_fork_in_child,
    )


class AdvisoryLocks:
    """Locks of a PostgreSQL server, each on its own database connection."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._thread_locks = ThreadLocks()

    @contextmanager
    def hold(self, name: str, timeout: float) -> Generator[None]:
        """Hold the lock `name`, waiting for at most `timeout` seconds.

        Raises:
            StoreLocked: Another holder did not release it in that time.
        """
        from sqlalchemy.exc import DBAPIError

        with self._thread_locks.hold(name, timeout), self._engine.connect() as connection:
            self._take(connection, name, timeout)
            try:
                yield
            finally:
                # A server that is gone has released the lock, and the work inside is done.
                with suppress(DBAPIError):
                    connection.rollback()

    def _take(self, connection: "Connection", name: str, timeout: float) -> None:
        from sqlalchemy import text
        from sqlalchemy.exc import OperationalError

        digest = hashlib.sha256(f"connector_host {name}".encode()).digest()
        number = int.from_bytes(
            digest[:8], "big", signed=True
        )  # an advisory lock has a bigint as its name
        milliseconds = max(1, int(timeout * 1000))  # 0 would wait for ever
        try:
            connection.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))
            # A server may end idle transactions, and this one is idle while it holds the lock.
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})
        except OperationalError as exc:
            if getattr(exc.orig, "sqlstate", None) == "55P03":  # lock_not_available
                raise _lock_timeout(name, timeout) from exc
            raise

    def forget(self, name: str) -> None:
        """Do nothing: the server stores nothing for a lock that nobody holds."""


def _lock_timeout(name: str, timeout: float) -> StoreLocked:
    return StoreLocked(
        f"Another thread or process has held the lock {name!r} for {timeout:g} seconds.",
        "Try again. If it persists, stop the process that hangs.",
    )


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _free(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _free(file: int) -> None:
        # Explicitly, not by close(): a child that was forked meanwhile has the same descriptor.
        fcntl.flock(file, fcntl.LOCK_UN)
