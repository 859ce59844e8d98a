"""Bodies that name paths, and answers that are poured into something, by both clients."""

from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from connector.client_drivers import Driver, send
from connector.scripted_org import ScriptedOrg, answer
from memory_connection import MemoryConnection

from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call, Sink
from salesforce_connector.http.file_sink import new_file

Connect = Callable[[Connection, ScriptedOrg], Driver]


class Pot:
    """A sink that tells what it holds and whether it was left by an error."""

    def __init__(self) -> None:
        self.content = b""
        self.spoilt = 0

    @contextmanager
    def open(self) -> Generator[Sink]:
        self.content = b""
        try:
            yield self
        except BaseException:
            self.spoilt += 1
            raise

    def write(self, piece: bytes, /) -> None:
        self.content += piece


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that breaks off after its first piece."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"half"
        raise httpx.ReadError("gone")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"half"
        raise httpx.ReadError("gone")


def connection() -> MemoryConnection:
    return MemoryConnection(
        "client_credentials",
        {"my_domain_url": "acme.my.salesforce.com", "consumer_key": "K", "consumer_secret": "S"},
        {"access_token": "T", "instance_url": "https://acme.my.salesforce.com"},
    )


def test_a_body_may_name_paths_under_the_version_in_use(connect: Connect) -> None:
    org = ScriptedOrg(lambda _: answer(200, {}))
    driver = connect(connection(), org)

    send(driver, Call("POST", "/composite", json=lambda root: {"url": f"{root}/limits"}))

    [request] = org.calls
    version = request.url.path.removesuffix("/composite")
    assert request.content == b'{"url":"%s/limits"}' % version.encode()


def test_a_response_is_written_where_the_call_says(connect: Connect) -> None:
    org = ScriptedOrg(lambda _: httpx.Response(200, content=b"a,b\n1,2\n"))
    pot = Pot()

    send(connect(connection(), org), Call("GET", "/x", into=pot.open))

    assert (pot.content, pot.spoilt) == (b"a,b\n1,2\n", 0)


def test_a_refusal_is_not_poured(connect: Connect) -> None:
    org = ScriptedOrg(lambda _: answer(400, [{"errorCode": "X", "message": "No."}]))
    pot = Pot()

    with pytest.raises(ConnectorError):
        send(connect(connection(), org), Call("GET", "/x", into=pot.open))

    assert pot.content == b""


def test_a_truncated_body_is_undone_and_written_again(connect: Connect) -> None:
    bodies = [httpx.Response(200, stream=Broken()), httpx.Response(200, content=b"whole")]
    org = ScriptedOrg(lambda _: bodies.pop(0))
    pot = Pot()

    send(connect(connection(), org), Call("GET", "/x", into=pot.open))

    assert (pot.content, pot.spoilt) == (b"whole", 1)


def test_a_body_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """Neither a half of the new one nor nothing at all, and no crumbs beside it."""
    stored = tmp_path / "report.csv"
    stored.write_bytes(b"of yesterday")
    with suppress(ConnectionError), new_file(stored) as file:
        file.write(b"half of to")
        raise ConnectionError
    assert stored.read_bytes() == b"of yesterday"
    assert list(tmp_path.iterdir()) == [stored]

    with new_file(stored) as file:
        file.write(b"of today")
    assert stored.read_bytes() == b"of today"
