"""Opens the store's database, brings its tables up to date, and explains what goes wrong with it.

SQLite in a file, or PostgreSQL by URL, through the same statements. What is in the tables is
`connections`' business.

https://docs.sqlalchemy.org/en/20/core/pooling.html#using-connection-pools-with-multiprocessing-or-os-fork
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, OperationalError
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
from connector_host.store.locks import AdvisoryLocks, FileLocks, ThreadLocks
from connector_host.store.tables import STEPS, store_info

DRIVER = "postgresql+psycopg"


class Database:
    """One open store.

    Attributes:
        label: The path or URL, without a password, for messages.
        locks: Locks that all users of this store share.
    """

    def __init__(self, location: str | Path, *, busy_timeout: float) -> None:
        """Open a store, make it if it is not there, and bring it up to date.

        Args:
            location: A path (SQLite), or a URL `postgresql://user@host/database`.
            busy_timeout: Seconds to wait for another writer.

        Raises:
            StoreUnreachable, StoreLocked, StoreDamaged, StoreTooNew: It cannot be used, and why.
            BadInput: The URL is none, or of another kind of database.
        """
        self.locks: FileLocks | AdvisoryLocks
        self._writers = ThreadLocks()
        self._busy_timeout = busy_timeout
        if "://" in str(location):
            url = _server_url(str(location))
            self.label = url.render_as_string(hide_password=True)
            self._engine = _server_engine(url, pool_pre_ping=True)
            self.locks = AdvisoryLocks(_server_engine(url, poolclass=NullPool))
        else:
            path = Path(location).expanduser().absolute()
            self.label = str(path)
            _create_private(path)
            self._engine = _file_engine(path, busy_timeout)
            self.locks = FileLocks(path.with_name(f"{path.name}.locks"))
        event.listen(self._engine, "connect", _note_process)
        event.listen(self._engine, "checkout", _refuse_forked)
        try:
            self._bring_up_to_date(busy_timeout)
        except HostError:
            self.close()
            raise

    @contextmanager
    def hold(self, name: str, timeout: float) -> Iterator[None]:
        """Hold `name` alone among all users of this store; see `locks`."""
        with ExitStack() as stack:
            with (
                self._translate_errors()
            ):  # the taking alone: what happens inside is not the store's
                stack.enter_context(self.locks.hold(name, timeout))
            yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a transaction that writes nothing."""
        with self._translate_errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """Give a connection in a transaction; durable once left without an error.

        Args:
            durable: False does not wait for the disk: what was written outlives this process, and
                a loss of power only some moments later.
        """
        options = self._engine.execution_options(writing=True, durable=durable)
        with self._one_writer(), self._translate_errors(), options.begin() as connection:
            if not durable and connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    def _one_writer(self) -> AbstractContextManager[None]:
        """Let the threads of this process write to a file one after another.

        SQLite has one writer, and the others look again after ever longer pauses: of many, some
        would wait for seconds.
        """
        if self._engine.dialect.name != "sqlite":
            return nullcontext()
        return self._writers.hold("write", self._busy_timeout)

    def _bring_up_to_date(self, timeout: float) -> None:
        if self._version() < len(STEPS):
            with self.hold("schema", timeout):
                self._make_concurrent()
                for number in range(self._version(), len(STEPS)):
                    self._step(number)
        if self._version() > len(STEPS):
            raise StoreTooNew(
                f"The store {self.label} was written by a newer version of this program.",
                "Upgrade it.",
            )

    def _version(self) -> int:
        with self.reading() as connection:
            if not inspect(connection).has_table(store_info.name):
                return 0
            version = connection.scalar(
                select(store_info.c.value).where(store_info.c.name == "schema_version")
            )
            return int(version or 0)

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
        """Let readers go on while one writes; kept in the file, so this is said to it once."""
        if self._engine.dialect.name == "sqlite":
            with self._translate_errors(), self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None  # noqa: S101 - it is connected
                raw.execute("PRAGMA journal_mode = WAL").close()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Turn what the database driver raises into the host's errors."""
        try:
            yield
        except DBAPIError as exc:
            translated = _translate(exc, self.label)
            if translated is None:
                raise
            raise translated from exc


def _server_url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as exc:
        raise BadInput("The store's address is not a URL.", "Give a path or a URL.") from exc
    if url.drivername in {"postgresql", "postgres", DRIVER}:
        return url.set(drivername=DRIVER)
    raise BadInput(
        f"A store cannot be kept in {url.drivername!r}.",
        "Give the path of a file (SQLite) or a postgresql:// URL.",
    )


def _server_engine(url: URL, **options: Any) -> Engine:
    try:
        return create_engine(url, hide_parameters=True, **options)
    except ModuleNotFoundError as exc:
        raise NotInstalled(
            "A store in PostgreSQL needs the package psycopg.", "pip install 'psycopg[binary]'"
        ) from exc


def _file_engine(path: Path, busy_timeout: float) -> Engine:
    url = URL.create("sqlite+pysqlite", database=str(path))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": busy_timeout})
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    return engine


def _create_private(path: Path) -> None:
    """Make the file if it is not there, and keep others from reading it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_mode & 0o077 and os.name == "posix":
                os.fchmod(file, 0o600)
        finally:
            os.close(file)
    except OSError as exc:
        raise StoreUnreachable(
            f"The store {path} cannot be opened: {exc.strerror}.",
            "Choose another place for it, or make this one writable.",
        ) from exc


def _leave_transactions_to_us(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # sqlite3 would begin too late to be sure of the write lock
    raw.execute("PRAGMA foreign_keys = ON").close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("writing", False):
        disk = "FULL" if options["durable"] else "NORMAL"
        connection.exec_driver_sql(f"PRAGMA synchronous = {disk}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


def _note_process(_raw: Any, record: Any) -> None:
    record.info["pid"] = os.getpid()


def _refuse_forked(_raw: Any, record: Any, proxy: Any) -> None:
    """Keep a forked child from using its parent's connections; the pool then makes a new one."""
    if record.info["pid"] != os.getpid():
        record.dbapi_connection = proxy.dbapi_connection = None
        raise DisconnectionError("connection of another process")


def _translate(exc: DBAPIError, label: str) -> HostError | None:
    """Say what a driver's error means for the store; None for what only a bug can cause.

    https://www.sqlite.org/rescode.html
    """
    name = getattr(exc.orig, "sqlite_errorname", "")
    match name.split("_")[1] if name else "":
        case "BUSY" | "LOCKED":
            return StoreLocked(
                f"Another program holds the store {label}.", "Try again, or end that program."
            )
        case "NOTADB" | "CORRUPT":
            return StoreDamaged(
                f"The store {label} is damaged: {exc.orig}.",
                "Restore it from a backup, or move it away and connect again.",
            )
        case "CANTOPEN" | "READONLY" | "PERM" | "FULL" | "IOERR":
            return StoreUnreachable(
                f"The store {label} cannot be used: {exc.orig}.",
                "Choose another place for it, or make this one writable.",
            )
    if exc.connection_invalidated or (isinstance(exc, OperationalError) and not name):
        return StoreUnreachable(
            f"The store {label} does not answer.", "Check the address and that its server runs."
        )
    return None
