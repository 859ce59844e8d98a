"""The gate before every connection: lets somebody use or change one, or refuses and notes that.

Who may, `access` says. What needs a new sign-in is not let through either, so that callers are told
without a call.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from connector_host.access import Principal, check_change, check_use
from connector_host.errors import NeedsSignIn, NotAllowed
from connector_host.store.protocol import Store, StoredConnection


class Authorizer:
    """The gate for one person, or for nobody in particular.

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
        """Give a connection that the person may use.

        Raises:
            UnknownName, NotAllowed: There is none, or it is not for them.
        """
        stored = connection
        if isinstance(stored, str) or stored.needs_sign_in:  # which may be an old story
            stored = self._store.get(stored if isinstance(stored, str) else stored.name)
        try:
            check_use(stored.name, stored.access, self._principal)
        except NotAllowed:
            self.record("refused", stored.name, "use")
            raise
        return stored

    def get_ready(self, connection: str | StoredConnection) -> StoredConnection:
        """Give a connection that the person may use, and that may be called now.

        Raises:
            NeedsSignIn: A call before met that a person must sign in again.
        """
        stored = self.get_for_use(connection)
        needed = stored.needs_sign_in
        if needed is not None:
            raise NeedsSignIn(stored.name, needed.code, needed.reason, needed.since)
        return stored

    def get_for_change(self, name: str) -> StoredConnection:
        """Give a connection that the person may change.

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
    if getattr(exc, "kind", "") == "unauthorized":
        stored.mark(str(getattr(exc, "code", "")), str(exc))
