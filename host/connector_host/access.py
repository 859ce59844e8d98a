"""Who may use a connection, and who may change it.

A connection without an owner is for anyone on this machine. One with an owner is for the owner and
for the users and groups it is shared with, and only its owner may change it. Who somebody is, the
host has found out before; nothing here checks a password.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connector_host.errors import BadInput, NotAllowed

MAX_NAME = 100  # characters of a user's or group's name, the columns' width


@dataclass(frozen=True)
class Principal:
    """Who asks: a user, and the groups the user is in."""

    user: str
    groups: frozenset[str] = frozenset()

    def __init__(self, user: str, groups: Iterable[str] = ()) -> None:
        for name in (user, *groups):
            check_person(name)
        object.__setattr__(self, "user", user)
        object.__setattr__(self, "groups", frozenset(groups))


@dataclass(frozen=True)
class Access:
    """Who may use one connection.

    Attributes:
        owner: None for a connection that is for anyone.
        users, groups: With whom it is shared; of no matter without an owner.
    """

    owner: str | None = None
    users: frozenset[str] = field(default_factory=frozenset)
    groups: frozenset[str] = field(default_factory=frozenset)

    def allows(self, principal: Principal | None) -> bool:
        """Return whether somebody may use it; None is somebody who did not say who they are."""
        if self.owner is None:
            return True
        if principal is None:
            return False
        listed = principal.user == self.owner or principal.user in self.users
        return listed or not self.groups.isdisjoint(principal.groups)


def check_use(name: str, access: Access, principal: Principal | None) -> None:
    """Let somebody use the connection `name`.

    Raises:
        NotAllowed: It is another's, and not shared with them.
    """
    if not access.allows(principal):
        raise _not_allowed(name, access, principal, "use")


def check_change(name: str, access: Access, principal: Principal | None) -> None:
    """Let somebody change, share or remove the connection `name`.

    Raises:
        NotAllowed: It has an owner, and that is somebody else.
    """
    if access.owner is not None and (principal is None or principal.user != access.owner):
        raise _not_allowed(name, access, principal, "change")


def check_person(name: str) -> None:
    """Refuse what cannot be the name of a user or a group.

    Raises:
        BadInput: It is empty, too long, or has characters that no line can show.
    """
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise BadInput(
            f"{name[:MAX_NAME]!r} cannot be the name of a user or a group.",
            f"Use 1 to {MAX_NAME} printable characters.",
        )


def _not_allowed(name: str, access: Access, principal: Principal | None, verb: str) -> NotAllowed:
    if principal is None:
        return NotAllowed(
            f"The connection {name!r} belongs to {access.owner!r}, and no user was named.",
            "Name the user: --as USER on the command line, a principal in code.",
        )
    return NotAllowed(
        f"{principal.user!r} may not {verb} the connection {name!r} of {access.owner!r}.",
        f"Ask {access.owner!r} to share it."
        if verb == "use"
        else f"Ask {access.owner!r}, or sign in to a connection of your own.",
    )
