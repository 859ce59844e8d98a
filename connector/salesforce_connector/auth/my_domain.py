"""Turns the addresses that people paste into base URLs, and decides to which hosts secrets may go.

It resolves no name and sends nothing.

https://help.salesforce.com/s/articleView?id=xcloud.domain_name_url_formats.htm
"""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from salesforce_connector.auth import salesforce_hosts
from salesforce_connector.auth.pasted_text import strip_quotes
from salesforce_connector.auth.salesforce_hosts import LOGIN_HOSTS, is_salesforce
from salesforce_connector.errors import Rejected

# Experience Cloud sites: several share a host, each under a path of its own, and so does OAuth. The
# host is one of sites, or the My Domain itself; Salesforce's own CLI keeps such a path too.
_SITE_PATH: Final = r"[A-Za-z0-9][A-Za-z0-9_-]*"

# What the path of a page begins with; the pages of a site are below the site's own path.
_PAGES: Final = frozenset(
    {
        "_nc_external",
        "_ui",
        "apex",
        "aura",
        "changemgmt",
        "console",
        "home",
        "id",
        "idp",
        "lightning",
        "login",
        "one",
        "p",
        "s",
        "saml",
        "secur",
        "services",
        "servlet",
        "setup",
        "udd",
        "ui",
        "visualforce",
    }
)
_RECORD_PAGE: Final = (  # an id, which has digits; a key prefix; a file such as login.jsp
    r"(?=(.*\d){3})([A-Za-z0-9]{15}|[A-Za-z0-9]{18})|[0-9][A-Za-z0-9]{2}|.*\.\w+"
)

_SCHEME: Final = r"(?i)(?:(https?)(?::/*|//+)|//+)"  # also mistyped
_ENCODED: Final = r"(?i)https?%3a"
_SUBSTITUTES: Final = str.maketrans(
    {
        "\N{EM DASH}": "--",
        "\N{IDEOGRAPHIC FULL STOP}": ".",
        "\N{FULLWIDTH FULL STOP}": ".",
        "\N{HALFWIDTH IDEOGRAPHIC FULL STOP}": ".",
    }
)

_LABELS: Final = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"

_EXAMPLES = (
    "Enter it as Setup > My Domain shows it, for example https://acme.my.salesforce.com "
    "or, for a sandbox, https://acme--dev.sandbox.my.salesforce.com."
)


def api_host(address: str, *, local_org: bool = False) -> str:
    """Turn an address into the base URL of the org's API, without a slash at its end.

    Takes a full URL, a bare host, a bare My Domain name, a sandbox name (`acme--dev`), or what the
    browser shows. A path is dropped, except that of an Experience Cloud site.

    Args:
        address: What somebody typed or pasted.
        local_org: Whether a loopback address is expected; only then it is allowed.

    Raises:
        Rejected: It is no address of an org of Salesforce's, or only looks like one.
    """
    text = _clean(address)
    if not text:
        raise _reject("The My Domain URL is empty.")
    if "://" not in text and "@" in text.partition("/")[0]:
        raise _reject("The My Domain URL is a username or an email address.")
    parts = _split(text)
    host = (parts.hostname or "").rstrip(".")
    if parts.username is not None or parts.password is not None:
        raise _reject(f"The My Domain URL must have no user name or password: {host}.")
    if is_loopback(host):
        if not local_org:
            raise _reject(
                f"{host} is this machine, not Salesforce.",
                'For a local org, switch on "This is a local org" (local_org).',
            )
        return f"{parts.scheme}://{parts.netloc.lower()}"
    if local_org:
        raise _reject(
            f'"This is a local org" is on, but {host} is not this machine.',
            'Switch it off for a Salesforce org, or use an address such as "http://127.0.0.1:8800".',
        )
    if not re.fullmatch(_LABELS, host) or any(
        label.startswith("xn--") for label in host.split(".")
    ):
        raise _reject(f"{host!r} is not a host name that a Salesforce org can have.")
    host, path = _org_of(host, parts)
    if _port(parts) not in (None, 443):
        raise _reject(f"{host} with port {parts.port} is not an address that Salesforce serves.")
    site = _site_path(host, path)
    if site is None:
        raise _reject(
            "The path in the My Domain URL is neither a page's nor an Experience Cloud site's.",
            "Remove the path; or enter a site's address with its own path and nothing after it, "
            "for example https://acme.my.site.com/portal.",
        )
    return f"https://{host}{site}"


