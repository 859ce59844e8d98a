"""The codes that the command line ends with: by what to do next, as the errors' kinds are."""

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
    2: "the command line itself is wrong",
    INVALID_INPUT: "an input, a name, a setting or a file does not fit; nothing was sent",
    BY_KIND["rejected"]: "the service rejected what it was sent",
    BY_KIND["unauthorized"]: "a person must sign in again",
    BY_KIND["forbidden"]: "not allowed; an owner or an administrator must grant access",
    BY_KIND["retryable"]: "the same command may work later",
    BY_KIND["bad_reply"]: "the connector is broken, or the service's answer was not understood",
    STORE: "the store, its key or the disk cannot be used",
    NOT_INSTALLED: "a package is missing",
    BUG: "a bug: --traceback shows where",
    INTERRUPTED: "interrupted",
}

_OF_THE_STORE: Final = (StoreUnreachable, StoreDamaged, StoreTooNew, WrongKey)


def exit_code(exc: Exception) -> int | None:
    """Return the code for an error, None for one that is a bug."""
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
    """Whether a connector has refused by itself: no service has answered, and none was changed."""
    return not any(getattr(exc, name, None) for name in ("status", "sent", "records"))
