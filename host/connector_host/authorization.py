"""Decides before every use or change of a connection, and records what is refused.

Who may, `access` says. A connection that needs a new sign-in is refused too, without a
call.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from connector_host.access import Principal, check_change, check_use
from connector_host.errors import HostError, NeedsSignIn, NotAllowed
from connector_host.store.protocol import Store, StoredConnection

LOG = logging.getLogger("connector_host.runs")


class Authorizer:
    """Authorizes what one person does, or what nobody in particular does.

    Attributes:
        who: For the audit trail: the user; empty when nobody said who they were.
    """

    def __init__(self, store: Store, principal: Principal | None) -> None:
        self._store = store
        self._principal = principal
        self.who = principal.user if principal else ""

    def record(self, what: str, connection: str, detail: str = "") -> None:
        """Write a line of the audit trail."""
        self._store.record(self.who, what, connection, detail)

    def get_for_use(self, connection: str | StoredConnection) -> StoredConnection:
        """Return a connection that the person may use.

        Raises:
            UnknownName, NotAllowed: There is none, or it is not for them.
            StoreDamaged: Something else than the store has changed it.
        """
        stored = connection
        if isinstance(stored, str) or stored.needs_sign_in:  # which may be over by now
            stored = self._store.get(stored if isinstance(stored, str) else stored.name)
        stored.verify()  # before what it says of who may use it counts
        try:
            check_use(stored.name, stored.access, self._principal)
        except NotAllowed:
            self.record("refused", stored.name, "use")
            raise
        return stored

    def get_ready(self, connection: str | StoredConnection) -> StoredConnection:
        """Return a connection that the person may use, and that may be called now.

        Raises:
            NeedsSignIn: An earlier call found that a person must sign in again.
        """
        stored = self.get_for_use(connection)
        needed = stored.needs_sign_in
        if needed is not None:
            raise NeedsSignIn(stored.name, needed.code, needed.reason, needed.since)
        return stored

    def get_for_change(self, name: str) -> StoredConnection:
        """Return a connection that the person may change.

        Raises:
            UnknownName, NotAllowed: There is none, or it is somebody else's.
        """
        stored = self._store.get(name)
        try:
            check_change(name, stored.access, self._principal)
        except NotAllowed:
            self.record("refused", name, "change")
            raise
        return stored


@contextmanager
def recording_auth_failure(stored: StoredConnection) -> Iterator[None]:
    """Note on a connection when what is called says that a person must sign in again."""
    try:
        yield
    except Exception as exc:
        record_auth_failure(stored, exc)
        raise


def record_auth_failure(stored: StoredConnection, exc: BaseException) -> None:
    """Mark a connection when an error says that its authorization is gone; no other error does."""
    if getattr(exc, "kind", "") != "unauthorized":
        return
    try:
        stored.mark(str(getattr(exc, "code", "")), str(exc))
    except HostError as failure:  # what happened to the call matters more than the mark
        LOG.warning("The connection %r was not marked: %s", stored.name, failure)
