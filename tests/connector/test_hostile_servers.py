"""Servers that send what no server of Salesforce's does: without end, malformed, or too slowly."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from connector.scripted_server import OK, PATIENCE, Server, request, saying
from connector.senders import GET, POST, Sender

from salesforce_connector.errors import BadReply, ConnectorError, Unavailable
from salesforce_connector.flow import Call
from salesforce_connector.http import transfer_rate
from salesforce_connector.http.wire_request import MAX_RESPONSE_BYTES

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CLOSING = HEAD + b"Connection: close\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


class Endless:
    """Serves a beginning, and then one piece again and again until the client hangs up."""

    def __init__(self, beginning: bytes, piece: bytes, pause: float = 0.0) -> None:
        self.beginning, self.piece, self.pause = beginning, piece, pause
        self.stop = threading.Event()

    def __call__(self, peer: socket.socket) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            received += peer.recv(65536)
        end = time.monotonic() + PATIENCE  # of a client that does not hang up
        try:
            peer.sendall(self.beginning)
            while not self.stop.wait(self.pause) and time.monotonic() < end:
                peer.sendall(self.piece)
        except OSError:
            return


def call_of(mode: str, folder: Path) -> Call:
    return GET if mode == "whole" else Call("GET", "/x", into=folder / "file")


@pytest.fixture(params=["whole", "to a file"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (HEAD, b"X-Header: " + b"x" * 4_000 + b"\r\n"),
        (HEAD, b"a: b\r\n" * 1_000),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000),
        (b"", b"HTTP/1.1 103 Early Hints\r\nLink: " + b"x" * 4_000 + b"\r\n\r\n"),
        (b"HTTP/1.1 200 ", b"x" * 65_536),
        (CHUNKED + b"5;", b"extension" * 1_000),
        (CHUNKED + b"0\r\n", b"X-Trailer: 1\r\n" * 1_000),
    ],
    ids=["long headers", "many headers", "100s", "103s", "reason", "chunk extension", "trailers"],
)
def test_what_is_not_a_body_is_read_to_a_limit(
    sender: Sender, mode: str, beginning: bytes, piece: bytes, tmp_path: Path
) -> None:
    endless = Endless(beginning, piece)
    with Server(endless) as server:
        began = time.monotonic()
        odd = request(f"{server.url}/x", deadline=1.0, read_timeout=1.0, lowest_rate=1_000)
        with pytest.raises(Unavailable):
            sender.send(odd, call_of(mode, tmp_path))
        endless.stop.set()

    assert time.monotonic() - began < PATIENCE / 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (HEAD + b"X: ", b"x"),
        (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    ],
    ids=["a header", "interim responses"],
)
def test_a_head_that_trickles_is_a_read_timeout(
    sender: Sender, mode: str, beginning: bytes, piece: bytes, tmp_path: Path
) -> None:
    """Each byte arrives in time; a file's transfer has no deadline of its own."""
    trickle = Endless(beginning, piece, pause=0.02)
    with Server(trickle) as server:
        began = time.monotonic()
        with pytest.raises(Unavailable) as raised:
            sender.send(request(f"{server.url}/x", read_timeout=0.3), call_of(mode, tmp_path))
        trickle.stop.set()

    assert raised.value.code == "ReadTimeout"
    assert time.monotonic() - began < PATIENCE / 2


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (HEAD + b"Content-Length: 99999\r\n\r\n", b"x"),
        (CHUNKED, b"1\r\nx\r\n"),
        (CHUNKED + b"5;", b"e"),
        (CHUNKED + b"0\r\nX: ", b"t"),
    ],
    ids=["a length", "chunks", "a chunk extension", "a trailer"],
)
def test_a_download_below_the_lowest_rate_is_aborted(
    sender: Sender, beginning: bytes, piece: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer_rate, "RATE_WINDOW", 0.2)
    trickle = Endless(beginning, piece, pause=0.02)
    call = Call("GET", "/x", into=tmp_path / "file")
    with Server(trickle) as server:
        began = time.monotonic()
        with pytest.raises(Unavailable) as raised:
            sender.send(request(f"{server.url}/x", read_timeout=0.8, lowest_rate=1_000), call)
        trickle.stop.set()

    assert raised.value.code in ("TransferTooSlow", "ReadTimeout")
    assert time.monotonic() - began < PATIENCE / 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_at_the_lowest_rate_is_read(
    sender: Sender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer_rate, "RATE_WINDOW", 0.1)

    def steady(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(HEAD + b"Content-Length: 5000\r\n\r\n")
        for _ in range(10):
            time.sleep(0.03)
            peer.sendall(b"x" * 500)

    server = Server(steady)
    with server:
        sender.send(
            request(f"{server.url}/x", lowest_rate=1_000), Call("GET", "/x", into=tmp_path / "file")
        )

    assert (tmp_path / "file").stat().st_size == 5_000


@pytest.mark.slow
def test_an_upload_may_take_longer_than_the_response_to_it(sender: Sender) -> None:
    """The read timeout is for the response, which a server sends once it has the whole body."""

    def chunks() -> Iterator[bytes]:
        for _ in range(8):
            time.sleep(0.2)
            yield b"x" * 100

    with saying(OK) as server:
        response = sender.send(
            request(f"{server.url}/x", "PUT", chunks(), read_timeout=0.8), Call("PUT", "/x")
        )

    assert response.status_code == 200


def test_a_body_that_the_server_does_not_read_ends_at_the_deadline(sender: Sender) -> None:
    """The server reads so slowly that the whole would take an hour."""
    done = threading.Event()

    def slow(peer: socket.socket) -> None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        while not done.wait(0.02):
            peer.recv(4_096)

    with Server(slow) as server:
        began = time.monotonic()
        with pytest.raises(Unavailable) as raised:
            sender.send(request(f"{server.url}/x", "POST", b"x" * 2**25, deadline=0.5), POST)
        done.set()

    assert (raised.value.code, raised.value.sent) == ("DeadlineExceeded", True)
    assert time.monotonic() - began < PATIENCE / 2


@pytest.mark.parametrize(
    "answer",
    [
        CHUNKED + b"FFFFFFFFFFFFFFFFF\r\nx",
        CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"2\r\n{}XX0\r\n\r\n",
        CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Content-Length: -2\r\n\r\n{}",
        HEAD + b"Content-Length: 2, 3\r\n\r\n{}",
        HEAD + b"Content-Length: 0x2\r\n\r\n{}",
        HEAD + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n{}",
        b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 99999 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"X\x00Y: 1\r\nContent-Length: 2\r\n\r\n{}",
        CLOSING + b"Content-Encoding: gzip, gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
        CLOSING + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
    ],
    ids=[
        "huge chunk", "negative chunk", "chunk without end", "odd chunk size", "negative length",
        "two lengths", "odd length", "huge length", "two framings", "switch", "version", "status",
        "no status", "NUL", "gzip twice", "unknown encoding",
    ],
)  # fmt: skip
def test_a_malformed_response_raises_an_error_and_its_connection_is_closed(
    sender: Sender, mode: str, answer: bytes, tmp_path: Path
) -> None:
    """Or it is read as far as it is valid; the next response never begins with its rest."""
    with saying(answer, OK) as server:
        try:
            sender.send(request(f"{server.url}/x"), call_of(mode, tmp_path))
        except ConnectorError:
            assert list(tmp_path.iterdir()) == []
        response = sender.send(request(f"{server.url}/y"), GET)

    assert response.content == b"{}"
    assert len(server.heads) == 2


@pytest.mark.parametrize(
    "extra",
    [OK.replace(b"{}", b"[]"), b"x", b"HTTP/1.1 100 Continue\r\n\r\n"],
    ids=["a response", "a byte", "an interim response"],
)
@pytest.mark.parametrize("late", [False, True])
def test_bytes_after_a_response_reach_no_other_call(
    sender: Sender, extra: bytes, late: bool
) -> None:
    """Neither when they arrive with it, nor while the connection is idle."""

    def first(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(OK if late else OK + extra)
        if late:
            time.sleep(0.05)
            peer.sendall(extra)
        peer.settimeout(0.5)
        while peer.recv(65536):  # what is sent on it all the same is answered wrongly
            peer.sendall(OK.replace(b"{}", b"!!"))

    def second(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(OK)

    server = Server(first, second)
    with server:
        with suppress(ConnectorError):  # it may be refused as a whole
            sender.send(request(f"{server.url}/x"), GET)
        sender.wait(0.2)
        response = sender.send(request(f"{server.url}/y"), GET)

    assert response.content == b"{}"


def test_thousands_of_small_parts_of_gzip_are_refused(sender: Sender) -> None:
    """Each empty part takes 20 bytes, and a decompressor of its own."""
    parts = gzip.compress(b"") * 500_000
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(parts)
    began = time.process_time()
    with saying(head + parts) as server, pytest.raises(Unavailable):
        sender.send(request(f"{server.url}/x"), GET)

    assert time.process_time() - began < 5.0


@pytest.mark.slow
def test_json_of_too_many_parts_is_refused_before_it_is_parsed(sender: Sender) -> None:
    """128 MiB of empty objects would take 3 GB as Python's; a few kilobytes of gzip hold them."""
    bomb = gzip.compress(b"[" + b"{}," * (MAX_RESPONSE_BYTES // 3 - 10) + b"0]")
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with saying(head + bomb) as server, pytest.raises(BadReply) as raised:
        sender.send(request(f"{server.url}/x", "POST"), POST)

    assert (raised.value.code, raised.value.sent) == ("RESPONSE_TOO_LARGE", True)
