"""The async way to the network: aiohttp behind httpx's interface.

httpx's own async pool looks at all its connections at each request, which at 50 requests at a time
costs more than everything else together (encode/httpx#3215). Any other transport of httpx's still
does in its place. It decides nothing about a call, and never sends one twice.

https://docs.aiohttp.org/en/stable/client_reference.html
"""

import io
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from typing import Final, TypeAlias

import aiohttp
import httpx
from yarl import URL

from salesforce_connector.http.wire_request import TIMEOUT, OffLoop, Prepared, PreparedTransport

ProxyOf = Callable[[str], str | None]
"""Gives the address of the proxy for a host, with user and password; None for none."""

_Body: TypeAlias = bytes | io.BytesIO | httpx.AsyncByteStream | None

_LARGE: Final = 2**20  # bytes; aiohttp warns of more in one piece, and takes a file instead
_PIECE: Final = 2**16  # bytes of an answer that is read as it comes

# What aiohttp would add by itself.
_NOT_ADDED: Final = frozenset({"Accept", "Accept-Encoding", "Content-Type", "User-Agent"})

# The first that fits. A class that says a request never left must not stand for one that may have.
_ERRORS: Final[tuple[tuple[type[Exception], type[httpx.RequestError]], ...]] = (
    (aiohttp.ClientProxyConnectionError, httpx.ProxyError),
    (aiohttp.ClientHttpProxyError, httpx.ProxyError),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (TimeoutError, httpx.ReadTimeout),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (Exception, httpx.ReadError),
)


class AiohttpTransport(PreparedTransport):
    """A pool of connections that belongs to the event loop of its first request."""

    def __init__(self, tls: ssl.SSLContext, limits: httpx.Limits, proxy_of: ProxyOf) -> None:
        """Make a pool; nothing is opened yet.

        Args:
            tls: How servers prove who they are.
            limits: Of connections open, and seconds that one may idle.
            proxy_of: Asked for each request.
        """
        self._tls = tls
        self._limits = limits
        self._proxy_of = proxy_of
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Prepared, *, whole: bool) -> httpx.Response:
        content = request.content
        return await self._send(
            request.method,
            request.url,
            request.headers,
            _fileable(content)
            if content is None or isinstance(content, bytes)
            else OffLoop(content),
            request.read_timeout,
            whole=whole,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of httpx's; the answer's body is still to be read."""
        headers = dict(request.headers)
        del headers["host"]
        body: _Body
        if isinstance(request.stream, httpx.AsyncByteStream) and "transfer-encoding" in headers:
            body = request.stream
            del headers["transfer-encoding"]  # aiohttp's own
        else:
            body = _fileable(await request.aread())
        read = request.extensions.get("timeout", {}).get("read", TIMEOUT.read)
        return await self._send(request.method, str(request.url), headers, body, read, whole=False)

    async def _send(
        self,
        method: str,
        address: str,
        headers: dict[str, str],
        body: _Body,
        read_timeout: float | None,
        *,
        whole: bool,
    ) -> httpx.Response:
        session = self._session or self._begin()
        url = URL(address, encoded=True)
        try:
            answer = await session.request(
                method,
                url,
                headers=headers,
                data=body,
                allow_redirects=False,
                timeout=_timeout(read_timeout),
                proxy=self._proxy_of(url.host or ""),
            )
            if not whole:
                return httpx.Response(
                    answer.status, headers=answer.raw_headers, stream=_Stream(answer)
                )
            with closing(answer):
                content = await answer.read()
        except (aiohttp.ClientError, OSError) as exc:
            raise _in_httpx_terms(exc) from exc
        found = httpx.Response(
            answer.status, headers=answer.raw_headers, stream=httpx.ByteStream(content)
        )
        found.headers.encoding = "iso-8859-1"  # else all of them are decoded to guess it
        found.read()
        return found

    async def aclose(self) -> None:
        """Close all connections; a request after it begins anew."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _begin(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._limits.max_connections or 0,
                keepalive_timeout=self._limits.keepalive_expiry,
                ssl=self._tls,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=_NOT_ADDED,
            middlewares=(_once,),
        )
        return self._session


class _Stream(httpx.AsyncByteStream):
    """The body of an answer, as it comes."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._answer.content.iter_chunked(_PIECE):
                yield piece
        except (aiohttp.ClientError, OSError) as exc:
            raise _in_httpx_terms(exc) from exc

    async def aclose(self) -> None:
        self._answer.close()  # what has been read to its end has given its connection back already


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Let no failure be mended by aiohttp: it would send a DELETE again that was done already."""
    try:
        return await handler(request)
    except (aiohttp.ClientError, OSError) as exc:
        raise _in_httpx_terms(exc) from exc


def _in_httpx_terms(exc: Exception) -> httpx.RequestError:
    return next(ours for theirs, ours in _ERRORS if isinstance(exc, theirs))(str(exc))


def _timeout(read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=None, connect=TIMEOUT.pool, sock_connect=TIMEOUT.connect, sock_read=read
    )


def _fileable(content: bytes | None) -> bytes | io.BytesIO | None:
    """Give a body as aiohttp takes it; None for none."""
    return io.BytesIO(content) if content and len(content) > _LARGE else content or None
