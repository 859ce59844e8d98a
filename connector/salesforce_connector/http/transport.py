"""Transports for clients: the network, or a host's own.

TLS is verified, redirects are not followed and cookies not kept: no API call of Salesforce's wants
either, and a redirect must never carry a token elsewhere.
"""

import functools
import os
import threading
from typing import TYPE_CHECKING, Final, Protocol, cast

from salesforce_connector.errors.network import is_tls_failure
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.proxies import Proxies
from salesforce_connector.http.socket_transport import SocketTransport
from salesforce_connector.http.wire_request import WireRequest
from salesforce_connector.http.wire_response import WireResponse

if TYPE_CHECKING:
    import ssl

    import httpx

MAX_IN_FLIGHT: Final = 200  # calls of one client, and connections of one pool
MAX_IDLE: Final = 50  # connections that a pool keeps open
IDLE_TIMEOUT: Final = 55.0  # seconds; Salesforce Edge closes what idles for a minute


class SyncTransport(Protocol):
    """Sends requests for threads."""

    def acquire(self) -> None:
        """Wait until one more call may be under way."""

    def release(self) -> None:
        """Record that a call has come to its end."""

    def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        """Send a request and read the response; see `socket_transport`."""
        ...

    def close(self) -> None:
        """Close the connections."""


class AsyncTransport(Protocol):
    """Sends requests for one event loop."""

    async def acquire(self) -> None:
        """Wait until one more call may be under way."""

    def release(self) -> None:
        """Record that a call has come to its end."""

    async def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        """Send a request and read the response; see `async_socket_transport`."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""


def network() -> SyncTransport:
    """Make a pool of connections for sync clients; it may be shared by threads."""
    direct = SocketTransport(
        tls_context, max_in_use=MAX_IN_FLIGHT, max_idle=MAX_IDLE, idle_timeout=IDLE_TIMEOUT
    )
    proxies = Proxies()
    return _ProxySelector(direct, proxies) if proxies.configured else direct


def network_async() -> AsyncTransport:
    """Make a pool of connections for async clients; it belongs to one event loop."""
    from salesforce_connector.http.async_socket_transport import AsyncSocketTransport  # asyncio

    proxies = Proxies()
    return AsyncSocketTransport(
        tls_context,
        proxies.url_for if proxies.configured else None,
        max_in_use=MAX_IN_FLIGHT,
        max_idle=MAX_IDLE,
        idle_timeout=IDLE_TIMEOUT,
    )


def sync_transport(transport: "httpx.BaseTransport | SyncTransport") -> SyncTransport:
    """Adapt a transport of httpx; one that has the connector's interface is returned as it is."""
    if not hasattr(transport, "handle_request"):
        return transport  # pyrefly: ignore[bad-return] - it does not narrow by hasattr
    from salesforce_connector.http.httpx_transport import HttpxTransport

    return HttpxTransport(cast("httpx.BaseTransport", transport), max_in_use=MAX_IN_FLIGHT)


def async_transport(transport: "httpx.AsyncBaseTransport | AsyncTransport") -> AsyncTransport:
    """Adapt a transport of httpx; one that has the connector's interface is returned as it is."""
    if not hasattr(transport, "handle_async_request"):
        return transport  # pyrefly: ignore[bad-return] - it does not narrow by hasattr
    from salesforce_connector.http.httpx_transport import HttpxAsyncTransport

    return HttpxAsyncTransport(
        cast("httpx.AsyncBaseTransport", transport), max_in_use=MAX_IN_FLIGHT
    )


def proxy_for(host: str) -> str | None:
    """Return the proxy that requests to a host go through, without user and password; None: none.

    Raises:
        Forbidden: The machine's setting is not the address of a proxy that can be used.
    """
    return Proxies().shown_for(host)


@functools.cache
def tls_context() -> "ssl.SSLContext":
    """Make the settings of TLS once a process: each costs some 15 ms and 1 MB.

    The certificates of CAs are certifi's; as with every program that uses OpenSSL, a company's own
    are named by SSL_CERT_FILE or SSL_CERT_DIR.
    """
    import ssl

    import certifi

    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not (file or folder):
        file = certifi.where()
    return ssl.create_default_context(cafile=file or None, capath=folder or None)


@functools.cache
def trusted_roots() -> bytes | None:
    """Return the certificates of CAs that calls trust, as PEM; None: what else is used has its own.

    So that one setting of a company's own CA serves HTTP and gRPC.
    """
    import ssl

    certificates = tls_context().get_ca_certs(binary_form=True)
    return "".join(map(ssl.DER_cert_to_PEM_cert, certificates)).encode("ascii") or None


class _ProxySelector:
    """Uses the machine's proxy for the hosts that it is for."""

    def __init__(self, direct: SyncTransport, proxies: Proxies) -> None:
        self._direct, self._proxies = direct, proxies
        self._proxied: SyncTransport | None = None
        self._lock = threading.Lock()

    def acquire(self) -> None:
        self._direct.acquire()

    def release(self) -> None:
        self._direct.release()

    def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        url = self._proxies.url_for(request.origin.host)
        if url is None:
            return self._direct.send(request, stream=stream)
        with self._lock:
            self._proxied = self._proxied or _connect_by(url)
        try:
            return self._proxied.send(request, stream=stream)
        except NoResponse as exc:
            # httpx has the same error for a proxy that is down and for one that cannot connect.
            if exc.code in ("ConnectError", "ConnectTimeout") and not is_tls_failure(exc):
                raise NoResponse("ProxyError", exc) from exc
            raise

    def close(self) -> None:
        self._direct.close()
        if self._proxied is not None:
            self._proxied.close()


def _connect_by(proxy: str) -> SyncTransport:
    """Leave proxies to httpx: tunnels and their passwords are rare, and easy to get wrong."""
    import httpx

    limits = httpx.Limits(
        max_connections=MAX_IN_FLIGHT,
        max_keepalive_connections=MAX_IDLE,
        keepalive_expiry=IDLE_TIMEOUT,
    )
    return sync_transport(httpx.HTTPTransport(verify=tls_context(), limits=limits, proxy=proxy))
