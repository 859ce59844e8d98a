"""The async way to the network, over real sockets: what it sends, and what a broken one is told as.

Each server is a thread that answers connection after connection by a script.
"""

import asyncio
import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, closing, contextmanager
from pathlib import Path

import httpx
import pytest

from salesforce_connector.action import Call
from salesforce_connector.errors import Rejected
from salesforce_connector.http.aiohttp_transport import AiohttpTransport
from salesforce_connector.http.exchange import exchange_async
from salesforce_connector.http.transport import LIMITS
from salesforce_connector.http.wire_request import BodySource, Prepared
from salesforce_emulator.serving.certificates import write_certificates

PATIENCE = 10.0  # seconds for a test's other side
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Turn = Callable[[socket.socket], object]


class Server:
    """One that lets each connection be served by the next turn of its script.

    Attributes:
        heads: What came before the empty line of each request.
        bodies: What came behind it, as far as its length said.
    """

    def __init__(self, *turns: Turn) -> None:
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self._turns = turns
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(PATIENCE)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        for turn in self._turns:
            try:
                there, _ = self._listening.accept()
            except OSError:
                return
            there.settimeout(PATIENCE)
            with closing(there):
                turn(there)

    def read(self, there: socket.socket) -> None:
        """Read one request."""
        came = b""
        while b"\r\n\r\n" not in came:
            came += there.recv(65536)
        head, _, body = came.partition(b"\r\n\r\n")
        length = next(
            (
                int(line[15:])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-l")
            ),
            0,
        )
        if b"chunked" in head.lower():
            while not body.endswith(b"0\r\n\r\n"):
                body += there.recv(65536)
        while len(body) < length:
            body += there.recv(65536)
        self.heads.append(head.decode())
        self.bodies.append(body)

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # who still waits for a connection goes home
        self._thread.join(PATIENCE)
        self._listening.close()


@contextmanager
def saying(*answers: bytes) -> Iterator[Server]:
    """A server that reads a request on each connection, says one thing, and hangs up."""

    def turn(said: bytes) -> Turn:
        def serve(there: socket.socket) -> None:
            server.read(there)
            there.sendall(said)

        return serve

    server = Server(*map(turn, answers))
    with server:
        yield server


def transport(proxy: str | None = None) -> AiohttpTransport:
    return AiohttpTransport(ssl.create_default_context(), LIMITS, lambda _: proxy)


def prepared(
    url: str,
    method: str = "GET",
    content: bytes | Iterator[bytes] | None = None,
    *,
    wait: float = PATIENCE,
) -> Prepared:
    return Prepared(method, url, {"Accept": "application/json", "X-Token": "T"}, content, wait)


def send(
    *requests: Prepared, whole: bool = True, proxy: str | None = None
) -> Sequence[httpx.Response]:
    """Send requests one after another by one transport, and read their answers."""

    async def all_of_them() -> Sequence[httpx.Response]:
        way = transport(proxy)
        try:
            found = []
            for request in requests:
                answer = await way.send(request, whole=whole)
                async with aclosing(answer):
                    await answer.aread()
                found.append(answer)
            return found
        finally:
            await way.aclose()

    return asyncio.run(all_of_them())


def test_a_request_that_never_left_says_so() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        port = found.getsockname()[1]
    with pytest.raises(httpx.ConnectError):
        send(prepared(f"http://127.0.0.1:{port}/x"))


def test_a_name_that_leads_nowhere_has_its_cause() -> None:
    with pytest.raises(httpx.ConnectError) as caught:
        send(prepared("http://no-such-name.invalid/x"))
    causes: list[type[BaseException]] = []
    error: BaseException | None = caught.value
    while error is not None:
        causes.append(type(error))
        error = error.__cause__
    assert socket.gaierror in causes


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "POST"])
def test_a_request_whose_answer_is_lost_may_have_been_done_and_is_sent_once(method: str) -> None:
    with saying(b"", OK) as server, pytest.raises(httpx.RequestError) as caught:
        send(prepared(f"{server.url}/x", method))
    assert not isinstance(caught.value, httpx.ConnectError | httpx.ConnectTimeout)
    assert len(server.heads) == 1


@pytest.mark.parametrize("whole", [True, False])
def test_half_an_answer_is_none(whole: bool) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    with saying(half) as server, pytest.raises(httpx.RemoteProtocolError):
        send(prepared(f"{server.url}/x"), whole=whole)


def test_what_is_no_http_is_no_answer() -> None:
    with saying(b"SSH-2.0-OpenSSH_9.9\r\n") as server, pytest.raises(httpx.RemoteProtocolError):
        send(prepared(f"{server.url}/x"))


def test_an_answer_that_does_not_come_in_time_is_not_waited_for() -> None:
    done = threading.Event()

    def silent(there: socket.socket) -> None:
        server.read(there)
        done.wait(PATIENCE)

    server = Server(silent)
    with server:
        with pytest.raises(httpx.ReadTimeout):
            send(prepared(f"{server.url}/x", wait=0.05))
        done.set()


