"""Connections of an event loop: what is cancelled, late, slow, closed or sent through a proxy."""

import asyncio
import base64
import select
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from connector.acme_connection import AcmeConnection
from connector.scripted_server import OK, PATIENCE, Server, request, saying

from salesforce_connector.errors import Unavailable
from salesforce_connector.flow import Call, Flow
from salesforce_connector.http.async_client import AsyncClient
from salesforce_connector.http.async_socket_transport import AsyncSocketTransport
from salesforce_connector.http.client import Client
from salesforce_connector.http.loop_slots import LoopSlots
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.result import Result
from salesforce_connector.http.wire_request import WireRequest
from salesforce_connector.http.wire_response import WireResponse
from salesforce_connector.response import Response
from salesforce_emulator.serving.certificates import write_certificates

MANY = 64 * 2**20  # bytes; more than sockets buffer


def run(
    work: Callable[[AsyncSocketTransport], Awaitable[object]],
    tls: ssl.SSLContext | None = None,
    proxy: str | None = None,
) -> None:
    """Run work on a loop of its own, with a transport that is closed at its end."""

    async def main() -> None:
        transport = AsyncSocketTransport(
            lambda: tls or ssl.create_default_context(),
            None if proxy is None else lambda _: proxy,
            max_in_use=4,
            max_idle=2,
            idle_timeout=60,
        )
        try:
            await asyncio.wait_for(work(transport), PATIENCE)
        finally:
            await transport.aclose()

    asyncio.run(main(), debug=False)


