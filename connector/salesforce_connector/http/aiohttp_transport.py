"""The async transport: aiohttp, called with as little around it as it takes.

httpx's own async pool looks at all its connections at each request, which at 50 requests at a time
costs more than everything else together (encode/httpx#3215). It decides nothing about a call, never
sends one twice, follows no redirect, and keeps no cookie.

https://docs.aiohttp.org/en/stable/client_reference.html
"""

import asyncio
import io
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, TypeAlias

import aiohttp
from yarl import URL

from salesforce_connector.http.loop_watch import LoopWatch, Watched
from salesforce_connector.http.no_response import NoResponse, ResponseTooLarge
from salesforce_connector.http.transfer_rate import TransferRate
from salesforce_connector.http.wire_request import (
    CHUNK,
    CONNECT_TIMEOUT,
    MAX_ERROR_BYTES,
    MAX_RESPONSE_BYTES,
    POOL_TIMEOUT,
    BodySource,
    WireRequest,
)
from salesforce_connector.http.wire_response import WireResponse

ProxyOf = Callable[[str], str | None]
"""Gives the address of the proxy for a host, with user and password; None for none."""

_Body: TypeAlias = bytes | io.BytesIO | BodySource | None

_LARGE: Final = 2**20  # bytes; aiohttp warns of more in one piece, and takes a file instead

# What aiohttp would add by itself.
_NOT_ADDED: Final = frozenset({"Accept", "Accept-Encoding", "Content-Type", "User-Agent"})

# What is bounded by the watch.
_NO_TIMEOUT: Final = aiohttp.ClientTimeout(
    total=None, connect=POOL_TIMEOUT, sock_connect=CONNECT_TIMEOUT, sock_read=None
)

# The first that fits. A class that says a request never left must not stand for one that may have.
_CODES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (aiohttp.ClientProxyConnectionError, "ProxyError"),
    (aiohttp.ClientHttpProxyError, "ProxyError"),
    (aiohttp.ClientConnectorError, "ConnectError"),
    (aiohttp.ConnectionTimeoutError, "ConnectTimeout"),
    (aiohttp.SocketTimeoutError, "ReadTimeout"),
    (TimeoutError, "DeadlineExceeded"),
    (aiohttp.ServerDisconnectedError, "RemoteProtocolError"),
    (aiohttp.ClientResponseError, "RemoteProtocolError"),
    (aiohttp.ClientPayloadError, "RemoteProtocolError"),
    (aiohttp.InvalidURL, "UnsupportedProtocol"),
    (Exception, "ReadError"),
)


class AiohttpTransport:
    """A pool of connections that belongs to the event loop of its first request."""

    def __init__(
        self,
        tls: Callable[[], ssl.SSLContext],
        proxy_of: ProxyOf | None,
        *,
        max_in_use: int,
        idle_timeout: float,
    ) -> None:
        """Make a pool; nothing is opened yet.

        Args:
            tls: Gives the settings of TLS when the first connection needs them.
            proxy_of: Asked for each request; None for no proxy at all.
            max_in_use: Connections open at once.
            idle_timeout: Seconds after which an idle one is closed.
        """
        self._tls = tls
        self._proxy_of = proxy_of
        self._max_in_use = max_in_use
        self._idle_timeout = idle_timeout
        self._session: aiohttp.ClientSession | None = None
        self._watch = LoopWatch()

    async def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        """Send a request and read the response.

        Args:
            request: As it is to be sent.
            stream: Whether the body of a 2xx is left to be read.

        Raises:
            NoResponse: There is none, or half of one.
            ResponseTooLarge: It is larger than is read into memory.
        """
        session = self._session or self._begin()
        url = URL(request.url, encoded=True)
        proxy = None if self._proxy_of is None else self._proxy_of(url.host or "")
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for types: this is a coroutine
        pause, deadline = request.read_timeout, request.deadline
        if stream:  # aiohttp bounds each read of it
            pause = deadline = None
        watched = Watched(self._watch, task, pause, deadline)
        try:
            response = await session.request(
                request.method,
                url,
                headers=request.all_headers(),
                data=_body(request.content),
                allow_redirects=False,
                timeout=self._timeout(request) if stream else _NO_TIMEOUT,
                proxy=proxy,
            )
            wire = WireResponse(response.status, response.raw_headers)
            if stream and wire.is_success:
                wire.async_stream = _Stream(response, request.lowest_rate)
                return wire
            try:
                wire.content = await response.content.readany()
                if not response.content.at_eof():
                    wire.content += await _read_rest(response, wire, watched)
            finally:
                response.close()  # one that was read to its end has given its connection back
        except asyncio.CancelledError as exc:
            late = self._watch.error_of(task)
            if late is None:
                raise
            raise late from exc.with_traceback(None)
        except NoResponse as exc:  # of `_once`, with frames of aiohttp's that hold the token
            raise exc.with_traceback(None) from exc.__cause__
        except (aiohttp.ClientError, OSError) as exc:
            raise NoResponse(_code_of(exc), exc) from exc
        finally:
            self._watch.end(task)
        return wire

    async def aclose(self) -> None:
        """Close all connections; a request after it begins anew."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _begin(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._max_in_use, keepalive_timeout=self._idle_timeout, ssl=self._tls()
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=_NOT_ADDED,
            middlewares=(_once,),
        )
        return self._session

    def _timeout(self, request: WireRequest) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(
            total=None,
            connect=POOL_TIMEOUT,
            sock_connect=CONNECT_TIMEOUT,
            sock_read=request.read_timeout,
        )


class _Stream:
    """The body of a response, as it comes."""

    def __init__(self, response: aiohttp.ClientResponse, lowest_rate: int) -> None:
        self._response = response
        self._rate = TransferRate(lowest_rate)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.content.iter_chunked(CHUNK):
                self._rate.count(len(chunk))
                yield chunk
        except (aiohttp.ClientError, OSError) as exc:
            raise NoResponse(_code_of(exc), exc) from exc

    async def aclose(self) -> None:
        self._response.close()


async def _read_rest(
    response: aiohttp.ClientResponse, wire: WireResponse, watched: Watched
) -> bytes:
    limit = MAX_RESPONSE_BYTES if wire.is_success else MAX_ERROR_BYTES
    pieces, size = [], len(wire.content)
    while chunk := await response.content.readany():
        watched.go_on()
        pieces.append(chunk)
        size += len(chunk)
        if size > limit:
            if wire.is_success:
                raise ResponseTooLarge(limit)
            break  # what is beyond is of no use to anybody
    return b"".join(pieces)


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Let no failure be mended by aiohttp: it would send a DELETE again that was done already."""
    try:
        return await handler(request)
    except (aiohttp.ClientError, OSError) as exc:
        raise NoResponse(_code_of(exc), exc) from exc


def _code_of(exc: Exception) -> str:
    return next(code for kind, code in _CODES if isinstance(exc, kind))


def _body(content: bytes | BodySource | None) -> Any:
    """Give a body as aiohttp takes it; None for none."""
    if not content or isinstance(content, BodySource):
        return content or None
    # Else aiohttp looks through all kinds of payload for the one of bytes.
    return io.BytesIO(content) if len(content) > _LARGE else aiohttp.BytesPayload(content)
