"""Ways to the network for clients that are given none of their own.

TLS is verified, redirects are not followed and cookies not kept: no API call of Salesforce's wants
either, and a redirect must never carry a token elsewhere.
"""

import functools
import ssl
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from salesforce_connector.auth.my_domain import is_loopback

# Edge closes what idles for a minute; a host that runs thousands of calls needs some at once.
LIMITS: Final = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=55)


def network() -> httpx.BaseTransport:
    """Make a pool of connections for sync clients; it may be shared by threads."""
    proxy = getproxies().get("https")
    direct = httpx.HTTPTransport(verify=_tls(), limits=LIMITS)
    if proxy is None:
        return direct
    return _ByHost(direct, httpx.HTTPTransport(verify=_tls(), limits=LIMITS, proxy=proxy))


def network_async() -> httpx.AsyncBaseTransport:
    """Make a pool of connections for async clients; it belongs to one event loop."""
    from salesforce_connector.http.aiohttp_transport import AiohttpTransport

    proxy = getproxies().get("https")
    if proxy is None:
        return AiohttpTransport(_tls(), LIMITS, lambda _: None)
    return AiohttpTransport(_tls(), LIMITS, lambda host: None if _is_direct(host) else proxy)


def proxy_for(host: str) -> str | None:
    """Give the proxy that requests to a host go through, without user and password; None: none."""
    proxy = getproxies().get("https")
    if proxy is None or _is_direct(host):
        return None
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


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


@functools.lru_cache(maxsize=256)  # the environment and the system's settings are read for it
def _is_direct(host: str) -> bool:
    """Whether the system's proxy is not for this host."""
    return is_loopback(host) or bool(proxy_bypass(host))


class _ByHost(httpx.BaseTransport):
    """The system's proxy, as every other program on the machine uses it."""

    def __init__(self, direct: httpx.BaseTransport, proxied: httpx.BaseTransport) -> None:
        self._direct, self._proxied = direct, proxied

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        way = self._direct if _is_direct(request.url.host) else self._proxied
        return way.handle_request(request)

    def close(self) -> None:
        self._direct.close()
        self._proxied.close()
