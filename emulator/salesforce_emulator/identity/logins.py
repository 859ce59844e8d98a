"""Passwords and login restrictions of users, which a User row does not hold.

Logins are configuration, like apps, and are stored by username. Changes made while the org runs are
stored with its data; see `changes`. Passwords are readable here
since the command that starts a local org prints them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from ipaddress import ip_address, ip_network
from typing import Any

from salesforce_emulator.identity.changes import Changes


@dataclass(frozen=True, kw_only=True)
class Login:
    """Password and login restrictions of one user.

    Attributes:
        password: None: the user cannot use the login page.
        frozen: As by the button on the user's page: no login, and open sessions end.
        api_enabled: The permission "API Enabled".
        api_only: The permission "API Only User": no login page.
        password_expired: The API answers 401 until it is reset.
        ip_ranges: Networks (`10.0.0.0/8`) the profile lets in; empty: all.
        login_hours: From and until, in UTC, every day; None: always.
        approves_uninstalled_apps: The permission "Approve Uninstalled Connected Apps".
    """

    username: str
    password: str | None = field(default=None, repr=False)
    frozen: bool = False
    api_enabled: bool = True
    api_only: bool = False
    password_expired: bool = False
    ip_ranges: tuple[str, ...] = ()
    login_hours: tuple[time, time] | None = None
    approves_uninstalled_apps: bool = False

    def __post_init__(self) -> None:
        for network in self.ip_ranges:
            ip_network(network)

    def allows_ip(self, ip: str) -> bool:
        """Return whether the profile's ranges have this address."""
        if not self.ip_ranges:
            return True
        try:
            address = ip_address(ip)
        except ValueError:
            return False
        return any(address in ip_network(network) for network in self.ip_ranges)

    def allows_time(self, now: datetime) -> bool:
        """Return whether it is within the login hours; a span may go past midnight."""
        if self.login_hours is None:
            return True
        start, end = self.login_hours
        at = now.time()
        return start <= at < end if start <= end else at >= start or at < end


class Logins:
    """The logins of one org, by username."""

    def __init__(self, changes: Changes, logins: Iterable[Login] = ()) -> None:
        self._changes = changes
        self._by_username: dict[str, Login] = {}
        for login in logins:
            self.declare(login)
        for username in changes.names():
            if username not in self._by_username:
                self.declare(Login(username=username))

    def __iter__(self) -> Iterator[Login]:
        return iter(tuple(self._by_username.values()))

    def __getitem__(self, username: str) -> Login:
        """Return a user's login; one that was never set has no password and no restriction."""
        return self._by_username.get(username.lower()) or Login(username=username)

    def declare(self, login: Login) -> None:
        """Set a login that each start sets, as it was last changed."""
        username = login.username.lower()
        self._by_username[username] = replace(login, **self._changes.of(username))

    def change(self, username: str, **attributes: Any) -> Login:
        """Set attributes of a user's login."""
        changed = replace(self[username], **attributes)
        self._by_username[username.lower()] = changed
        self._changes.store(username.lower(), attributes)
        return changed


def integration_username(domain: str) -> str:
    """Return the username that apps without a person act as."""
    return f"integration@{domain}"


def default_logins(domain: str) -> tuple[Login, ...]:
    """Return the three logins that an org has to begin with: admin, integration, sales.

    Args:
        domain: What their usernames end in.
    """
    return (
        Login(
            username=f"admin@{domain}",
            password="admin-local-1",  # noqa: S106 - the org prints it at its start
            approves_uninstalled_apps=True,
        ),
        Login(
            username=integration_username(domain),
            password="integration-local-1",  # noqa: S106 - the org prints it at its start
        ),
        Login(
            username=f"sales@{domain}",
            password="sales-local-1",  # noqa: S106 - the org prints it at its start
        ),
    )
