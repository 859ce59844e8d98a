"""Both transports over real sockets: what they send, and which error a broken connection becomes.

Each server is a thread that answers connection after connection by a script.
"""

import gzip
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from connector.scripted_server import OK, PATIENCE, Handler, Server, request, saying
from connector.senders import GET, POST, Sender

from salesforce_connector.errors import BadReply, ConnectorError, Forbidden, Rejected, Unavailable
from salesforce_connector.flow import Call
from salesforce_connector.http.socket_transport import SocketTransport
from salesforce_connector.http.wire_request import (
    MAX_ERROR_BYTES,
    MAX_RESPONSE_BYTES,
)
from salesforce_emulator.serving.certificates import write_certificates


def test_a_request_that_never_left_reports_so(sender: Sender) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]

    with pytest.raises(Unavailable) as raised:
        sender.send(request(f"http://127.0.0.1:{port}/x"), POST)

    assert (raised.value.code, raised.value.sent) == ("ConnectError", False)


def test_a_host_name_that_does_not_resolve_is_the_errors_cause(sender: Sender) -> None:
    with pytest.raises(Unavailable) as raised:
        sender.send(request("http://no-such-name.invalid/x"), GET)

    causes: list[type[BaseException]] = []
    error: BaseException | None = raised.value
    while error is not None:
        causes.append(type(error))
        error = error.__cause__
    assert socket.gaierror in causes


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "POST"])
def test_a_request_whose_response_is_lost_may_have_been_done_and_is_sent_once(
    sender: Sender, method: str
) -> None:
    with saying(b"", OK) as server, pytest.raises(Unavailable) as raised:
        sender.send(request(f"{server.url}/x", method), Call(method, "/x"))

    assert raised.value.sent is (method != "GET")
    assert len(server.heads) == 1


def test_half_a_response_is_no_response(sender: Sender, tmp_path: Path) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    for call in (GET, Call("GET", "/x", into=tmp_path / "file")):
        with saying(half) as server, pytest.raises(Unavailable) as raised:
            sender.send(request(f"{server.url}/x"), call)
        assert raised.value.code == "RemoteProtocolError"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "message",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400_000,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
    ],
    ids=["no HTTP", "two lengths", "endless head", "broken gzip"],
)
def test_what_is_not_http_is_no_response(sender: Sender, message: bytes) -> None:
    with saying(message) as server, pytest.raises(Unavailable):
        sender.send(request(f"{server.url}/x"), GET)


def test_a_late_response_is_a_read_timeout(sender: Sender) -> None:
    done = threading.Event()

    def silent(peer: socket.socket) -> None:
        server.read(peer)
        done.wait(PATIENCE)

    server = Server(silent)
    with server:
        with pytest.raises(Unavailable) as raised:
            sender.send(request(f"{server.url}/x", read_timeout=0.05), GET)
        done.set()
    assert raised.value.code == "ReadTimeout"


