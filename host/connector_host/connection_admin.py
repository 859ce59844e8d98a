"""Changes stored connections for a user: renames, shares, transfers and removes them.

It checks that the user may, and writes each change to the audit trail. `runner.connection_setup`
makes connections and signs in.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from connector_host.access import Access, Principal, check_person
from connector_host.authorization import Authorizer
from connector_host.errors import BadInput, StoreDamaged
from connector_host.store.connection import Connection
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.protocol import AuditEvent, StoredConnection


class ConnectionAdmin:
    """The changes of stored connections by one user, or by an unnamed one.

    Attributes:
        who: The user's name for the audit trail; empty for an unnamed user.
    """

    def __init__(self, store: ConnectionStore, principal: Principal | None = None) -> None:
        self._store = store
        self._principal = principal
        self._authorizer = Authorizer(store, principal)
        self.who = self._authorizer.who

    def visible(self) -> list[Connection]:
        """List the connections that the user may use; for an unnamed user, all.

        No secret is unsealed, and every use of a connection is authorized again.
        """
        return [
            connection
            for connection in self._store.list()
            if self._principal is None or connection.access.allows(self._principal)
        ]

    def get_for_change(self, name: str) -> Connection:
        """Return a connection that the user may change.

        Raises:
            UnknownName, NotAllowed: There is none, or it belongs to somebody else.
        """
        self._authorizer.get_for_change(name)
        return self._store.get(name)

    def rename(self, old: str, new: str) -> None:
        """Rename a connection; its id does not change."""
        self._authorizer.get_for_change(old)
        self._store.rename(old, new)
        self._authorizer.record("renamed", new, f"was {old}")

    def remove(self, name: str) -> None:
        """Remove a connection; revokes nothing at the service.

        Anybody may remove a connection whose stored data is damaged: it cannot be used any more,
        and its owner is not known for certain.
        """
        with suppress(StoreDamaged):
            self._authorizer.get_for_change(name)
        self._store.remove(name)
        self._authorizer.record("removed", name)

    def transfer_ownership(self, name: str, owner: str | None) -> None:
        """Set the owner; None lets anyone use the connection, and ends its sharing."""
        stored = self._authorizer.get_for_change(name)
        if owner is not None:
            check_person(owner)
        access = Access() if owner is None else replace(stored.access, owner=owner)
        self._store.share(name, access)
        self._authorizer.record("owner_changed", name, owner or "anyone")

    def set_access(
        self, name: str, owner: str | None, users: Iterable[str] = (), groups: Iterable[str] = ()
    ) -> Access:
        """Set the owner of a connection and whom it is shared with, in one step.

        Args:
            owner: None lets anyone use it; `users` and `groups` are then ignored.
        """
        before = self._authorizer.get_for_change(name).access
        access = Access() if owner is None else Access(owner, frozenset(users), frozenset(groups))
        for person in (*access.users, *access.groups, *([owner] if owner is not None else [])):
            check_person(person)
        self._store.share(name, access)
        if access.owner != before.owner:
            self._authorizer.record("owner_changed", name, access.owner or "anyone")
        self._record_added("shared", name, before, access)
        self._record_added("unshared", name, access, before)
        return access

    def share(self, name: str, users: list[str], groups: list[str]) -> Access:
        """Share a connection with users and groups.

        Raises:
            BadInput: It has no owner, so anyone may use it already.
        """
        stored = self._get_owned(name, users, groups)
        access = replace(
            stored.access,
            users=stored.access.users.union(users),
            groups=stored.access.groups.union(groups),
        )
        return self._change_access(name, access, "shared", users, groups)

    def unshare(self, name: str, users: list[str], groups: list[str]) -> Access:
        """Stop sharing a connection with users and groups, whether or not it was shared."""
        stored = self._get_owned(name, users, groups)
        access = replace(
            stored.access,
            users=stored.access.users.difference(users),
            groups=stored.access.groups.difference(groups),
        )
        return self._change_access(name, access, "unshared", users, groups)

    def _record_added(self, what: AuditEvent, name: str, before: Access, after: Access) -> None:
        users, groups = after.users - before.users, after.groups - before.groups
        if users or groups:
            self._authorizer.record(what, name, _people(sorted(users), sorted(groups)))

    def _get_owned(self, name: str, users: list[str], groups: list[str]) -> StoredConnection:
        stored = self._authorizer.get_for_change(name)
        for person in (*users, *groups):
            check_person(person)
        if not users and not groups:
            raise BadInput("Name at least one user or group.", "Give --user or --group.")
        if stored.access.owner is None:
            raise BadInput(
                f"The connection {name!r} has no owner: anyone may use it.",
                "Give it one first: connections owner NAME USER.",
            )
        return stored

    def _change_access(
        self, name: str, access: Access, what: AuditEvent, users: list[str], groups: list[str]
    ) -> Access:
        self._store.share(name, access)
        self._authorizer.record(what, name, _people(users, groups))
        return access


def _people(users: list[str], groups: list[str]) -> str:
    """Write users and groups for the audit trail."""
    return ", ".join([*(f"user {user}" for user in users), *(f"group {group}" for group in groups)])
