"""The gate before every connection: lets somebody use or change one, or refuses and notes that.

Who may, `access` says. What needs a new sign-in is not let through either, so that callers are told
without a call.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from connector_host.access import Principal, check_change, check_use
from connector_host.errors import NeedsSignIn, NotAllowed
from connector_host.store.protocol import Kept, Store


class Gate:
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

    def allowed(self, connection: str | Kept) -> Kept:
        """Give a connection that the person may use.

        Raises:
            UnknownName, NotAllowed: There is none, or it is not for them.
        """
        kept = connection
        if isinstance(kept, str) or kept.needs_sign_in:  # which may be an old story
            kept = self._store.get(kept if isinstance(kept, str) else kept.name)
        try:
            check_use(kept.name, kept.access, self._principal)
        except NotAllowed:
            self.record("refused", kept.name, "use")
            raise
        return kept

    def usable(self, connection: str | Kept) -> Kept:
        """Give a connection that the person may use, and that may be called now.

        Raises:
            NeedsSignIn: A call before met that a person must sign in again.
        """
        kept = self.allowed(connection)
        needed = kept.needs_sign_in
        if needed is not None:
            raise NeedsSignIn(kept.name, needed.code, needed.reason, needed.since)
        return kept

    def changeable(self, name: str) -> Kept:
        """Give a connection that the person may change.

        Raises:
            UnknownName, NotAllowed: There is none, or it is somebody else's.
        """
        kept = self._store.get(name)
        try:
            check_change(name, kept.access, self._principal)
        except NotAllowed:
            self.record("refused", name, "change")
            raise
        return kept


@contextmanager
def noting(kept: Kept) -> Iterator[None]:
    """Note on a connection when what is called says that a person must sign in again."""
    try:
        yield
    except Exception as exc:
        note_failure(kept, exc)
        raise


def note_failure(kept: Kept, exc: BaseException) -> None:
    """Mark a connection when an error says that its authorization is gone; no other error does."""
    if getattr(exc, "kind", "") == "unauthorized":
        kept.mark(str(getattr(exc, "code", "")), str(exc))
