"""No secret is in a frame's variables, which error trackers send away, nor in a log at DEBUG.

Both clients, all auth methods, over real sockets, with all that may go wrong while they sign in.
"""

import asyncio
import json
import logging
import socket
import traceback
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from connector.acme_connection import SIGNED_IN
from connector.method_connections import METHOD_SETTINGS, PEM
from connector.scripted_server import Server
from memory_connection import MemoryConnection

from salesforce_actions import scheduled_refresh, sign_in
from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call, Flow
from salesforce_connector.http.async_client import AsyncClient
from salesforce_connector.http.client import Client
from salesforce_connector.http.result import Result
from salesforce_connector.http.transport import network

ISSUED = ("ACCESS-2", "REFRESH-2", "eyJhbGciOiJub25lIn0")
SECRETS = (
    *ISSUED,
    *("ACCESS-1", "REFRESH-1", "CONSUMER-SECRET", "AUTH-CODE"),
    PEM[100:140],
    "eyJ",  # what a JWT begins with
)
EXPIRED = b'[{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]'
TOKENS = {
    "access_token": "ACCESS-2",
    "refresh_token": "REFRESH-2",
    "id_token": "eyJhbGciOiJub25lIn0.e30.",
    "instance_url": "https://acme.my.salesforce.com",
}


def response(status: int, body: bytes, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


def tokens(**changes: Any) -> bytes:
    return response(200, json.dumps({**TOKENS, **changes}).encode())


FAULTS: Mapping[str, bytes] = {
    "hangs up": b"",
    "half a response": tokens()[:-30],
    "no HTTP": b"ACCESS-2 REFRESH-2",
    "refused": response(400, b'{"error": "invalid_grant", "error_description": "expired"}'),
    "down": response(503, b"<html>ACCESS-2</html>", "text/html"),
    "no JSON": response(200, b'{"access_token": "ACCESS-2", '),
    "nested": response(200, b'{"access_token": "ACCESS-2", "id": ' + b"[" * 100_000),
    "another host": tokens(instance_url="https://evil.example.com"),
    "no text": tokens(access_token=["ACCESS-2"]),
    "odd id": tokens(id={"ACCESS-2": 1}),
    "two lengths": tokens().replace(b"\r\n\r\n", b"\r\nContent-Length: 1\r\n\r\n", 1),
    "broken gzip": tokens().replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n", 1),
    "redirect": b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/?t=ACCESS-2\r\n\r\n",
}


@contextmanager
def org_whose_sign_in(says: bytes) -> Generator[str]:
    """An org that refuses each token, and whose sign-in service says one thing; gives its URL."""

    def handler(peer: socket.socket) -> None:
        server.read(peer)
        is_sign_in = "/services/oauth2/" in server.heads[-1].partition("\r\n")[0]
        peer.sendall(says if is_sign_in else response(401, EXPIRED))

    server = Server(*[handler] * 12)
    with server:
        yield server.url


def connection_to(url: str, method: str) -> MemoryConnection:
    settings = {**METHOD_SETTINGS[method], "my_domain_url": url, "local_org": True}
    return MemoryConnection(method, settings, {**SIGNED_IN, "instance_url": url})


def read() -> Flow[object]:
    return (yield Call("GET", "/limits"))


def on_threads(connection: MemoryConnection) -> None:
    client = Client(connection)
    try:
        client.drive(read(), Result(retry_for=0.0))
    finally:
        client.close()


def on_a_loop(connection: MemoryConnection) -> None:
    async def run() -> None:
        client = AsyncClient(connection)
        try:
            await client.drive(read(), Result(retry_for=0.0))
        finally:
            await client.close()

    asyncio.run(run())


def by_schedule(connection: MemoryConnection) -> None:
    client, transport = Client(connection), network()
    try:
        scheduled_refresh.refresh(client.session, transport, connection)
    finally:
        client.close()
        transport.close()


def by_browser(connection: MemoryConnection) -> None:
    settings = connection.settings
    begun = sign_in.begin("authorization_code", settings, "http://localhost:1717/callback")
    callback = f"http://localhost:1717/callback?code=AUTH-CODE&state={begun['state']}"
    sign_in.finish("authorization_code", settings, begun["pending"], callback, None)


def shown_by(error: BaseException) -> str:
    """Return all that a tracker would send: texts, notes, and the variables of all frames."""
    shown, links = "", [error]
    for link in links:
        shown += f"{link!r} {link} {getattr(link, '__notes__', '')} {vars(link)}"
        shown += "".join(traceback.format_exception(link))
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if frame.f_code.co_filename != __file__:
                variables = dict(frame.f_locals)
                texts = [*map(str, variables.values())]
                shown += f"{frame.f_code.co_qualname}: {variables} {texts}\n"
        following = [link.__cause__, None if link.__suppress_context__ else link.__context__]
        links += [error for error in following if error and error not in links]
    return shown


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("run", [on_threads, on_a_loop, by_schedule, by_browser])
@pytest.mark.parametrize("method", METHOD_SETTINGS)
def test_no_frame_and_no_log_record_holds_a_secret(
    method: str,
    run: Callable[[MemoryConnection], None],
    fault: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if run is by_browser and method != "authorization_code":
        pytest.skip("it needs no browser")
    caplog.set_level(logging.DEBUG)
    with org_whose_sign_in(FAULTS[fault]) as url, pytest.raises(ConnectorError) as raised:
        run(connection_to(url, method))

    # What a host hands to a hook is in frames of the host's own.
    secrets = ISSUED if run is by_browser else SECRETS
    logged = "".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    shown = shown_by(raised.value)
    assert [line for line in shown.splitlines() if any(secret in line for secret in secrets)] == []
    assert [secret for secret in SECRETS if secret in logged] == []


@pytest.mark.parametrize(
    ("method", "changes"),
    [
        ("authorization_code", {"consumer_key": 5}),
        ("client_credentials", {"unheard_of": 1}),
        ("jwt_bearer", {"private_key": PEM[:300]}),
        ("jwt_bearer", {"username": ["CONSUMER-SECRET"]}),
    ],
)
def test_settings_that_do_not_fit_are_in_no_frame(method: str, changes: dict[str, Any]) -> None:
    connection = connection_to("http://127.0.0.1:1", method)
    connection.settings |= changes
    with pytest.raises(ConnectorError) as raised:
        Client(connection)

    assert [secret for secret in SECRETS if secret in shown_by(raised.value)] == []


@pytest.mark.parametrize(
    "damage", [{"access_token": ["ACCESS-1"]}, {"id": {"REFRESH-1": 1}}, {"scope": 5}]
)
def test_stored_credentials_that_are_damaged_are_in_no_frame(damage: dict[str, Any]) -> None:
    signed_in = {**SIGNED_IN, **damage}
    connection = MemoryConnection(
        "authorization_code", METHOD_SETTINGS["authorization_code"], signed_in
    )
    with pytest.raises(ConnectorError) as raised:
        on_threads(connection)

    assert raised.value.code == "CREDENTIALS_DAMAGED"
    assert [secret for secret in SECRETS if secret in shown_by(raised.value)] == []
