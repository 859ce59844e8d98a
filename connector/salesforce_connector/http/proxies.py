"""The proxy that this machine is set to use, the same for sync, async and Test Connection.

HTTPS_PROXY, ALL_PROXY and NO_PROXY are read, or the system's settings, as every Python program
does. A proxy's password is in no message.
"""

import functools
import os
import sys
from urllib.parse import quote, unquote, urlsplit

from salesforce_connector.auth.my_domain import is_loopback
from salesforce_connector.errors import Forbidden

_REMEDY = (
    "Set HTTPS_PROXY (or ALL_PROXY) in this machine's environment to http://user:password@host:port"
    ", with special characters percent-encoded; or list the host in NO_PROXY."
)


class Proxies:
    """The settings of this machine at the time of making."""

    def __init__(self) -> None:
        settings = _settings()
        self._setting = settings.get("https") or settings.get("all") or ""
        self._bypasses = functools.lru_cache(maxsize=256)(_is_direct)

    @property
    def configured(self) -> bool:
        """Whether any host is reached through a proxy."""
        return bool(self._setting)

    def url_for(self, host: str) -> str | None:
        """Return the proxy for a host, with user and password; None for a direct connection.

        Raises:
            Forbidden: The setting is not the address of a proxy that can be used.
        """
        if not self._setting or self._bypasses(host):
            return None
        return _url(self._setting)

    def shown_for(self, host: str) -> str | None:
        """Return the proxy for a host without user and password; see `url_for`."""
        url = self.url_for(host)
        if url is None:
            return None
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


@functools.lru_cache(maxsize=8)
def _url(setting: str) -> str:
    text = setting.strip()
    if "://" not in text:  # curl and others take this for http
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _invalid("is not a web address") from None
    if parts.scheme.startswith("socks"):
        raise _invalid("is a SOCKS proxy, which is not supported")
    if parts.scheme not in ("http", "https"):
        raise _invalid("has neither http:// nor https:// in front")
    if not host or any(char.isspace() for char in text):
        raise _invalid("has no host")
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    credentials = quote(unquote(user), safe="")
    if password:
        credentials += f":{quote(unquote(password), safe='')}"
    address = f"[{host}]" if ":" in host else host
    address += "" if port is None else f":{port}"
    return f"{parts.scheme}://{credentials and credentials + '@'}{address}"


def _settings() -> dict[str, str]:
    """Read the settings; urllib's reader is imported where there may be some."""
    by_system = sys.platform in ("darwin", "win32")
    if not by_system and not any(name.lower().endswith("_proxy") for name in os.environ):
        return {}
    from urllib.request import getproxies

    return getproxies()


def _is_direct(host: str) -> bool:
    from urllib.request import proxy_bypass

    return is_loopback(host) or bool(proxy_bypass(host))


def _invalid(reason: str) -> Forbidden:
    return Forbidden(
        f"The proxy that this machine is set to use {reason}.",
        code="PROXY_INVALID",
        remedy=_REMEDY,
    )
