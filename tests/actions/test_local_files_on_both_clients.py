"""Local files that cannot be read, sent by both clients over real sockets: nothing is begun."""

import asyncio
import json
import os
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self, cast

import pytest
from memory_connection import MemoryConnection

from salesforce_actions.catalog import ACTIONS
from salesforce_connector.errors import ConnectorError, Rejected
from salesforce_connector.files.file_access import FILES_BELOW
from salesforce_connector.http.async_client import AsyncClient
from salesforce_connector.http.client import Client
from salesforce_connector.http.result import Result

JOB = "750000000000000001"


class Org(ThreadingHTTPServer):
    """Begins and aborts bulk jobs, and describes nothing.

    Attributes:
        writes: Method of each request whose body came whole, GET left out.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.writes: list[str] = []
        self._thread = Thread(target=self.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no fault of the server's."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002 - its own name

    def _serve(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline() or b"-1", 16):
                if size < 0:
                    return  # it broke off
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.command != "GET":
            cast(Org, self.server).writes.append(self.command)
        job = {"id": JOB, "object": "Lead", "operation": "insert", "state": "Open"}
        body = json.dumps(job).encode()
        self.send_response(404 if self.command == "GET" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = _serve  # noqa: N815 - names of the library


def run_threads(connection: MemoryConnection, name: str, inputs: Mapping[str, Any]) -> None:
    client = Client(connection)
    try:
        client.run(ACTIONS[name], inputs, Result(retry_for=0.0))
    finally:
        client.close()


def run_loop(connection: MemoryConnection, name: str, inputs: Mapping[str, Any]) -> None:
    async def run() -> None:
        client = AsyncClient(connection)
        try:
            await client.run(ACTIONS[name], inputs, Result(retry_for=0.0))
        finally:
            await client.close()

    asyncio.run(run())


def connection_to(org: Org) -> MemoryConnection:
    url = f"http://127.0.0.1:{org.server_address[1]}"
    settings = {
        "my_domain_url": url,
        "local_org": True,
        "consumer_key": "K",
        "consumer_secret": "S",
    }
    signed_in = {"access_token": "T", "instance_url": url}
    return MemoryConnection("client_credentials", settings, signed_in)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FILES_BELOW, str(tmp_path))
    return tmp_path


def missing(path: Path) -> None:
    del path


def directory(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    path.symlink_to("/dev/zero")


def not_utf8(path: Path) -> None:
    path.write_bytes(b"Name\n\xff\xfe\x80\n")


def no_columns(path: Path) -> None:
    path.write_bytes(b"\n\n")


def open_quote(path: Path) -> None:
    path.write_bytes(b'Name\n"never ends\n')


@pytest.mark.parametrize("run", [run_threads, run_loop], ids=["threads", "loop"])
@pytest.mark.parametrize(
    ("name", "make"),
    [
        *[("upload_file", make) for make in (missing, directory, pipe, link)],
        *[
            ("bulk_write", make)
            for make in (missing, directory, pipe, link, not_utf8, no_columns, open_quote)
        ],
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_begun(
    folder: Path, run: Any, name: str, make: Any
) -> None:
    path = folder / "file.csv"
    make(path)
    inputs: dict[str, Any] = {"path": str(path)}
    if name == "bulk_write":
        inputs |= {"sobject": "Lead", "operation": "insert"}
    with Org() as org, pytest.raises(ConnectorError) as raised:
        run(connection_to(org), name, inputs)

    assert isinstance(raised.value, Rejected)
    assert not raised.value.sent
    assert org.writes == []


@pytest.mark.parametrize("run", [run_threads, run_loop], ids=["threads", "loop"])
def test_a_file_that_breaks_in_its_middle_leaves_no_job_open(folder: Path, run: Any) -> None:
    """What stands a hundred thousand rows down is not known before; the job has no rows then."""
    path = folder / "file.csv"
    path.write_bytes(b"Name\n" + b"a\n" * 100_000 + b"\xff\n")
    with Org() as org, pytest.raises(ConnectorError) as raised:
        run(
            connection_to(org),
            "bulk_write",
            {"path": str(path), "sobject": "Lead", "operation": "insert"},
        )

    assert isinstance(raised.value, Rejected)
    assert not raised.value.sent
    assert org.writes in ([], ["POST", "PATCH"])  # begun and aborted, at most
