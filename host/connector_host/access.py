"""Who may use a connection, and who may change it.

Anyone on this machine may use and change a connection without an owner. A connection with an owner
may be used by the owner and by the users and groups it is shared with, and changed by its owner
alone. The host has authenticated the user before; nothing here checks a password.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connector_host.errors import BadInput, NotAllowed

MAX_NAME = 100  # characters of a user's or group's name, the columns' width


@dataclass(frozen=True)
class Principal:
    """A user, and the groups that the user is in."""

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
        owner: None when anyone may use the connection.
        users, groups: Whom it is shared with; ignored without an owner.
    """

    owner: str | None = None
    users: frozenset[str] = field(default_factory=frozenset)
    groups: frozenset[str] = field(default_factory=frozenset)

    def allows(self, principal: Principal | None) -> bool:
        """Return whether a user may use the connection; None stands for an unnamed user."""
        if self.owner is None:
            return True
        if principal is None:
            return False
        listed = principal.user == self.owner or principal.user in self.users
        return listed or not self.groups.isdisjoint(principal.groups)


def check_use(name: str, access: Access, principal: Principal | None) -> None:
    """Raise an error unless the user may use the connection `name`.

    Raises:
        NotAllowed: It belongs to somebody else, and is not shared with the user.
    """
    if not access.allows(principal):
        raise _not_allowed(name, access, principal, "use")


def check_change(name: str, access: Access, principal: Principal | None) -> None:
    """Raise an error unless the user may change, share and remove the connection `name`.

    Raises:
        NotAllowed: It belongs to somebody else.
    """
    if access.owner is not None and (principal is None or principal.user != access.owner):
        raise _not_allowed(name, access, principal, "change")


def check_person(name: str) -> None:
    """Raise an error unless a text can be the name of a user or a group.

    Raises:
        BadInput: It is empty, too long, or has characters that cannot be printed.
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
