"""Checks which hosts the secrets of a connection may be sent to, before they are stored.

The connector names the hosts (`check_settings`). Two rules hold for all connectors: the secrets of
an app profile are sent only to hosts that the profile allows, and to services of this machine only
if that is allowed expressly, because any local user can listen there.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Final, Literal, TypeAlias, get_args

from connector_host.errors import BadInput
from connector_host.hookspecs import Json

LocalHosts: TypeAlias = Literal["never", "own", "always"]
"""Whether connections may point at services of this machine.

`never`: none may. `own`: those without an app profile, and those whose profile names the host.
`always`: all may.
"""
LOCAL_HOSTS: Final[tuple[LocalHosts, ...]] = get_args(LocalHosts)


def hosts_of(check: Json) -> list[str] | None:
    """Return the hosts that `check_settings` returned; None when it returned none."""
    return list(check["hosts"]) if isinstance(check, dict) and "hosts" in check else None


def check_hosts(
    hosts: Sequence[str] | None,
    *,
    profile: str | None,
    allowed: Sequence[str],
    local_hosts: LocalHosts,
) -> None:
    """Raise an error if settings send secrets to a host that is not allowed.

    Args:
        hosts: From the connector; None when it does not know them.
        profile: Name of the app profile that the settings use; None for none.
        allowed: Patterns of the hosts that the profile allows; empty for all that are not local.

    Raises:
        BadInput: A host is not allowed; the message names it.
    """
    if hosts is None:
        if allowed:
            raise BadInput(
                f"The app profile {profile!r} is limited to certain hosts, and the connector does "
                "not say which it uses.",
                "Use a profile without --host.",
            )
        return
    for host in hosts:
        if local_hosts == "never" and is_local(host):
            raise BadInput(
                f"Connections to this machine ({host}) are not allowed here.",
                "Ask the operator of this host to allow them.",
            )
        if profile is None:
            continue
        if allowed and not _matches(host, allowed):
            raise BadInput(
                f"The app profile {profile!r} may not be used with {host}; it is limited to "
                f"{', '.join(allowed)}.",
                "Connect without the profile, or ask for a profile that allows this host.",
            )
        if not allowed and is_local(host) and local_hosts != "always":
            raise BadInput(
                f"The app profile {profile!r} may not be used with this machine ({host}).",
                f"Add a profile that allows it: apps add NAME --host {host} ...",
            )


def is_local(host: str) -> bool:
    """Return whether a host name or address belongs to this machine.

    >>> [is_local(host) for host in ("localhost", "a.localhost", "127.1.2.3", "::1", "0.0.0.0")]
    [True, True, True, True, True]
    >>> is_local("acme.example.com")
    False
    """
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return address.is_loopback or address.is_unspecified or address.is_link_local


def check_patterns(patterns: Iterable[str]) -> None:
    """Raise an error unless all texts are patterns of hosts.

    Raises:
        BadInput: A text is not a host name, with or without `*.` before it.
    """
    for pattern in patterns:
        name = pattern.removeprefix("*.")
        if not name or any(not (char.isalnum() or char in ".-:[]") for char in name):
            raise BadInput(
                f"{pattern!r} is not a host name.",
                "Give a name such as acme.example.com, or *.example.com for all its subdomains.",
                fields=["hosts"],
            )


def _matches(host: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(host.lower(), pattern.lower()) for pattern in patterns)
