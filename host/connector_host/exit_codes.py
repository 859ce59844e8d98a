"""The exit codes of the command line: like the kinds of errors, they say what to do next."""

from typing import Final

from connector_host.errors import (
    BadInput,
    NotInstalled,
    StoreDamaged,
    StoreTooNew,
    StoreUnreachable,
    WrongKey,
)

FAILED_CHECK: Final = 1
INVALID_INPUT: Final = 3
STORE: Final = 9
NOT_INSTALLED: Final = 10
BUG: Final = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
BY_KIND: Final = {"rejected": 4, "unauthorized": 5, "forbidden": 6, "retryable": 7, "bad_reply": 8}
"""By `kind` of the contract's `ConnectorError`."""

MEANINGS: Final = {
    0: "done",
    FAILED_CHECK: "a check of the connection test failed",
    2: "wrong usage of the command line",
    INVALID_INPUT: "an input, a name, a setting or a file is not valid; nothing was sent",
    BY_KIND["rejected"]: "the service rejected the call",
    BY_KIND["unauthorized"]: "a person must sign in again",
    BY_KIND["forbidden"]: "not allowed; an owner or an administrator must grant access",
    BY_KIND["retryable"]: "try again later: the same command may succeed",
    BY_KIND["bad_reply"]: "the connector is broken, or did not understand the service's response",
    STORE: "the store, its key or the disk cannot be used",
    NOT_INSTALLED: "a package is missing",
    BUG: "a bug; --traceback shows where",
    INTERRUPTED: "interrupted",
}

_OF_THE_STORE: Final = (StoreUnreachable, StoreDamaged, StoreTooNew, WrongKey)


def exit_code(exc: Exception) -> int | None:
    """Return the exit code for an error; None if it is a bug."""
    if isinstance(exc, BadInput):
        return INVALID_INPUT
    if isinstance(exc, _OF_THE_STORE):
        return STORE
    if isinstance(exc, NotInstalled):
        return NOT_INSTALLED
    kind = getattr(exc, "kind", None)
    if kind == "rejected" and _is_before_sending(exc):
        return INVALID_INPUT
    return BY_KIND.get(str(kind))


def _is_before_sending(exc: Exception) -> bool:
    """Return whether the connector raised the error itself, before it sent anything."""
    return not any(getattr(exc, name, None) for name in ("status", "sent", "records"))
