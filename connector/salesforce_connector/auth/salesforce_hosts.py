"""The hosts that Salesforce serves: those of an org's API, those of its pages, those of no org.

It parses no address; `my_domain` does.

https://help.salesforce.com/s/articleView?id=xcloud.domain_name_url_formats.htm
"""

import re
from typing import Final

# Domains under which Salesforce alone assigns names (its CLI's list, and the API hosts beside it).
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

_CHINA: Final = "sfcrmproducts.cn"

LOGIN_HOSTS: Final = frozenset(
    f"{name}.{domain}" for name in ("login", "test") for domain in ("salesforce.com", _CHINA)
)

# Labels between a name and `my.salesforce.com`, by the kind of org.
PARTITIONS: Final = (
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

# What the browser shows, and the API host of the same org.
_SHOWN_AS: Final = (
    (".lightning.force.com", ".my.salesforce.com"),
    (".my.salesforce-setup.com", ".my.salesforce.com"),
    (".my.salesforce-scrt.com", ".my.salesforce.com"),
    (".file.force.com", ".my.salesforce.com"),
    (".builder.salesforce-experience.com", ".my.salesforce.com"),
    (".preview.salesforce-experience.com", ".my.salesforce.com"),
    (".live-preview.salesforce-experience.com", ".my.salesforce.com"),
    (".lightning.crmforce.mil", ".my.salesforce.mil"),
    (".lightning.sfcrmapps.cn", ".my.sfcrmproducts.cn"),
    (".my-lightning.com", ".my-salesforce.com"),
)

# Pages and files of packages: the package's name follows the org's, `c` for the org's own.
_OF_PACKAGES: Final = (
    ".vf.force.com",
    ".container.force.com",
    ".visualforce.com",
    ".visual.force.com",
    ".content.force.com",
    ".documentforce.com",
)
_PACKAGE: Final = (
    r"(?P<org>[a-z0-9-]*[a-z0-9])--[a-z0-9]+"
    rf"(?P<partition>(\.({'|'.join(PARTITIONS)}))?)(\.[a-z]+[0-9]+s?)?"
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

# Bare names that are parts of every address.
_NO_NAMES: Final = frozenset(
    {"http", "https", "com", "localhost", "my", "lightning", "salesforce", "force", "domain"}
)

# Placeholders for the reader's own name in instructions.
_PLACEHOLDERS: Final = frozenset(
    {
        "mydomain",
        "my-domain",
        "mydomainname",
        "my-domain-name",
        "yourdomain",
        "your-domain",
        "yourdomainname",
        "your-domain-name",
        "yourinstance",
        "your-instance",
    }
)

# Pods that hold many orgs: na139, cs45, usa2s.
_INSTANCE: Final = (
    r"(na|eu|ap|cs|um|gs|usa|can|bra|deu|fra|gbr|ita|esp|swe|che|ind|jpn|aus|sgp|kor|idn|isr|are)"
    r"[0-9]+s?"
)
_ORG_ID: Final = r"00d[a-z0-9]{12}([a-z0-9]{3})?"

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
        "my",
        "partners",
        "status",
        "success",
        "trailhead",
        "trust",
    )
)


def is_salesforce(host: str) -> bool:
    """Return whether Salesforce assigns the names under this host's domain."""
    return any(host.endswith(f".{domain}") for domain in SALESFORCE_DOMAINS)


def login_host(near: str, *, test: bool) -> str:
    """Return the login host of production or of test orgs, in the domain that a host belongs to."""
    domain = _CHINA if near.endswith(f".{_CHINA}") else "salesforce.com"
    return f"{'test' if test else 'login'}.{domain}"


def full_name(name: str) -> str:
    """Return the host that a bare name means; a host with a domain stays as it is.

    Raises:
        ValueError: It is not the name of an org; the message says what it is.
    """
    if name in _LOGIN_NAMES:
        return _LOGIN_NAMES[name]
    label, _, partition = name.partition(".")
    if partition and partition not in PARTITIONS:
        return name
    if re.fullmatch(_ORG_ID, name):
        raise ValueError(f"{name!r} is the ID of an org, not its address")
    if re.fullmatch(_INSTANCE, label):
        raise ValueError(f"{label!r} is an instance, which many orgs share")
    if label in _NO_NAMES or label in _PLACEHOLDERS or label.isdecimal():
        raise ValueError(f"{label!r} is not the name of an org")
    if not partition:
        partition = "sandbox" if "--" in label else ""
    return ".".join(filter(None, (label, partition, "my.salesforce.com")))


def api_host_of(host: str) -> str:
    """Return the API host of the org whose pages or files a host shows; any other stays as it is.

    Raises:
        ValueError: It is not the host of an org; the message says what it is.
    """
    for shown, api in _SHOWN_AS:
        if host.endswith(shown):
            return _require_org(host.removesuffix(shown), api)
    for suffix in _OF_PACKAGES:
        if host.endswith(suffix):
            match = re.fullmatch(_PACKAGE, host.removesuffix(suffix))
            if match is None:
                raise ValueError(f"{host} serves pages or files, not the API of an org")
            return _require_org(match["org"] + match["partition"], ".my.salesforce.com")
    if host in _WEBSITES:
        raise ValueError(f"{host} is a website of Salesforce's, not the address of an org")
    if host.partition(".")[0] in _PLACEHOLDERS:
        raise ValueError(f"{host} is an example of an address; put the org's own name into it")
    return host


def _require_org(name: str, api: str) -> str:
    if re.fullmatch(_INSTANCE, name):
        raise ValueError(f"{name!r} is an instance, which many orgs share")
    if name in _PLACEHOLDERS:
        raise ValueError(f"{name!r} is a placeholder: put your org's own name in the address")
    return name + api
