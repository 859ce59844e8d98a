"""Whose host an address is: turns what people paste into an API host, and guards where secrets go.

It resolves no name and sends nothing.

https://help.salesforce.com/s/articleView?id=xcloud.domain_name_url_formats.htm
"""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from salesforce_connector.errors import Rejected

# Domains that Salesforce alone gives out names under (its CLI's list, and the API hosts beside it).
SALESFORCE_DOMAINS: Final = (
    "salesforce.com",
    "force.com",
    "site.com",
    "cloudforce.com",
    "salesforce.mil",
    "crmforce.mil",
    "sfcrmproducts.cn",
    "sfcrmapps.cn",
    "my-salesforce.com",
    "my-lightning.com",
)

# What the browser shows, and the API host of the same org.
_SHOWN_AS: Final = (
    (".lightning.force.com", ".my.salesforce.com"),
    (".my.salesforce-setup.com", ".my.salesforce.com"),
    (".lightning.crmforce.mil", ".my.salesforce.mil"),
    (".lightning.sfcrmapps.cn", ".my.sfcrmproducts.cn"),
    (".my-lightning.com", ".my-salesforce.com"),
)

LOGIN_HOSTS: Final = frozenset({"login.salesforce.com", "test.salesforce.com"})

_LABELS = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")

_EXAMPLES = (
    "Give it as Setup > My Domain shows it, for example https://acme.my.salesforce.com "
    "or, for a sandbox, https://acme--dev.sandbox.my.salesforce.com."
)


def api_host(address: str, *, local_org: bool = False) -> str:
    """Turn an address into the base URL of the org's API, without a slash at its end.

    Takes a full URL, a bare host, a bare My Domain name, a sandbox name (`acme--dev`), or what the
    browser shows in Lightning or Setup; a path behind it is dropped.

    Args:
        address: What somebody typed or pasted.
        local_org: Whether a loopback address is meant; only then it is allowed.

    Raises:
        Rejected: It is not an address of Salesforce's, or could be mistaken for one.
    """
    text = address.strip()
    if not text:
        raise _rejected("The My Domain URL is empty.")
    parts = _split(text)
    host = (parts.hostname or "").rstrip(".")
    if parts.username is not None or parts.password is not None:
        raise _rejected(f"The My Domain URL must not hold a user name or password: {host}.")
    if is_loopback(host):
        if not local_org:
            raise _rejected(
                f"{host} is this machine, not Salesforce.",
                'For a local org switch on "This is a local org" (local_org).',
            )
        return f"{parts.scheme}://{parts.netloc.lower()}"
    if local_org:
        raise _rejected(
            f'"This is a local org" is on, but {host} is not this machine.',
            'Switch it off for a Salesforce org, or use an address such as "http://127.0.0.1:8800".',
        )
    if not _LABELS.fullmatch(host) or any(label.startswith("xn--") for label in host.split(".")):
        raise _rejected(f"{host!r} is not a host name that Salesforce gives out.")
    if "." not in host or host.endswith(".sandbox"):
        host = _full_name(host)
    for shown, api in _SHOWN_AS:
        if host.endswith(shown):
            host = host.removesuffix(shown) + api
    if not is_salesforce(host):
        raise _rejected(f"{host} is not a Salesforce host, so no secret is sent to it.")
    if _port(parts) not in (None, 443):
        raise _rejected(f"{host} with port {parts.port} is not an address that Salesforce serves.")
    return f"https://{host}"


def trusted_url(url: str, *, local_org: bool) -> str | None:
    """Give the base of a URL that an answer named, or None when no secret may go there."""
    try:
        parts = _split(url)
    except Rejected:
        return None
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        return None
    if local_org:
        return f"{parts.scheme}://{parts.netloc}" if is_loopback(host) else None
    if parts.scheme != "https" or not _LABELS.fullmatch(host) or not is_salesforce(host):
        return None
    return f"https://{host}" if _port(parts) in (None, 443) else None


def is_salesforce(host: str) -> bool:
    """Whether Salesforce gives out names under the domain that this host ends in."""
    return any(host.endswith(f".{domain}") for domain in SALESFORCE_DOMAINS)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or number alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_login_host(base_url: str) -> bool:
    """Whether this is one of the hosts that serve every org's sign-in, not one org's own."""
    return urlsplit(base_url).hostname in LOGIN_HOSTS


def _split(text: str) -> SplitResult:
    # Browsers take a backslash for a slash; nobody types one on purpose.
    if "\\" in text or any(ord(char) <= 0x20 for char in text):
        raise _rejected("The My Domain URL holds a character that no address has.")
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        _port(parts)
    except ValueError as exc:
        raise _rejected("The My Domain URL is not a web address.") from exc
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _rejected("The My Domain URL is not a web address.")
    return parts


def _port(parts: SplitResult) -> int | None:
    # http://acme.my.salesforce.com:80 was typed by somebody who means the usual port.
    return None if (parts.scheme, parts.port) == ("http", 80) else parts.port


def _full_name(name: str) -> str:
    if "--" in name and not name.endswith(".sandbox"):
        name += ".sandbox"
    return f"{name}.my.salesforce.com"


def _rejected(message: str, remedy: str = _EXAMPLES) -> Rejected:
    return Rejected(message, code="INVALID_MY_DOMAIN", remedy=remedy, fields=("my_domain_url",))