def trusted_url(url: str, *, local_org: bool) -> str | None:
    """Return the base of a URL that a response named, or None when no secret may go there."""
    try:
        parts = _split(url)
    except Rejected:
        return None
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        return None
    if local_org:
        return f"{parts.scheme}://{parts.netloc}" if is_loopback(host) else None
    if parts.scheme != "https" or not re.fullmatch(_LABELS, host) or not is_salesforce(host):
        return None
    path = _site_path(host, parts.path)
    if path is None or _port(parts) not in (None, 443):
        return None
    return f"https://{host}{path}"


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, by its name or number alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_login_host(base_url: str) -> bool:
    """Return whether this is one of the hosts that serve every org's sign-in, not one org's own."""
    return urlsplit(base_url).hostname in LOGIN_HOSTS


def login_url(host: str, *, test: bool) -> str:
    """Return the login host of production or of test orgs, in the domain that a host belongs to."""
    return f"https://{salesforce_hosts.login_host(host, test=test)}"


def _clean(address: str) -> str:
    """Repair what typing and copying do to an address; its first colon and slashes, if any, are ://.

    Word processors and phones write two hyphens, which part a sandbox's name, as a dash; keyboards
    for Chinese and Japanese write other full stops, which browsers read as dots.
    """
    text = strip_quotes(address).translate(_SUBSTITUTES).strip("<> ").rstrip(",;").strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    if re.match(_ENCODED, text):
        text = unquote(text)
    scheme = ""
    while match := re.match(_SCHEME, text):
        scheme, text = scheme or (match[1] or "").lower(), text[match.end() :]
    return f"{scheme}://{text}" if scheme and text else text


def _org_of(host: str, parts: SplitResult) -> tuple[str, str]:
    """Return the API host that an address means, and the path that may be a site's."""
    try:
        full = salesforce_hosts.full_name(host)
        api = salesforce_hosts.api_host_of(full)
    except ValueError as exc:
        raise _reject(f"{exc}.") from None
    if full != host and (parts.path.strip("/") or parts.query):
        raise _reject(f"{host!r} is a name without a domain, followed by a path.")
    if not is_salesforce(api):
        raise _reject(f"{host} is not a Salesforce host, so no secret is sent to it.")
    return api, parts.path if api == full else ""


def _split(text: str) -> SplitResult:
    # Browsers read a backslash as a slash; nobody types one on purpose.
    if "\\" in text or any(ord(char) <= 0x20 for char in text):
        raise _reject("The My Domain URL holds a space, a line break or a backslash.")
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        _port(parts)
    except ValueError as exc:
        raise _reject("The My Domain URL is not a web address.") from exc
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _reject("The My Domain URL is not a web address.")
    return parts


def _port(parts: SplitResult) -> int | None:
    # http://acme.my.salesforce.com:80 was typed by somebody who means the usual port.
    return None if (parts.scheme, parts.port) == ("http", 80) else parts.port


def _site_path(host: str, path: str) -> str | None:
    """Return the path of an Experience Cloud site; empty for none, None if it is unknown."""
    if host in LOGIN_HOSTS:
        return ""
    segments = []
    for segment in filter(None, path.split("/")):
        if segment.lower() in _PAGES or re.fullmatch(_RECORD_PAGE, segment):
            if "." in segment and ".my.salesforce." in host:  # such as /changemgmt/list.apexp
                return ""
            break
        segments.append(segment)
    if len(segments) > 1 or not all(re.fullmatch(_SITE_PATH, each) for each in segments):
        return None
    return f"/{segments[0]}" if segments else ""


def _reject(message: str, remedy: str = _EXAMPLES) -> Rejected:
    return Rejected(message, code="INVALID_MY_DOMAIN", remedy=remedy, fields=("my_domain_url",))
