"""Opens the store's database, brings its tables up to date, and explains what goes wrong with it.

SQLite in a file, or PostgreSQL by URL, through the same statements. What is in the tables,
`connection_store` says; what a file needs of a process, `sqlite_file`.
"""

import sqlite3
from collections.abc import Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from connector_host.errors import (
    BadInput,
    HostError,
    NotInstalled,
    StoreDamaged,
    StoreLocked,
    StoreTooNew,
    StoreUnreachable,
)
from connector_host.store.locks import AdvisoryLocks, FileLocks
from connector_host.store.sqlite_file import SqliteFile, open_file, refuse_forked
from connector_host.store.tables import STEPS, store_info

DRIVER = "postgresql+psycopg"
COMPLETE = "complete"  # the note beside a file whose tables have been made


class Database:
    """One open store.

    Attributes:
        label: The path or URL, without a password, for messages.
        locks: Locks that all users of this store share.
        identity: Of the database; what a process remembers of it, it remembers by this.
    """

    def __init__(self, location: str | Path, *, busy_timeout: float) -> None:
        """Open a store, make it if it is not there, and bring it up to date.

        Args:
            location: A path (SQLite), or a URL `postgresql://user@host/database`.
            busy_timeout: Seconds to wait for another writer.

        Raises:
            StoreUnreachable, StoreLocked, StoreDamaged, StoreTooNew: The store cannot be used.
            BadInput: The location is not a URL, or one of another kind of database.
        """
        self.locks: FileLocks | AdvisoryLocks
        self.identity: str
        self._file: SqliteFile | None = None
        self._busy_timeout = busy_timeout
        if "://" in str(location):
            url = _server_url(str(location))
            self.label = self.identity = url.render_as_string(hide_password=True)
            self._engine = _server_engine(url, pool_pre_ping=True)
            refuse_forked(self._engine)
            self.locks = AdvisoryLocks(_server_engine(url, poolclass=NullPool))
        else:
            # Symbolic links are resolved, so that all processes use the same locks beside the file.
            path = Path(location).expanduser().resolve()
            self.label = str(path)
            self._file = open_file(path)
            self._engine, self.identity = self._file.engine, self._file.identity
            self.locks = FileLocks(path.with_name(f"{path.name}.locks"))
            if self._file.created:
                self.locks.forget(COMPLETE)
        try:
            self._bring_up_to_date(busy_timeout)
        except HostError:
            self.close()
            raise

    @contextmanager
    def hold(self, name: str, timeout: float) -> Generator[None]:
        """Hold the lock `name` among all users of this store; see `locks`."""
        with ExitStack() as stack:
            # Only around the acquiring: errors inside the lock are not the store's.
            with self._translate_errors():
                stack.enter_context(self.locks.hold(name, timeout))
            yield

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Yield a connection in a transaction that writes nothing."""
        options = self._engine.execution_options(busy_timeout=self._busy_timeout)
        with self._translate_errors(), self._using(), options.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = True) -> Generator[Connection]:
        """Yield a connection in a transaction, which is durable when this ends without an error.

        Args:
            durable: False to not wait for the disk: the changes survive the end of this process at
                once, and a loss of power after a moment.
        """
        options = self._engine.execution_options(
            writing=True, durable=durable, busy_timeout=self._busy_timeout
        )
        with ExitStack() as stack:
            if self._file is not None:
                stack.enter_context(self._file.one_writer(self._busy_timeout))
            stack.enter_context(self._translate_errors())
            stack.enter_context(self._using())
            connection = stack.enter_context(options.begin())
            if not durable and connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    def close(self) -> None:
        """Close the connections of the pool; a later call opens others."""
        with self._using():
            self._engine.dispose()

    def _using(self) -> AbstractContextManager[None]:
        return nullcontext() if self._file is None else self._file.using()

    def _bring_up_to_date(self, timeout: float) -> None:
        if self._version() < len(STEPS):
            with self.hold("schema", timeout):
                self._refuse_emptied()
                self._make_concurrent()
                for number in range(self._version(), len(STEPS)):
                    self._step(number)
                if isinstance(self.locks, FileLocks):
                    self.locks.note(COMPLETE)
        if self._version() > len(STEPS):
            raise StoreTooNew(
                f"The store {self.label} was written by a newer version of this program.",
                "Upgrade it.",
            )

    def _refuse_emptied(self) -> None:
        """Raise an error if an empty file contained a store before."""
        if isinstance(self.locks, FileLocks) and self.locks.has(COMPLETE) and not self._version():
            raise StoreDamaged(
                f"The store {self.label} is empty, although it had content before.",
                "Restore it from a backup, or remove the file to start a new store.",
            )

    def _version(self) -> int:
        with self.reading() as connection:
            if not inspect(connection).has_table(store_info.name):
                return 0
            version = connection.scalar(
                select(store_info.c.value).where(store_info.c.name == "schema_version")
            )
        try:
            return int(version or 0)
        except ValueError as exc:
            raise StoreDamaged(
                f"The store {self.label} is damaged: it has no schema version.",
                "Restore it from a backup.",
            ) from exc

    def _step(self, number: int) -> None:
        with self.writing() as connection:
            for statement in STEPS[number]:
                connection.execute(text(statement))
            if number == 0:
                connection.execute(store_info.insert(), {"name": "schema_version", "value": "0"})
            connection.execute(
                store_info.update().where(store_info.c.name == "schema_version"),
                {"value": str(number + 1)},
            )

    def _make_concurrent(self) -> None:
        """Let readers continue while one writes; the setting is stored in the file."""
        if self._engine.dialect.name == "sqlite":
            engine = self._engine
            with self._translate_errors(), self._using(), engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None  # noqa: S101 - it is connected
                raw.execute("PRAGMA journal_mode = WAL").close()

    @contextmanager
    def _translate_errors(self) -> Generator[None]:
        """Translate the database driver's errors into the host's."""
        try:
            yield
        except DBAPIError as exc:
            translated = _translate(exc, self.label)
            if translated is None:
                raise
            raise translated from exc
        except UnicodeDecodeError as exc:  # SQLite quotes a damaged schema in its message
            raise _damaged(self.label, "its schema is unreadable") from exc


def _server_url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as exc:
        raise BadInput("The store's address is not a URL.", "Give a path or a URL.") from exc
    if url.drivername in {"postgresql", "postgres", DRIVER}:
        return url.set(drivername=DRIVER)
    raise BadInput(
        f"A store cannot be a {url.drivername!r} database.",
        "Give the path of a file (SQLite) or a postgresql:// URL.",
    )


def _server_engine(url: URL, **options: Any) -> Engine:
    try:
        return create_engine(url, hide_parameters=True, **options)
    except ModuleNotFoundError as exc:
        raise NotInstalled(
            "A store in PostgreSQL needs the package psycopg.", "Run: pip install 'psycopg[binary]'"
        ) from exc


def _translate(exc: DBAPIError, label: str) -> HostError | None:
    """Return the host's error for one of the driver; None for one that only a bug can cause.

    https://www.sqlite.org/rescode.html
    """
    if isinstance(exc.orig, sqlite3.Error):
        return _translate_sqlite(exc.orig, label)
    if exc.connection_invalidated or isinstance(exc, OperationalError):
        return StoreUnreachable(
            f"The store {label} does not respond.", "Check the address and that its server runs."
        )
    return None


def _translate_sqlite(error: sqlite3.Error, label: str) -> HostError | None:
    name: str = getattr(error, "sqlite_errorname", "")
    match name.removeprefix("SQLITE_").partition("_")[0]:
        case "CONSTRAINT" | "MISUSE" | "RANGE":
            return None
        case "BUSY" | "LOCKED":
            return StoreLocked(
                f"Another program has locked the store {label}.", "Try again, or stop that program."
            )
        case "FULL":
            return StoreUnreachable(
                f"The store {label} cannot be written: the disk is full.", "Free some disk space."
            )
        case "CANTOPEN" | "READONLY" | "PERM" | "AUTH" | "IOERR" | "NOLFS" | "PROTOCOL" | "NOMEM":
            return StoreUnreachable(
                f"The store {label} cannot be used: {error}.",
                "Choose another location, or make this one writable.",
            )
    # The statements never change, so if one does not match the database, that is damaged:
    # a table, a column, or invalid text (which Python's module reports without a name).
    return _damaged(label, str(error))


def _damaged(label: str, reason: str) -> StoreDamaged:
    return StoreDamaged(
        f"The store {label} is damaged: {reason}.",
        "Restore it from a backup, or move it away and reconnect.",
    )