def test_a_connection_is_used_again_and_one_that_has_ended_is_not() -> None:
    def two(there: socket.socket) -> None:
        for _ in range(2):
            server.read(there)
            there.sendall(OK)

    def one(there: socket.socket) -> None:
        server.read(there)
        there.sendall(OK)

    server = Server(two, one)

    async def three() -> list[int]:
        way = transport()
        found = []
        for number in range(3):
            if number == 2:
                await asyncio.sleep(0.05)  # the loop hears that the first connection has ended
            found.append(
                (await way.send(prepared(f"{server.url}/{number}"), whole=True)).status_code
            )
        await way.aclose()
        return found

    with server:
        assert asyncio.run(three()) == [200] * 3


def test_sends_what_it_is_given_and_nothing_else() -> None:
    with saying(OK) as server:
        send(prepared(f"{server.url}/a%20b?q=%2B%27", "PATCH", b'{"a":1}'))
    [head] = server.heads
    lines = head.split("\r\n")
    assert lines[0] == "PATCH /a%20b?q=%2B%27 HTTP/1.1"
    names = {line.partition(":")[0].lower() for line in lines[1:]}
    assert names == {"host", "accept", "x-token", "content-length"}
    assert server.bodies == [b'{"a":1}']


@pytest.mark.filterwarnings("error")
def test_a_large_body_goes_whole() -> None:
    body = b"x" * (2**20 + 1)
    with saying(OK) as server:
        send(prepared(f"{server.url}/x", "POST", body))
    assert server.bodies == [body]
    assert "chunked" not in server.heads[0].lower()


def test_a_body_in_pieces_is_sent_as_it_comes() -> None:
    with saying(OK) as server:
        send(prepared(f"{server.url}/x", "PUT", iter([b"one,", b"two"])))
    assert server.bodies == [b"4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n"]


@pytest.mark.parametrize("whole", [True, False])
def test_an_answer_is_unpacked(whole: bool) -> None:
    packed = gzip.compress(b'{"a":1}')
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with saying(head + packed) as server:
        [answer] = send(prepared(f"{server.url}/x"), whole=whole)
    assert answer.json() == {"a": 1}


def test_a_redirect_is_an_answer_and_a_cookie_is_not_kept() -> None:
    moved = (
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
        b"Set-Cookie: sid=SECRET; Path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    with saying(moved, OK) as server:
        first, second = send(prepared(f"{server.url}/x"), prepared(f"{server.url}/x"))
    assert (first.status_code, second.status_code) == (302, 200)
    assert "SECRET" not in server.heads[1]


def test_a_request_goes_by_the_proxy_that_its_host_has() -> None:
    with saying(OK) as proxy:
        send(prepared("http://acme.example/x"), proxy=proxy.url)
    assert proxy.heads[0].startswith("GET http://acme.example/x HTTP/1.1")


def test_a_proxy_that_refuses_is_told_apart() -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with saying(refusal) as proxy, pytest.raises(httpx.ProxyError):
        send(prepared("https://acme.example/x"), proxy=proxy.url)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_server_must_prove_who_it_is(trusted: bool, tmp_path: Path) -> None:
    made = write_certificates(tmp_path)
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(made.chain, made.key)

    def serve(there: socket.socket) -> None:
        try:
            with inside.wrap_socket(there, server_side=True) as secure:
                server.read(secure)
                secure.sendall(OK)
        except ssl.SSLError:
            return

    server = Server(serve)
    context = ssl.create_default_context()
    if trusted:
        context.load_verify_locations(made.ca)

    async def ask() -> int:
        way = AiohttpTransport(context, LIMITS, lambda _: None)
        try:
            address = server.url.replace("http:", "https:")
            return (await way.send(prepared(address), whole=True)).status_code
        finally:
            await way.aclose()

    with server:
        if trusted:
            assert asyncio.run(ask()) == 200
        else:
            with pytest.raises(httpx.ConnectError):
                asyncio.run(ask())


def test_takes_requests_of_httpx_too() -> None:
    """A renewal by an engine's own loop sends one."""

    async def ask(url: str) -> tuple[int, bytes]:
        async with httpx.AsyncClient(transport=transport()) as client:
            answer = await client.post(url, data={"grant_type": "refresh_token"})
            return answer.status_code, answer.content

    with saying(OK) as server:
        assert asyncio.run(ask(f"{server.url}/token")) == (200, b"{}")
    assert server.bodies == [b"grant_type=refresh_token"]
    assert server.heads[0].lower().count("content-length") == 1


@pytest.mark.parametrize("failure", [Rejected("No.", code="CSV_NOT_READABLE"), OSError("gone")])
def test_what_goes_wrong_in_the_source_of_a_body_is_no_network_error(failure: Exception) -> None:
    def body() -> Iterator[bytes]:
        yield b"x" * 100
        raise failure

    async def upload(url: str) -> None:
        way = transport()
        try:
            request = prepared(f"{url}/x", "PUT", BodySource(body()))
            await exchange_async(way, request, Call("PUT", "/x", content=body))
        finally:
            await way.aclose()

    def read_to_the_end(there: socket.socket) -> None:
        while there.recv(65536):
            pass

    with Server(read_to_the_end) as server, pytest.raises(Rejected) as error:
        asyncio.run(upload(server.url))
    assert (error.value.kind, error.value.sent) == ("rejected", False)
