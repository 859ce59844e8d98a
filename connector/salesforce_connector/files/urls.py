"""URLs that an input may name: the host decides of which servers, and by default of none.

A workflow's builder is not the owner of the machine's network: without a limit, an input could have
the connector read what only this machine can reach.

See docs/decisions/0064-files-from-urls.md.
"""

import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

from salesforce_connector.errors import Rejected, Unavailable

FILES_FROM: Final = "SALESFORCE_CONNECTOR_FILES_FROM"
"""Environment variable of the host: servers whose https URLs inputs may name, with commas between;
`*.example.com` is every server below that domain, `files.example.com:8443` one with another port
than 443. Not set, or empty: none."""

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_LONGEST: Final = 8_000  # characters of a URL; ours


@dataclass(frozen=True, slots=True)
class AllowedUrl:
    """A URL that the host allows. Its repr shows the server alone: a query may hold a signature.

    Attributes:
        host: In lower case, as in a certificate.
        target: Path and query, percent-encoded.
    """

    host: str
    port: int
    target: str
    field: str

    def __repr__(self) -> str:
        return f"AllowedUrl({self.origin!r})"

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{name}" + ("" if self.port == 443 else f":{self.port}")

    @property
    def shown(self) -> str:
        """The URL for people and logs: without its query, which may hold a signature."""
        return self.origin + self.target.partition("?")[0]

    @property
    def file_name(self) -> str:
        """The last part of the path; empty when the path ends with a slash."""
        return unquote(self.target.partition("?")[0].rpartition("/")[2])

    def is_same_server(self, other: "AllowedUrl") -> bool:
        """Return whether another URL is of the same server and port."""
        return (self.host, self.port) == (other.host, other.port)


def check_url(url: str, field: str) -> AllowedUrl:
    """Return a URL in its parts when the host allows its server; nothing is looked up.

    Args:
        field: The input, for the error.

    Raises:
        Rejected: The URL is not https, has a password in it, or is of another server.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        host = host.rstrip(".").lower()
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError:
        raise _refused(url, field, "is not a URL") from None
    if parts.scheme != "https" or not host:
        raise _refused(url, field, "does not begin with https:// and a server")
    if "@" in parts.netloc:
        raise _refused(url, field, "has a user or password in it")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if len(url) > _LONGEST or any(char <= " " or char > "~" for char in target):
        raise _refused(url, field, "is too long, or has characters that are not percent-encoded")
    if not any(_matches(entry, host, port) for entry in _allowed_servers()):
        raise _refused(url, field, "names a server that this host does not allow")
    return AllowedUrl(host, port, target, field)


def resolve(url: AllowedUrl) -> list[IPAddress]:
    """Resolve the host of a URL; all its addresses are public.

    A connection uses one of these and not the name, which might resolve differently by then.

    Raises:
        Unavailable: It cannot be looked up now.
        Rejected: One of its addresses is of this machine, or of a private network.
    """
    try:
        resolved = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise Unavailable(
            f"The address of {url.host} cannot be resolved.",
            code="HOST_UNKNOWN",
            remedy="Check the URL and the network.",
        ) from exc
    addresses = [*dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in resolved)]
    if not addresses or not all(map(is_public, addresses)):
        raise Rejected(
            f"{url.host} is on this machine or in a private network.",
            code="URL_NOT_ALLOWED",
            remedy="Use a server with public addresses alone, or give the file by a path.",
            fields=(url.field,),
        )
    return addresses


def is_public(address: IPAddress) -> bool:
    """Whether an address is of the internet; an IPv4 address within it decides, if there is one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        # Tunnels to an IPv4 address, which are of no more use.
        if address.sixtofour is not None or address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _allowed_servers() -> list[str]:
    configured = os.environ.get(FILES_FROM, "")
    return [entry.strip().lower() for entry in configured.split(",") if entry.strip()]


def _matches(entry: str, host: str, port: int) -> bool:
    name, separator, number = entry.rpartition(":")
    if not separator or not number.isdigit():
        name, number = entry, "443"
    if number != str(port):
        return False
    if name.startswith("*."):
        return host.endswith(name[1:])
    return host == name.strip("[]")


def _refused(url: str, field: str, why: str) -> Rejected:
    shown = url.partition("?")[0].rpartition("@")[2][:100]
    return Rejected(
        f"The URL {shown!r} {why}.",
        code="URL_NOT_ALLOWED",
        remedy=f"Give an https URL of a server that the host names in {FILES_FROM}.",
        fields=(field,),
    )
