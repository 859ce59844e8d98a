"""Every error of the host's own. What a connector raises passes through as it is.

    HostError
    x BadInput            an input, a setting or a file does not fit; nothing was sent
      + UnknownName       no such connector, method, action or connection
      + NameTaken         a connection, an app profile or a trigger of that name exists
      + StillUsed         what connections refer to cannot be removed
    x NotAllowed          the connection is somebody else's, and not shared
    x NeedsSignIn         the connection is of no use until a person signs in to it again
    x PluginBroken        a connector that cannot be used, or does not keep the contract
    x SignInUnfinished    the browser did not come back in time, or not to this sign-in
    x PortBusy            something else listens where the browser is to come back
    x StoreUnreachable    the store cannot be opened, or is full
      + StoreLocked       another process holds the store or the connection for too long
    x TooManyWaitingEvents  a trigger's pushed events are not delivered, and no more are stored
    x StoreDamaged        what is in the store is not what was put there
      + OlderRow          a row is older than it was: an old one was put back
    x StoreTooNew         a newer version of the host has written the store
    x WrongKey            no key, or not the one that the store is sealed with
    x NotInstalled        a package that this needs is missing

All have the attributes of the contract's `ConnectorError`, so that an engine handles one kind of
error. Messages are one line and never hold a secret.
"""

import difflib
from collections.abc import Iterable
from typing import Literal

Kind = Literal["rejected", "unauthorized", "forbidden", "retryable", "bad_reply"]


class HostError(Exception):
    """Base of all errors here; never raised itself.

    Attributes:
        message: What is the matter, without the remedy.
        remedy: What to do, for people; may be empty.
        fields: JSON paths or names to blame; may be empty.
        kind, code, status, retry_after, sent: As in the contract's `ConnectorError`; nothing is
            ever sent, no status known.
    """

    kind: Kind = "rejected"
    code = "HOST_ERROR"

    def __init__(self, message: str, remedy: str = "", *, fields: Iterable[str] = ()) -> None:
        super().__init__(f"{message} {remedy}".rstrip())
        self.message = message
        self.remedy = remedy
        self.fields = tuple(fields)
        self.status: int | None = None
        self.retry_after: float | None = None
        self.sent = False


class BadInput(HostError):
    """An input, a setting or a file does not fit; nothing was sent."""

    code = "BAD_INPUT"


class UnknownName(BadInput):
    """No such connector, method, action or connection."""

    code = "UNKNOWN_NAME"


class NameTaken(BadInput):
    """A connection, an app profile or a trigger of that name exists."""

    code = "NAME_TAKEN"


class StillUsed(BadInput):
    """What connections refer to cannot be removed."""

    code = "STILL_USED"


class NotAllowed(HostError):
    """The connection is somebody else's, and not shared with who asks; nothing was called."""

    kind = "forbidden"
    code = "NOT_ALLOWED"


class NeedsSignIn(HostError):
    """The connection is of no use until a person signs in to it again; nothing was called.

    Attributes:
        reason_code: The service's own code, as the error had it that was met first.
        since: UTC, ISO 8601.
    """

    kind = "unauthorized"
    code = "NEEDS_SIGN_IN"

    def __init__(self, name: str, reason_code: str, reason: str, since: str) -> None:
        super().__init__(
            f"The connection {name!r} needs a new sign-in since {since}: {reason}",
            "Reconnect it, or test it if the cause was fixed at the service.",
        )
        self.reason_code = reason_code
        self.since = since


class PluginBroken(HostError):
    """A connector cannot be used, or does not keep the contract."""

    kind = "bad_reply"
    code = "PLUGIN_BROKEN"


class SignInUnfinished(HostError):
    """The browser did not come back in time, or not to this sign-in."""

    kind = "unauthorized"
    code = "SIGN_IN_UNFINISHED"


class PortBusy(HostError):
    """Something else listens where the browser is to come back."""

    kind = "retryable"
    code = "PORT_BUSY"


class StoreUnreachable(HostError):
    """The store cannot be opened, or is full."""

    kind = "retryable"
    code = "STORE_UNREACHABLE"


class StoreLocked(StoreUnreachable):
    """Another process holds the store or the connection for too long."""

    code = "STORE_LOCKED"


class TooManyWaitingEvents(HostError):
    """As many pushed events of a trigger wait to be delivered as the store holds; none was added.

    Attributes:
        retry_after: Seconds after which the service may push the same events again.
    """

    kind = "retryable"
    code = "TOO_MANY_WAITING_EVENTS"

    def __init__(self, waiting: int) -> None:
        super().__init__(
            f"{waiting:,} pushed events wait to be delivered: no more are stored.",
            "Deliver them (`webhook serve`, or Runner.deliver), or remove the trigger.",
        )
        self.retry_after = 60.0


class StoreDamaged(HostError):
    """What is in the store is not what was put there."""

    kind = "forbidden"
    code = "STORE_DAMAGED"


class OlderRow(StoreDamaged):
    """A row is older than it was before in this process: somebody has put an old one back."""

    code = "OLDER_ROW"


class StoreTooNew(HostError):
    """A newer version of the host has written the store."""

    kind = "forbidden"
    code = "STORE_TOO_NEW"


class WrongKey(HostError):
    """There is no key, or it is not the one that the store is sealed with."""

    kind = "forbidden"
    code = "WRONG_KEY"


class NotInstalled(HostError):
    """A package that this needs is missing."""

    kind = "forbidden"
    code = "NOT_INSTALLED"


def unknown(noun: str, name: str, candidates: Iterable[str]) -> UnknownName:
    """Return the error for an unknown name, with the nearest of the known ones.

    >>> str(unknown("action", "qurey", ["query", "get_record"]))
    "There is no action 'qurey'. Did you mean 'query'?"
    >>> str(unknown("action", "zzz", ["query", "get_record"]))
    "There is no action 'zzz'. There are: get_record, query."
    >>> str(unknown("connection", "acme", []))
    "There is no connection 'acme'. There are none yet."
    """
    names = sorted(map(str, candidates))  # those of a damaged store may be anything
    suggestion = nearest(name, names)
    if suggestion:
        remedy = f"Did you mean {suggestion!r}?"
    elif names:
        remedy = f"There are: {', '.join(names)}."
    else:
        remedy = "There are none yet."
    return UnknownName(f"There is no {noun} {name!r}.", remedy, fields=[name])


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the one of `known` that `name` was most likely meant to be, None when none is like it.

    >>> nearest("Sobject", ["sobject", "id"])
    'sobject'
    """
    by_lower = {candidate.lower(): candidate for candidate in candidates}
    suggestion = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[suggestion[0]] if suggestion else None
