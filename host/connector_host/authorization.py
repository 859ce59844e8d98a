"""Checks before every use or change of a connection that the user may, and records refusals.

`access` has the rules. A connection that needs a new sign-in is refused too, without a call.
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager

from connector_host.access import Principal, check_change, check_use
from connector_host.errors import HostError, NeedsSignIn, NotAllowed
from connector_host.store.protocol import AuditEvent, Store, StoredConnection

LOG = logging.getLogger("connector_host.runs")


class Authorizer:
    """Authorizes the operations of one user, or of an unnamed one.

    Attributes:
        who: The user's name for the audit trail; empty for an unnamed user.
    """

    def __init__(self, store: Store, principal: Principal | None) -> None:
        self._store = store
        self._principal = principal
        self.who = principal.user if principal else ""

    def record(self, what: AuditEvent, connection: str, detail: str = "") -> None:
        """Write a line of the audit trail."""
        self._store.record(self.who, what, connection, detail)

    def get_for_use(self, connection: str | StoredConnection) -> StoredConnection:
        """Return a connection that the user may use.

        Raises:
            UnknownName, NotAllowed: There is none, or the user may not use it.
            StoreDamaged: Something else has changed it in the store.
        """
        stored = connection
        if isinstance(stored, str) or stored.needs_sign_in:  # somebody may have signed in since
            stored = self._store.get(stored if isinstance(stored, str) else stored.name)
        stored.verify()  # before its access rules are trusted
        try:
            check_use(stored.name, stored.access, self._principal)
        except NotAllowed:
            self.record("refused", stored.name, "use")
            raise
        return stored

    def get_ready(self, connection: str | StoredConnection) -> StoredConnection:
        """Return a connection that the user may use and that needs no sign-in.

        Raises:
            NeedsSignIn: An earlier call failed because a person must sign in again.
        """
        stored = self.get_for_use(connection)
        needed = stored.needs_sign_in
        if needed is not None:
            raise NeedsSignIn(stored.name, needed.code, needed.reason, needed.since)
        return stored

    def get_for_change(self, name: str) -> StoredConnection:
        """Return a connection that the user may change.

        Raises:
            UnknownName, NotAllowed: There is none, or it belongs to somebody else.
        """
        stored = self._store.get(name)
        try:
            check_change(name, stored.access, self._principal)
        except NotAllowed:
            self.record("refused", name, "change")
            raise
        return stored


@contextmanager
def recording_auth_failure(stored: StoredConnection) -> Generator[None]:
    """Mark a connection if the code inside raises that a person must sign in again."""
    try:
        yield
    except Exception as exc:
        record_auth_failure(stored, exc)
        raise


def record_auth_failure(stored: StoredConnection, exc: BaseException) -> None:
    """Mark a connection if an error is of kind `unauthorized`."""
    if getattr(exc, "kind", "") != "unauthorized":
        return
    try:
        stored.mark(str(getattr(exc, "code", "")), str(exc))
    except HostError as failure:  # the error of the call is more important
        LOG.warning("The connection %r was not marked: %s", stored.name, failure)
