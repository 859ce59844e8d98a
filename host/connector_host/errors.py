"""All errors that the host raises itself. Those of connectors pass through unchanged.

    HostError
    x BadInput            an input, a setting or a file is not valid; nothing was sent
      + UnknownName       no such connector, method, action or connection
      + NameTaken         a connection, an app profile or a trigger of that name exists
      + StillUsed         an app profile that connections use cannot be removed
    x NotAllowed          the connection belongs to somebody else, and is not shared
    x NeedsSignIn         a person must sign in to the connection again
    x PluginBroken        a connector cannot be used, or violates the contract
    x SignInUnfinished    the browser did not return in time, or returned to another sign-in
    x PortBusy            another program listens on the port that the browser returns to
    x StoreUnreachable    the store cannot be opened, or is full
      + StoreLocked       another process locks the store or the connection for too long
    x TooManyWaitingEvents  too many pushed events wait to be delivered; no more are stored
    x StoreDamaged        something else has changed the data in the store
      + OlderRow          a row is older than it was: somebody has restored an old one
    x StoreTooNew         a newer version of the host has written the store
    x WrongKey            there is no key, or it is not the key of the store
    x NotInstalled        a package is missing

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
        message: What happened, without the remedy.
        remedy: What to do, for people; may be empty.
        fields: JSON paths or names of the fields that caused the error; may be empty.
        kind, code, status, retry_after, sent: As in the contract's `ConnectorError`. `sent` is
            False and `status` None, because the host sends nothing.
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
    """An input, a setting or a file is not valid; nothing was sent."""

    code = "BAD_INPUT"


class UnknownName(BadInput):
    """There is no connector, method, action or connection of this name."""

    code = "UNKNOWN_NAME"


class NameTaken(BadInput):
    """There already is a connection, an app profile or a trigger of this name."""

    code = "NAME_TAKEN"


class StillUsed(BadInput):
    """An app profile that connections use cannot be removed."""

    code = "STILL_USED"


class NotAllowed(HostError):
    """The connection belongs to somebody else and is not shared with the user; nothing was sent."""

    kind = "forbidden"
    code = "NOT_ALLOWED"


class NeedsSignIn(HostError):
    """A person must sign in to the connection again; nothing was sent.

    Attributes:
        reason_code: The `code` of the error that showed it first.
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
    """A connector cannot be used, or violates the contract."""

    kind = "bad_reply"
    code = "PLUGIN_BROKEN"


class SignInUnfinished(HostError):
    """The browser did not return in time, or returned to another sign-in."""

    kind = "unauthorized"
    code = "SIGN_IN_UNFINISHED"


class PortBusy(HostError):
    """Another program listens on the port that the browser returns to."""

    kind = "retryable"
    code = "PORT_BUSY"


class StoreUnreachable(HostError):
    """The store cannot be opened, or is full."""

    kind = "retryable"
    code = "STORE_UNREACHABLE"


class StoreLocked(StoreUnreachable):
    """Another process locks the store or the connection for too long."""

    code = "STORE_LOCKED"


class TooManyWaitingEvents(HostError):
    """Too many pushed events of a trigger wait to be delivered; no more are stored.

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
    """Something else has changed the data in the store."""

    kind = "forbidden"
    code = "STORE_DAMAGED"


class OlderRow(StoreDamaged):
    """A row is older than this process has seen it: somebody has restored an old one."""

    code = "OLDER_ROW"


class StoreTooNew(HostError):
    """A newer version of the host has written the store."""

    kind = "forbidden"
    code = "STORE_TOO_NEW"


class WrongKey(HostError):
    """There is no key, or it is not the key of the store."""

    kind = "forbidden"
    code = "WRONG_KEY"


class NotInstalled(HostError):
    """A package is missing."""

    kind = "forbidden"
    code = "NOT_INSTALLED"


def unknown(noun: str, name: str, candidates: Iterable[str]) -> UnknownName:
    """Return the error for an unknown name; it suggests the nearest known one.

    >>> str(unknown("action", "qurey", ["query", "get_record"]))
    "There is no action 'qurey'. Did you mean 'query'?"
    >>> str(unknown("action", "zzz", ["query", "get_record"]))
    "There is no action 'zzz'. There are: get_record, query."
    >>> str(unknown("connection", "acme", []))
    "There is no connection 'acme'. There are none yet."
    """
    names = sorted(map(str, candidates))  # in a damaged store they may be of any type
    suggestion = nearest(name, names)
    if suggestion:
        remedy = f"Did you mean {suggestion!r}?"
    elif names:
        remedy = f"There are: {', '.join(names)}."
    else:
        remedy = "There are none yet."
    return UnknownName(f"There is no {noun} {name!r}.", remedy, fields=[name])


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most similar to `name`; None when none is similar.

    >>> nearest("Sobject", ["sobject", "id"])
    'sobject'
    """
    by_lower = {candidate.lower(): candidate for candidate in candidates}
    suggestion = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[suggestion[0]] if suggestion else None
