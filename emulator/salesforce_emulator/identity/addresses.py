"""By which of its hosts an org was reached: the login host, or its My Domain.

Salesforce distinguishes them by name, as we do in process and behind a test CA; on loopback, where
both are one port, `localhost` is the login host and `127.0.0.1` is the My Domain host.

https://help.salesforce.com/s/articleView?id=xcloud.domain_name_overview.htm
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?", re.ASCII)

HostKind = Literal["login", "test", "my_domain"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request came in.

    Attributes:
        host_kind: `login`, `test` (the login host of sandboxes), or `my_domain`.
        base: Scheme and host as the client wrote them, without a slash at the end.
        my_domain: Scheme and host of the My Domain: `instance_url` of token answers.
        identity: Scheme and host of identity URLs.
    """

    host_kind: HostKind
    base: str
    my_domain: str
    identity: str


def address_of(scheme: str, host: str, my_domain: str, *, sandbox: bool = False) -> Address:
    """Return where a request came in.

    Args:
        scheme: `http` or `https`.
        host: The Host header, with its port if it has one. One that is no host name counts as the
            My Domain.
        my_domain: The org's own host name, as `local-org.my.salesforce.com`.
        sandbox: Whether the org is one: its identity URLs are then on `test.salesforce.com`.
    """
    if _HOST.fullmatch(host) is None:
        host = my_domain
    name, _, port = host.lower().partition(":") if not host.startswith("[") else (host, "", "")
    base = f"{scheme}://{host.lower()}"
    tail = f":{port}" if port else ""
    host_kind: HostKind = "my_domain"
    own = base
    if name == "localhost":
        host_kind, own = "login", f"{scheme}://127.0.0.1{tail}"
    elif name.startswith(("login.", "test.")):
        host_kind, own = "login", f"{scheme}://{my_domain}{tail}"
        if name.startswith("test."):
            host_kind = "test"
    if name.endswith(".salesforce.com"):
        identity = f"{scheme}://{'test' if sandbox else 'login'}.salesforce.com{tail}"
    else:
        identity = base
    return Address(host_kind, base, own, identity)