def test_a_response_that_trickles_ends_at_the_deadline(sender: Sender) -> None:
    """Each byte arrives in time, and the whole never would."""
    done = threading.Event()

    def trickling(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not done.wait(0.02):
            peer.sendall(b" ")

    server = Server(trickling)
    with server:
        with pytest.raises(Unavailable) as raised:
            sender.send(request(f"{server.url}/x", deadline=0.2), GET)
        done.set()
    assert raised.value.code == "DeadlineExceeded"


@pytest.mark.slow
def test_a_response_may_take_longer_than_the_read_timeout_in_all(sender: Sender) -> None:
    """The read timeout is for each pause, not for the whole."""

    def slow(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
        for _ in range(8):
            time.sleep(0.2)
            peer.sendall(b"x")

    server = Server(slow)
    with server:
        response = sender.send(request(f"{server.url}/x", read_timeout=0.9), GET)

    assert response.content == b"x" * 8


def test_a_connection_is_used_again_and_one_that_has_ended_is_not(sender: Sender) -> None:
    def serve(times: int) -> Handler:
        def handler(peer: socket.socket) -> None:
            for _ in range(times):
                server.read(peer)
                peer.sendall(OK)

        return handler

    server = Server(serve(2), serve(1))
    with server:
        statuses = []
        for number in range(3):
            if number == 2:
                sender.wait(0.05)  # until word has come that the first connection has ended
            response = sender.send(request(f"{server.url}/{number}"), GET)
            statuses.append(response.status_code)

    assert statuses == [200] * 3


def test_sends_the_request_without_other_headers(sender: Sender) -> None:
    with saying(OK) as server:
        sender.send(request(f"{server.url}/a%20b?q=%2B%27", "PATCH", b'{"a":1}'), POST)

    [head] = server.heads
    lines = head.split("\r\n")
    assert lines[0] == "PATCH /a%20b?q=%2B%27 HTTP/1.1"
    names = {line.partition(":")[0].lower() for line in lines[1:]}
    assert names == {"host", "accept", "authorization", "content-length"}
    assert "Authorization: Bearer SECRET-TOKEN" in lines
    assert server.bodies == [b'{"a":1}']


@pytest.mark.parametrize(
    ("name", "value"),
    [("X", "a\r\nY: b"), ("X\nY", "a"), ("X", "a\nb"), ("X", "\u4e2d"), ("X", "\xe4")],
)
def test_a_line_break_in_a_header_is_not_sent(sender: Sender, name: str, value: str) -> None:
    odd = request("http://127.0.0.1:1/x")
    odd.headers[name] = value
    with saying(OK) as server:
        odd.base = server.url
        with pytest.raises(Rejected) as raised:
            sender.send(odd, GET)

    assert (raised.value.code, raised.value.sent) == ("INVALID_REQUEST", False)

    assert server.heads == []


@pytest.mark.filterwarnings("error")
def test_a_large_body_is_sent_whole(sender: Sender) -> None:
    body = b"x" * (2**20 + 1)
    with saying(OK) as server:
        sender.send(request(f"{server.url}/x", "POST", body), POST)

    assert server.bodies == [body]
    assert "chunked" not in server.heads[0].lower()


def test_a_body_in_chunks_is_sent_chunk_by_chunk(sender: Sender) -> None:
    with saying(OK) as server:
        sender.send(request(f"{server.url}/x", "PUT", iter([b"one,", b"two"])), POST)

    assert server.bodies == [b"4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Rejected("The file is no CSV.", code="NOT_CSV"), "NOT_CSV"),
        (OSError(5, "Input/output error"), "FILE_NOT_READABLE"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "no"), "FILE_NOT_READABLE"),
    ],
    ids=["ours", "disk", "encoding"],
)
def test_a_source_that_cannot_be_read_is_no_network_error(
    sender: Sender, error: Exception, code: str
) -> None:
    def source() -> Iterator[bytes]:
        yield b"first"
        raise error

    with saying(OK) as server, pytest.raises(Rejected) as raised:
        sender.send(request(f"{server.url}/x", "PUT", source()), POST)

    assert (raised.value.code, raised.value.sent) == (code, False)


def _encoded(body: bytes, *, chunked: bool = False) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
    if chunked:
        pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)]
        lines = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces]
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(lines) + b"0\r\n\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize("chunked", [True, False])
def test_a_response_is_decompressed(sender: Sender, chunked: bool, tmp_path: Path) -> None:
    text = b'{"a":1}' * 5_000
    two = gzip.compress(text) + gzip.compress(b"end")  # a gzip file may have several parts
    path = tmp_path / "body"
    with saying(*[_encoded(two, chunked=chunked)] * 2) as server:
        whole = sender.send(request(f"{server.url}/x"), GET)
        sender.send(request(f"{server.url}/x"), Call("GET", "/x", into=path))

    assert whole.content == path.read_bytes() == text + b"end"


