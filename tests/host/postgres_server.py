"""A PostgreSQL server for tests: in a folder of its own, on loopback, gone afterwards.

It takes the programs that are installed, downloads nothing, and does not wait for the disk.

https://www.postgresql.org/docs/current/app-initdb.html
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psycopg

USER = "host"
DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "max_connections": "60",
    "max_wal_size": "64MB",
    "shared_buffers": "16MB",
}
START_TIMEOUT = 30.0  # seconds, on a machine that does other things too


def programs() -> Path | None:
    """Find the folder with `initdb` and `postgres`; None when PostgreSQL is not installed."""
    result = shutil.which("initdb")
    if result:
        return Path(result).resolve().parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


class PostgresServer:
    """One server; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._programs = folder
        self._port = _free_port()
        self._schemas = 0
        self._process: subprocess.Popen[bytes] | None = None
        # Not under pytest's folder: that is closed to the user whom the server runs as.
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._account = _unprivileged()

    def __enter__(self) -> Self:
        if self._account is not None:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        self._run("initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._words("postgres", *(f"-c{key}={value}" for key, value in SETTINGS.items())),
                stdout=log,
                stderr=log,
                start_new_session=True,  # what interrupts the tests is not for it
                preexec_fn=_end_with_parent,
                **self._as_account(),
            )
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                log_text = (self._folder / "log").read_text("utf-8")
                assert self._process.poll() is None, log_text
                assert time.monotonic() < deadline, log_text
                time.sleep(0.01)  # a server has no other way to say that it is ready
            else:
                return

    def stop(self) -> None:
        """End the server at once, as a crash does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)  # "immediate shutdown"
            self._process.wait()

    def url(self, schema: str = "public") -> str:
        options = quote(f"-csearch_path={schema}")
        return f"postgresql://{USER}@127.0.0.1:{self._port}/postgres?options={options}"

    def new_schema(self) -> str:
        """Create an empty schema, which serves as a database of its own."""
        self._schemas += 1
        name = f"s{self._schemas}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return self.url(name)

    def _run(self, program: str, *words: str) -> None:
        ended = subprocess.run(
            self._words(program, *words), capture_output=True, check=False, **self._as_account()
        )
        assert ended.returncode == 0, ended.stderr.decode()

    def _words(self, program: str, *words: str) -> list[str]:
        port = [f"-p{self._port}"] if program == "postgres" else []
        return [str(self._programs / program), "-D", str(self._folder / "data"), *port, *words]

    def _as_account(self) -> dict[str, Any]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}


def _end_with_parent() -> None:
    """End at once when the tests are killed; Linux alone has this.

    https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # 1: PR_SET_PDEATHSIG


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom the server is to run as: it refuses to run as root. None for who runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name: account for account in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
