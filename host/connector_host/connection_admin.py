"""Changes what is kept, for somebody: rename, share, hand over, remove. Checks that they may.

Each change is in the audit trail. Making a connection and signing in to it is `keeper`'s business.
"""

from dataclasses import replace

from connector_host.access import Access, Principal, check_person
from connector_host.authorization import Gate
from connector_host.connection import Connection
from connector_host.errors import BadInput
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.protocol import Kept


class Custody:
    """What one person, or nobody in particular, may do to what is kept.

    Attributes:
        who: For the audit trail: the user; empty when nobody said who they were.
    """

    def __init__(self, store: ConnectionStore, principal: Principal | None = None) -> None:
        self._store = store
        self._principal = principal
        self._gate = Gate(store, principal)
        self.who = self._gate.who

    def visible(self) -> list[Connection]:
        """List the connections that the person may use; all for who did not say who they are.

        No secret is opened, and using one asks again.
        """
        return [
            each
            for each in self._store.list()
            if self._principal is None or each.access.allows(self._principal)
        ]

    def changeable(self, name: str) -> Connection:
        """Give a connection that the person may change.

        Raises:
            UnknownName, NotAllowed: There is none, or it is somebody else's.
        """
        self._gate.changeable(name)
        return self._store.get(name)

    def rename(self, old: str, new: str) -> None:
        """Give a connection another name; its id stays."""
        self._gate.changeable(old)
        self._store.rename(old, new)
        self._gate.record("renamed", new, f"was {old}")

    def remove(self, name: str) -> None:
        """Forget a connection; ends nothing at the service."""
        self._gate.changeable(name)
        self._store.remove(name)
        self._gate.record("removed", name)

    def give(self, name: str, owner: str | None) -> None:
        """Make somebody the owner; None makes the connection anyone's, and ends its sharing."""
        kept = self._gate.changeable(name)
        if owner is not None:
            check_person(owner)
        access = Access() if owner is None else replace(kept.access, owner=owner)
        self._store.share(name, access)
        self._gate.record("owner_changed", name, owner or "anyone")

    def share(self, name: str, users: list[str], groups: list[str]) -> Access:
        """Let users and groups use a connection too.

        Raises:
            BadInput: It has no owner, so that anyone may use it as it is.
        """
        kept = self._owned(name, users, groups)
        access = replace(
            kept.access,
            users=kept.access.users.union(users),
            groups=kept.access.groups.union(groups),
        )
        return self._changed(name, access, "shared", users, groups)

    def unshare(self, name: str, users: list[str], groups: list[str]) -> Access:
        """Let users and groups no longer use a connection; who could not is no error."""
        kept = self._owned(name, users, groups)
        access = replace(
            kept.access,
            users=kept.access.users.difference(users),
            groups=kept.access.groups.difference(groups),
        )
        return self._changed(name, access, "unshared", users, groups)

    def _owned(self, name: str, users: list[str], groups: list[str]) -> Kept:
        kept = self._gate.changeable(name)
        for person in (*users, *groups):
            check_person(person)
        if not users and not groups:
            raise BadInput("With whom?", "Give --user or --group.")
        if kept.access.owner is None:
            raise BadInput(
                f"The connection {name!r} has no owner: anyone may use it.",
                "Give it one first: connections owner NAME USER.",
            )
        return kept

    def _changed(
        self, name: str, access: Access, what: str, users: list[str], groups: list[str]
    ) -> Access:
        self._store.share(name, access)
        whom = [f"user {each}" for each in users] + [f"group {each}" for each in groups]
        self._gate.record(what, name, ", ".join(whom))
        return access