@pytest.mark.slow
def test_a_body_that_decompresses_to_too_much_is_refused_early(sender: Sender) -> None:
    bomb = gzip.compress(b"\0" * (MAX_RESPONSE_BYTES + 1))
    with saying(_encoded(bomb)) as server, pytest.raises(BadReply) as raised:
        sender.send(request(f"{server.url}/x", "POST"), POST)

    assert (raised.value.code, raised.value.sent) == ("RESPONSE_TOO_LARGE", True)


def test_an_endless_error_page_is_cut(sender: Sender) -> None:
    head = b"HTTP/1.1 503 Down\r\nContent-Length: 99999999\r\n\r\n"
    stop = threading.Event()

    def endless(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(head)
        try:
            while not stop.is_set():
                peer.sendall(b"x" * 65536)
        except OSError:
            return

    server = Server(endless)
    with server:
        response = sender.send(request(f"{server.url}/x"), GET)
        stop.set()

    assert response.status_code == 503
    assert len(response.content) <= MAX_ERROR_BYTES


def test_a_redirect_is_returned_and_cookies_are_not_stored(sender: Sender) -> None:
    moved = (
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
        b"Set-Cookie: sid=SECRET; Path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    with saying(moved, OK) as server:
        first = sender.send(request(f"{server.url}/x"), GET)
        second = sender.send(request(f"{server.url}/x"), GET)

    assert (first.status_code, second.status_code) == (302, 200)
    assert "sid" not in server.heads[1]


@pytest.mark.parametrize(
    ("message", "body"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"{}"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"{}"),
    ],
    ids=["interim", "204", "until the end", "HTTP/1.0"],
)
def test_reads_every_form_of_a_response(sender: Sender, message: bytes, body: bytes) -> None:
    with saying(message) as server:
        assert sender.send(request(f"{server.url}/x"), GET).content == body


def test_bytes_after_a_response_are_not_read_as_the_next_one(sender: Sender) -> None:
    """A connection with more than one response to a request is not used again."""
    with saying(OK + OK.replace(b"{}", b"[]"), OK) as server:
        bodies = [sender.send(request(f"{server.url}/x"), GET).content for _ in range(2)]

    assert bodies == [b"{}", b"{}"]
    assert len(server.heads) == 2


@pytest.mark.parametrize("trusted", [True, False])
def test_an_untrusted_server_certificate_is_refused(
    kind: type[Sender], trusted: bool, tmp_path: Path
) -> None:
    certificates = write_certificates(tmp_path)
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(certificates.chain, certificates.key)

    def serve(peer: socket.socket) -> None:
        try:
            with inside.wrap_socket(peer, server_side=True) as secure:
                server.read(secure)
                secure.sendall(OK)
        except OSError:
            return

    server = Server(serve)
    context = ssl.create_default_context()
    if trusted:
        context.load_verify_locations(certificates.ca)
    sender = kind(context)
    url = server.url.replace("http:", "https:")
    with server, closing(sender):
        if trusted:
            assert sender.send(request(f"{url}/x"), GET).status_code == 200
        else:
            with pytest.raises(Forbidden) as raised:
                sender.send(request(f"{url}/x"), POST)
            assert (raised.value.code, raised.value.sent) == ("CERTIFICATE_NOT_TRUSTED", False)


def test_no_local_variable_of_a_failure_holds_the_token(sender: Sender) -> None:
    """Error trackers send the local variables of each frame, by their repr, to a server."""
    with saying(b"") as server, pytest.raises(ConnectorError) as raised:
        sender.send(request(f"{server.url}/x", "POST", b"{}"), POST)

    error: BaseException | None = raised.value
    observed = ""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename != __file__:
                observed += repr(frame.f_locals) + str(frame.f_locals)
        error = error.__cause__ or error.__context__
    assert observed
    assert "SECRET-TOKEN" not in observed


def test_requests_beyond_the_limit_in_flight_wait() -> None:
    transport = SocketTransport(
        ssl.create_default_context, max_in_use=1, max_idle=1, idle_timeout=60
    )
    transport.acquire()
    waiting = threading.Thread(target=transport.acquire)
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()

    transport.release()

    waiting.join(PATIENCE)
    assert not waiting.is_alive()
