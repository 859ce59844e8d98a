"""Ways to the network for clients that are given none of their own.

TLS is verified, redirects are not followed and cookies not kept: no API call of Salesforce's wants
either, and a redirect must never carry a token elsewhere.
"""

import functools
import ssl
import threading
from collections.abc import Callable
from typing import Final

import httpx

from salesforce_connector.error_table import is_tls_failure
from salesforce_connector.http.proxies import Proxies

# Edge closes what idles for a minute; a host that runs thousands of calls needs some at once.
LIMITS: Final = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=55)


def network() -> httpx.BaseTransport:
    """Make a pool of connections for sync clients; it may be shared by threads."""
    proxies = Proxies()
    direct = httpx.HTTPTransport(verify=_tls(), limits=LIMITS)
    if not proxies.configured:
        return direct
    return _ByHost(
        direct, proxies, lambda url: httpx.HTTPTransport(verify=_tls(), limits=LIMITS, proxy=url)
    )


def network_async() -> httpx.AsyncBaseTransport:
    """Make a pool of connections for async clients; it belongs to one event loop."""
    from salesforce_connector.http.aiohttp_transport import AiohttpTransport

    return AiohttpTransport(_tls(), LIMITS, Proxies().url_for)


def proxy_for(host: str) -> str | None:
    """Give the proxy that requests to a host go through, without user and password; None: none.

    Raises:
        Forbidden: The machine's setting is not the address of a proxy that can be used.
    """
    return Proxies().shown_for(host)


@functools.cache
def _tls() -> ssl.SSLContext:
    """Make the TLS settings once a process: each costs some 15 ms and 1 MB."""
    return httpx.create_ssl_context()


@functools.cache
def trusted_roots() -> bytes | None:
    """Give the certificates of CAs that calls trust, as PEM; None: what else is used has its own.

    So that one setting of a company's own CA serves HTTP and gRPC.
    """
    found = _tls().get_ca_certs(binary_form=True)
    return "".join(map(ssl.DER_cert_to_PEM_cert, found)).encode("ascii") or None


class _ByHost(httpx.BaseTransport):
    """Uses the machine's proxy for the hosts that it is for."""

    def __init__(
        self,
        direct: httpx.BaseTransport,
        proxies: Proxies,
        connect: Callable[[str], httpx.BaseTransport],
    ) -> None:
        self._direct, self._proxies, self._connect = direct, proxies, connect
        self._proxied: httpx.BaseTransport | None = None
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = self._proxies.url_for(request.url.host)
        if url is None:
            return self._direct.handle_request(request)
        with self._lock:
            self._proxied = self._proxied or self._connect(url)
        try:
            return self._proxied.handle_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
            # httpx has the same error for a proxy that is down and for one that cannot connect.
            if is_tls_failure(exc):
                raise
            raise httpx.ProxyError(str(exc)) from exc

    def close(self) -> None:
        self._direct.close()
        if self._proxied is not None:
            self._proxied.close()
