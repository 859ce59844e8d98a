"""Opens connections for event loops: to the org itself, or through a proxy's tunnel.

https://www.rfc-editor.org/rfc/rfc9110#name-connect
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from salesforce_connector.http.async_connection import AsyncConnection
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.wire_request import CONNECT_TIMEOUT, Origin, WireRequest

if TYPE_CHECKING:
    import ssl

_NEXT_ADDRESS_AFTER: Final = 0.25  # seconds, as RFC 8305 recommends

MakeConnection = Callable[[], AsyncConnection]


async def connect(
    make: MakeConnection, origin: Origin, tls: "Callable[[], ssl.SSLContext]", proxy: str | None
) -> AsyncConnection:
    """Open a connection to an origin.

    Args:
        make: Makes the protocol.
        origin: Where it leads.
        tls: Returns the settings of TLS; called where they are needed.
        proxy: Address of the proxy, with user and password; None for a direct connection.

    Raises:
        NoResponse: No request has been sent.
    """
    code = "ConnectError"
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            if proxy is None:
                return await _open(make, origin.host, origin.port, tls if origin.is_tls else None)
            code = "ProxyError"
            connection = await _open_tunnel(make, origin, proxy, tls)
            code = "ConnectError"
            if origin.is_tls:
                await _begin_tls(connection, origin.host, tls)
            return connection
    except TimeoutError as exc:
        raise NoResponse("ConnectTimeout" if proxy is None else code, exc) from exc
    except OSError as exc:  # what ssl raises is one
        raise NoResponse(code, exc) from exc


async def _open(
    make: MakeConnection, host: str, port: int, tls: "Callable[[], ssl.SSLContext] | None"
) -> AsyncConnection:
    options: dict[str, Any] = {} if tls is None else {"ssl": tls(), "server_hostname": host}
    loop = asyncio.get_running_loop()
    if isinstance(loop, asyncio.BaseEventLoop):  # uvloop has no such option
        options["happy_eyeballs_delay"] = _NEXT_ADDRESS_AFTER
    _, connection = await loop.create_connection(make, host, port, **options)
    return connection


async def _open_tunnel(
    make: MakeConnection, origin: Origin, proxy: str, tls: "Callable[[], ssl.SSLContext]"
) -> AsyncConnection:
    """Have a proxy connect to the origin.

    Raises:
        ConnectionError: It refuses; the message begins with the status.
    """
    parts = urlsplit(proxy)
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    connection = await _open(make, parts.hostname or "", port, tls if is_tls else None)
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    authority = f"{host}:{origin.port}"
    request = WireRequest("CONNECT", f"http://{authority}", authority, {})
    if parts.username:
        request.headers["Proxy-Authorization"] = _basic(parts.username, parts.password or "")
    try:
        response = await connection.exchange(request, stream=False)
    except BaseException:
        connection.close()
        raise
    if not response.is_success:
        connection.close()
        raise ConnectionError(f"{response.status_code} of the proxy")
    return connection


async def _begin_tls(
    connection: AsyncConnection, host: str, tls: "Callable[[], ssl.SSLContext]"
) -> None:
    loop = asyncio.get_running_loop()
    try:
        transport = await loop.start_tls(
            connection.transport, connection, tls(), server_hostname=host
        )
    except BaseException:
        connection.close()
        raise
    assert transport is not None  # noqa: S101 - for types: it is, while the connection is open
    connection.transport = transport


def _basic(user: str, password: str) -> str:
    from base64 import b64encode

    return "Basic " + b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode("ascii")