def test_a_cancelled_request_closes_its_connection() -> None:
    """Or its response would be read as that of the next request."""
    received, closed = threading.Event(), threading.Event()

    def silent(peer: socket.socket) -> None:
        server.read(peer)
        received.set()
        if peer.recv(1) == b"":
            closed.set()

    def answer(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(OK)

    server = Server(silent, answer)

    async def work(transport: AsyncSocketTransport) -> None:
        sending = asyncio.create_task(transport.send(request(f"{server.url}/1")))
        await asyncio.to_thread(received.wait, PATIENCE)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert await asyncio.to_thread(closed.wait, PATIENCE)
        assert (await transport.send(request(f"{server.url}/2"))).content == b"{}"

    with server:
        run(work)


def test_a_request_that_is_cancelled_while_it_connects_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/x"  # TLS is never answered

        async def work(transport: AsyncSocketTransport) -> None:
            sending = asyncio.create_task(transport.send(request(url)))
            await asyncio.sleep(0.05)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending

        run(work)  # a socket left open is a ResourceWarning, and so an error


def test_unexpected_data_closes_an_idle_connection() -> None:
    go_on, gone = threading.Event(), threading.Event()

    def send_unexpectedly(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(OK)
        go_on.wait(PATIENCE)
        peer.sendall(OK.replace(b"{}", b"[]"))
        with suppress(ConnectionResetError):
            peer.recv(1)
        gone.set()

    def answer(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(OK)

    server = Server(send_unexpectedly, answer)

    async def work(transport: AsyncSocketTransport) -> None:
        await transport.send(request(f"{server.url}/1"))
        go_on.set()
        await asyncio.to_thread(gone.wait, PATIENCE)
        assert (await transport.send(request(f"{server.url}/2"))).content == b"{}"

    with server:
        run(work)


def test_data_that_the_loop_has_not_read_yet_ends_an_idle_connection() -> None:
    """It waits in the socket's buffer while the loop is busy with something else."""
    go_on, sent = threading.Event(), threading.Event()

    def send_unexpectedly(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(OK)
        go_on.wait(PATIENCE)
        peer.sendall(OK.replace(b"{}", b"[]"))
        sent.set()
        with suppress(ConnectionResetError):
            peer.recv(1)

    def answer(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(OK)

    server = Server(send_unexpectedly, answer)

    async def work(transport: AsyncSocketTransport) -> None:
        await transport.send(request(f"{server.url}/1"))
        go_on.set()
        sent.wait(PATIENCE)  # the loop stands still meanwhile
        assert (await transport.send(request(f"{server.url}/2"))).content == b"{}"

    with server:
        run(work)


def test_a_response_that_comes_before_the_body_was_sent_ends_the_sending() -> None:
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n[]"

    def refuse(peer: socket.socket) -> None:
        peer.recv(1024)
        peer.sendall(refusal)
        stop.wait(PATIENCE)

    stop = threading.Event()
    server = Server(refuse)
    chunks = (b"x" * 65_536 for _ in range(MANY // 65_536))

    async def work(transport: AsyncSocketTransport) -> None:
        response = await transport.send(request(f"{server.url}/x", "PUT", chunks))
        assert response.status_code == 413
        stop.set()

    with server:
        run(work)

    assert next(chunks, None) is not None


def test_a_body_is_read_only_as_fast_as_it_is_consumed() -> None:
    count = 0

    def chunks() -> Iterator[bytes]:
        nonlocal count
        for _ in range(MANY // 65_536):
            count += 1
            yield b"x" * 65_536

    def never_read(peer: socket.socket) -> None:
        peer.recv(1)
        stop.wait(PATIENCE)

    stop = threading.Event()
    server = Server(never_read)

    async def work(transport: AsyncSocketTransport) -> None:
        body = request(f"{server.url}/x", "PUT", chunks())
        sending = asyncio.create_task(transport.send(body))
        before = -1
        while before != count:  # until the buffers of the sockets are full
            before = count
            await asyncio.sleep(0.1)
        sending.cancel()
        stop.set()

    with server:
        run(work)

    assert 0 < count * 65_536 < MANY / 2


def test_a_response_is_received_no_faster_than_it_is_read() -> None:
    sent = 0

    def pour(peer: socket.socket) -> None:
        nonlocal sent
        server.read(peer)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % MANY)
        for _ in range(MANY // 65_536):
            peer.sendall(b"x" * 65_536)
            sent += 65_536

    server = Server(pour)

    async def work(transport: AsyncSocketTransport) -> None:
        response = await transport.send(request(f"{server.url}/x"), stream=True)
        assert response.async_stream is not None
        before = -1
        while before != sent:
            before = sent
            await asyncio.sleep(0.1)
        assert 0 < sent < MANY / 2
        total = 0
        async for chunk in response.async_stream:
            total += len(chunk)
        await response.async_stream.aclose()
        assert total == MANY

    with server:
        run(work)


def test_a_stream_that_stops_ends_with_a_read_timeout() -> None:
    stop = threading.Event()

    def stall(peer: socket.socket) -> None:
        server.read(peer)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour")
        stop.wait(PATIENCE)

    server = Server(stall)

    async def work(transport: AsyncSocketTransport) -> None:
        stalled = request(f"{server.url}/x", read_timeout=0.05)
        response = await transport.send(stalled, stream=True)
        assert response.async_stream is not None
        with pytest.raises(NoResponse) as raised:
            async for _ in response.async_stream:
                pass
        assert raised.value.code == "ReadTimeout"
        await response.async_stream.aclose()
        stop.set()

    with server:
        run(work)


def test_closing_ends_requests_in_flight() -> None:
    received = threading.Event()

    def silent(peer: socket.socket) -> None:
        server.read(peer)
        received.set()
        peer.recv(1)

    server = Server(silent)

    async def work(transport: AsyncSocketTransport) -> None:
        sending = asyncio.create_task(transport.send(request(f"{server.url}/x")))
        await asyncio.to_thread(received.wait, PATIENCE)
        await transport.aclose()
        with pytest.raises(NoResponse):
            await sending

    with server:
        run(work)


class Proxy(Server):
    """A proxy: connects to the host of a CONNECT, and passes bytes on."""

    def __init__(self, outer: ssl.SSLContext | None = None) -> None:
        super().__init__(self._tunnel)
        self._outer = outer
        scheme = "http" if outer is None else "https"
        self.address = self.url.replace("http://", f"{scheme}://me:P%40SS@")

    def _tunnel(self, plain: socket.socket) -> None:
        peer = plain if self._outer is None else self._outer.wrap_socket(plain, server_side=True)
        self.read(peer)
        _, _, port = self.heads[-1].split()[1].rpartition(":")
        with peer, socket.create_connection(("127.0.0.1", int(port))) as org:
            peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with suppress(OSError):
                _relay(peer, org)


def _relay(client: socket.socket, org: socket.socket) -> None:
    """Pass bytes on both ways until one side ends, in one thread: a TLS socket is not for two."""
    while True:
        buffered = isinstance(client, ssl.SSLSocket) and client.pending()
        ready = [client] if buffered else select.select([client, org], [], [], PATIENCE)[0]
        for source in ready:
            data = source.recv(65_536)
            if not data:
                return
            (org if source is client else client).sendall(data)
        if not ready:
            return


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """TLS of a server, and the CA that vouches for it."""
    written = write_certificates(tmp_path_factory.mktemp("tls"))
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(written.chain, written.key)
    return inside, written.ca


@pytest.mark.parametrize("proxy_has_tls", [False, True], ids=["http", "https"])
def test_tls_of_the_org_goes_through_the_tunnel_of_a_proxy(
    certificates: tuple[ssl.SSLContext, Path], proxy_has_tls: bool
) -> None:
    inside, ca = certificates
    trusting = ssl.create_default_context(cafile=str(ca))

    def serve(peer: socket.socket) -> None:
        with inside.wrap_socket(peer, server_side=True) as secure:
            for _ in range(2):
                org.read(secure)
                secure.sendall(OK)

    org, proxy = Server(serve), Proxy(inside if proxy_has_tls else None)

    async def work(transport: AsyncSocketTransport) -> None:
        url = org.url.replace("http:", "https:")
        for number in range(2):  # the second one on the same connection
            response: WireResponse = await transport.send(request(f"{url}/{number}"))
            assert response.content == b"{}"

    with org, proxy:
        run(work, trusting, proxy.address)

    [head] = proxy.heads
    authority = org.url.removeprefix("http://")
    password = base64.b64encode(b"me:P@SS").decode()
    assert head.split("\r\n") == [
        f"CONNECT {authority} HTTP/1.1",
        f"Host: {authority}",
        f"Proxy-Authorization: Basic {password}",
    ]
    assert all("Authorization: Bearer" in head for head in org.heads)


def test_a_proxy_does_not_vouch_for_the_org(certificates: tuple[ssl.SSLContext, Path]) -> None:
    inside, _ = certificates

    def serve(peer: socket.socket) -> None:
        with suppress(OSError):
            inside.wrap_socket(peer, server_side=True).close()

    org, proxy = Server(serve), Proxy()

    async def work(transport: AsyncSocketTransport) -> None:
        url = org.url.replace("http:", "https:")
        with pytest.raises(NoResponse) as raised:
            await transport.send(request(f"{url}/x", "POST", b"{}"))
        assert isinstance(raised.value.__cause__, ssl.SSLCertVerificationError)
        assert raised.value.code == "ConnectError"

    with org, proxy:
        run(work, proxy=proxy.address)

    assert org.heads == []


@pytest.mark.parametrize("status", [b"407 Proxy Authentication Required", b"502 Bad Gateway"])
def test_a_refusal_by_a_proxy_is_not_taken_for_a_response_of_the_org(status: bytes) -> None:
    async def work(transport: AsyncSocketTransport) -> None:
        with pytest.raises(NoResponse) as raised:
            await transport.send(request("https://acme.example/x"))
        assert raised.value.code == "ProxyError"
        assert str(raised.value.__cause__).startswith(status[:3].decode())

    with saying(b"HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n" % status) as proxy:
        run(work, proxy=proxy.url)


def test_slots_are_granted_in_order_and_none_is_lost() -> None:
    order = []

    async def main() -> None:
        slots = LoopSlots(1)
        await slots.acquire()
        waiting = [asyncio.create_task(slots.acquire()) for _ in range(4)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        slots.release()  # to the second
        waiting[1].cancel()  # which has it by now, and has not noticed
        for number, task in enumerate(waiting):
            try:
                await task
            except asyncio.CancelledError:
                continue
            order.append(number)
            slots.release()
        await asyncio.wait_for(slots.acquire(), PATIENCE)

    asyncio.run(main())
    assert order == [2, 3]


def test_waiting_for_a_slot_ends_with_a_timeout() -> None:
    async def main() -> None:
        slots = LoopSlots(1, timeout=0.01)
        await slots.acquire()
        with pytest.raises(NoResponse) as raised:
            await slots.acquire()
        assert raised.value.code == "PoolTimeout"
        slots.release()
        await slots.acquire()

    asyncio.run(main())


def one_call(call: Call) -> Flow[Response]:
    return (yield call)


class _Full:
    """A transport on which no request may be sent any more."""

    async def acquire(self) -> None:
        raise NoResponse("PoolTimeout")

    def release(self) -> None:
        raise AssertionError("nothing was acquired")

    async def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        raise AssertionError(f"{request} may not be sent, streamed: {stream}")

    async def aclose(self) -> None:
        """Nothing is open."""


class _FullForThreads:
    """See `_Full`."""

    def acquire(self) -> None:
        raise NoResponse("PoolTimeout")

    def release(self) -> None:
        raise AssertionError("nothing was acquired")

    def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        raise AssertionError(f"{request} may not be sent, streamed: {stream}")

    def close(self) -> None:
        """Nothing is open."""


def test_a_call_that_could_not_be_sent_may_be_made_again() -> None:
    create = Call("POST", "/sobjects/Account", json={"Name": "Acme"})
    errors = []
    with pytest.raises(Unavailable) as raised:
        Client(AcmeConnection(), transport=_FullForThreads()).drive(
            one_call(create), Result(retry_for=0)
        )
    errors.append(raised.value)
    with pytest.raises(Unavailable) as raised:
        asyncio.run(
            AsyncClient(AcmeConnection(), transport=_Full()).drive(
                one_call(create), Result(retry_for=0)
            )
        )
    errors.append(raised.value)

    assert [(error.code, error.sent) for error in errors] == [("PoolTimeout", False)] * 2
