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

# As many as Salesforce answers at once without complaint; Edge closes what idles for a minute.
LIMITS: Final = httpx.Limits(max_connections=50, max_keepalive_connections=50, keepalive_expiry=55)


def network(base_url: str) -> httpx.HTTPTransport:
    """Make a pool of connections for sync clients; it may be shared by threads."""
    return httpx.HTTPTransport(verify=_tls(), limits=LIMITS, proxy=_proxy(base_url))


def network_async(base_url: str) -> httpx.AsyncHTTPTransport:
    """Make a pool of connections for async clients; it belongs to one event loop."""
    return httpx.AsyncHTTPTransport(verify=_tls(), limits=LIMITS, proxy=_proxy(base_url))


@functools.cache
def _tls() -> ssl.SSLContext:
    """Make the TLS settings once a process: each costs some 15 ms and 1 MB."""
    return httpx.create_ssl_context()


def _proxy(base_url: str) -> str | None:
    """Find the system's proxy for a host, as every other program on the machine does."""
    host = urlsplit(base_url).hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get("https")
