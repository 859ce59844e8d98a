"""Turns the addresses that people paste into base URLs, and decides to which hosts secrets may go.

It resolves no name and sends nothing.

https://help.salesforce.com/s/articleView?id=xcloud.domain_name_url_formats.htm
"""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from salesforce_connector.auth.pasted_text import strip_quotes
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

_CHINA: Final = "sfcrmproducts.cn"

LOGIN_HOSTS: Final = frozenset(
    f"{name}.{domain}" for name in ("login", "test") for domain in ("salesforce.com", _CHINA)
)

# Bare names that mean a login host, not the My Domain of somebody who is called so.
_LOGIN_NAMES: Final = {
    "login": "login.salesforce.com",
    "www": "login.salesforce.com",
    "prod": "login.salesforce.com",
    "production": "login.salesforce.com",
    "test": "test.salesforce.com",
    "sandbox": "test.salesforce.com",
}

# Bare names that are parts of every address, or stand for the reader's own in instructions.
_NO_NAMES: Final = frozenset(
    {"my", "lightning", "salesforce", "force", "domain", "mydomain", "yourdomain", "my-domain"}
)

# Websites of Salesforce's that are no orgs.
_WEBSITES: Final = frozenset(
    f"{name}.salesforce.com"
    for name in (
        "www",
        "admin",
        "appexchange",
        "developer",
        "help",
        "ideas",
        "partners",
        "status",
        "success",
        "trailhead",
        "trust",
    )
)

# What may stand between a name and `my.salesforce.com`, by the kind of org.
_PARTITIONS: Final = (
    "sandbox",
    "scratch",
    "develop",
    "demo",
    "patch",
    "trailblaze",
    "free",
    "trial",
    "stage",
)

# Experience Cloud sites: several share a host, each under a path of its own, and so does OAuth. The
# host is one of sites, or the My Domain itself; Salesforce's own CLI keeps such a path too.
_SITE_PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")

# What the path of a page begins with; the pages of a site are below the site's own path.
_PAGES: Final = frozenset(
    {
        "_nc_external",
        "_ui",
        "apex",
        "console",
        "home",
        "id",
        "idp",
        "lightning",
        "login",
        "one",
        "s",
        "saml",
        "secur",
        "services",
        "servlet",
        "setup",
        "visualforce",
    }
)
_RECORD_PAGE: Final = re.compile(  # an id, which has digits; a key prefix; a file such as login.jsp
    r"(?=(.*\d){3})([A-Za-z0-9]{15}|[A-Za-z0-9]{18})|[0-9][A-Za-z0-9]{2}|.*\.\w+"
)

_LABELS = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")

_EXAMPLES = (
    "Enter it as Setup > My Domain shows it, for example https://acme.my.salesforce.com "
    "or, for a sandbox, https://acme--dev.sandbox.my.salesforce.com."
)


def api_host(address: str, *, local_org: bool = False) -> str:
    """Turn an address into the base URL of the org's API, without a slash at its end.

    Takes a full URL, a bare host, a bare My Domain name, a sandbox name (`acme--dev`), or what the
    browser shows in Lightning or Setup. A path is dropped, except that of an Experience Cloud site.

    Args:
        address: What somebody typed or pasted.
        local_org: Whether a loopback address is meant; only then it is allowed.

    Raises:
        Rejected: It is no address of an org of Salesforce's, or only looks like one.
    """
    # Word processors and phones write two hyphens, which part a sandbox's name, as a dash.
    text = strip_quotes(address).strip("<> ").replace("\N{EM DASH}", "--")
    if not text:
        raise _rejected("The My Domain URL is empty.")
    parts = _split(text)
    host = (parts.hostname or "").rstrip(".")
    if parts.username is not None or parts.password is not None:
        raise _rejected(f"The My Domain URL must have no user name or password: {host}.")
    if is_loopback(host):
        if not local_org:
            raise _rejected(
                f"{host} is this machine, not Salesforce.",
                'For a local org, switch on "This is a local org" (local_org).',
            )
        return f"{parts.scheme}://{parts.netloc.lower()}"
    if local_org:
        raise _rejected(
            f'"This is a local org" is on, but {host} is not this machine.',
            'Switch it off for a Salesforce org, or use an address such as "http://127.0.0.1:8800".',
        )
    if not _LABELS.fullmatch(host) or any(label.startswith("xn--") for label in host.split(".")):
        raise _rejected(f"{host!r} is no host name that an org of Salesforce's can have.")
    host, path = _full_name(host), parts.path
    for shown, api in _SHOWN_AS:
        if host.endswith(shown):
            host, path = host.removesuffix(shown) + api, ""
    if not is_salesforce(host):
        raise _rejected(f"{host} is not a Salesforce host, so no secret is sent to it.")
    if host in _WEBSITES:
        raise _rejected(f"{host} is a website of Salesforce's, not the address of an org.")
    if _port(parts) not in (None, 443):
        raise _rejected(f"{host} with port {parts.port} is not an address that Salesforce serves.")
    site = _site_path(host, path)
    if site is None:
        raise _rejected(
            "The path in the My Domain URL is neither a page's nor an Experience Cloud site's.",
            "Remove the path; or enter a site's address with its own path and nothing after it, "
            "for example https://acme.my.site.com/portal.",
        )
    return f"https://{host}{site}"


def trusted_url(url: str, *, local_org: bool) -> str | None:
    """Give the base of a URL that a response named, or None when no secret may go there."""
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
    path = _site_path(host, parts.path)
    if path is None or _port(parts) not in (None, 443):
        return None
    return f"https://{host}{path}"


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


def login_url(host: str, *, test: bool) -> str:
    """Give the login host of production or of test orgs, in the domain that a host belongs to."""
    domain = _CHINA if host.endswith(f".{_CHINA}") else "salesforce.com"
    return f"https://{'test' if test else 'login'}.{domain}"


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
    """Give the host that a bare name means; a host with a domain stays as it is."""
    if name in _LOGIN_NAMES:
        return _LOGIN_NAMES[name]
    if name in _NO_NAMES:
        raise _rejected(f"{name!r} is not the name of an org.")
    label, _, partition = name.partition(".")
    if not partition:
        partition = "sandbox" if "--" in label else ""
    elif partition not in _PARTITIONS:
        return name
    return ".".join(filter(None, (label, partition, "my.salesforce.com")))


def _site_path(host: str, path: str) -> str | None:
    """Give the path of an Experience Cloud site; empty for none, None if that cannot be told."""
    if host in LOGIN_HOSTS:
        return ""
    segments = []
    for segment in filter(None, path.split("/")):
        if segment.lower() in _PAGES or _RECORD_PAGE.fullmatch(segment):
            break
        segments.append(segment)
    if len(segments) > 1 or not all(map(_SITE_PATH.fullmatch, segments)):
        return None
    return f"/{segments[0]}" if segments else ""


def _rejected(message: str, remedy: str = _EXAMPLES) -> Rejected:
    return Rejected(message, code="INVALID_MY_DOMAIN", remedy=remedy, fields=("my_domain_url",))
