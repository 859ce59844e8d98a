"""The numbers that the command line ends with: one for each class of error."""

from typing import Final

from connector_host.errors import (
    BadInput,
    HostError,
    NameTaken,
    NeedsSignIn,
    NotAllowed,
    NotInstalled,
    PluginBroken,
    PortBusy,
    SignInUnfinished,
    StillUsed,
    StoreDamaged,
    StoreLocked,
    StoreTooNew,
    StoreUnreachable,
    UnknownName,
    WrongKey,
)

FAILED_CHECK: Final = 1
BUG: Final = 70  # EX_SOFTWARE of sysexits.h
OTHERS: Final = (
    (0, "done"),
    (FAILED_CHECK, "a check of the connection test failed"),
    (2, "the command line itself is wrong"),
    (BUG, "a bug: --traceback shows where"),
    (130, "interrupted"),
)
HOST: Final[dict[type[HostError], tuple[int, str]]] = {
    BadInput: (3, "an input, a setting or a file does not fit; nothing was done at the service"),
    UnknownName: (4, "no such connector, method, action, connection or other name"),
    NameTaken: (5, "a connection, app profile or trigger of that name exists"),
    PluginBroken: (6, "the connector is broken"),
    SignInUnfinished: (7, "the browser did not come back in time"),
    PortBusy: (8, "the port for the browser to come back to is busy"),
    StoreUnreachable: (9, "the store cannot be opened"),
    StoreLocked: (10, "another process holds the store or the connection"),
    StoreDamaged: (11, "the store is damaged"),
    StoreTooNew: (12, "a newer version has written the store"),
    WrongKey: (13, "the key is not the store's"),
    NotInstalled: (14, "a package is missing"),
    NotAllowed: (15, "the connection is somebody else's"),
    NeedsSignIn: (16, "the connection needs a new sign-in; nothing was called"),
    StillUsed: (17, "connections refer to what was to be removed"),
}
SERVICE: Final[dict[str, tuple[int, str]]] = {
    "rejected": (20, "the service rejects what it was sent"),
    "unauthorized": (21, "a person must sign in again"),
    "forbidden": (22, "an administrator must grant access"),
    "retryable": (23, "the same call may work later"),
    "bad_reply": (24, "the service's answer was not understood"),
}
"""By `kind` of the contract's `ConnectorError`."""


def exit_code(exc: Exception) -> int | None:
    """Give the number for an error, None for one that is a bug."""
    if isinstance(exc, HostError):
        return HOST[type(exc)][0]
    kind = getattr(exc, "kind", None)
    if kind == "rejected" and _is_our_own(exc):
        return HOST[BadInput][0]
    return SERVICE[kind][0] if kind in SERVICE else None


def _is_our_own(exc: Exception) -> bool:
    """Whether a connector has refused by itself: no service has answered, and none was changed."""
    signs = (getattr(exc, name, None) for name in ("status", "sent", "records"))
    return not any(signs)


def table() -> list[tuple[int, str]]:
    """List all numbers and what they say."""
    return sorted([*OTHERS, *HOST.values(), *SERVICE.values()])
