"""Maps errors for all engines: whether to retry, when, and what to show and store.

Every adapter builds its engine's exceptions from a `Fault`; none decides by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connector_host.hookspecs import Json, JsonObject

BUG = "bug"  # the kind of an exception that neither a connector nor the host raises on purpose
RETRY_FOR: Final = 5.0  # seconds of the connector's own retries; after that, the engine retries
DETAILS = ("fields", "rows", "records", "matches")  # lists that an error may carry


@dataclass(frozen=True)
class Fault:
    """The description of a failed call for an engine, without secrets.

    Attributes:
        kind: The kind of the contract's `ConnectorError`; `bug` for any other exception.
        code: For machines; the exception's class for a bug.
        message: What happened, without the remedy.
        remedy: What to do; may be empty.
        retry: Whether the engine may run the same step again.
        retry_after: Seconds to wait before a retry; None for the engine's own schedule.
        sent: Whether the call may have had an effect.
        details: JSON: the attributes above without message and remedy, `status`, `fields`, and the
            results of single records that the error has.
    """

    kind: str
    code: str
    message: str
    remedy: str
    retry: bool
    retry_after: float | None
    sent: bool
    details: JsonObject

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


def is_repeatable(entry: Mapping[str, Json]) -> bool:
    """Return whether a second run of an action changes nothing more, from its manifest entry."""
    hints = entry.get("annotations", {})
    return bool(hints.get("idempotentHint") or hints.get("readOnlyHint"))


def fault_of(error: BaseException, entry: Mapping[str, Json] | None = None) -> Fault:
    """Map an error that a hook or the runner raised.

    A retry is safe when the call had no effect for certain, or when a second run of the action
    changes nothing more (`idempotentHint`, `readOnlyHint` of its manifest entry).

    Args:
        error: Any exception; one without the contract's attributes is a bug and never retried.
        entry: The manifest's entry of the action that ran; None when no action did.
    """
    kind = getattr(error, "kind", None)
    if not isinstance(kind, str):
        code = type(error).__name__
        # The text of an unexpected exception may quote data, so it is left out.
        message = f"The connector failed unexpectedly ({code})."
        details = {"kind": BUG, "code": code, "sent": True, "status": None, "fields": []}
        return Fault(BUG, code, message, "", False, None, True, details)
    sent = bool(getattr(error, "sent", True))
    retry = kind == "retryable" and (not sent or is_repeatable(entry or {}))
    retry_after = getattr(error, "retry_after", None)
    code = str(getattr(error, "code", ""))
    remedy = str(getattr(error, "remedy", ""))
    details = {
        "kind": kind,
        "code": code,
        "status": getattr(error, "status", None),
        "retry_after": retry_after,
        "sent": sent,
        "fields": [],
    }
    details |= {name: list(getattr(error, name)) for name in DETAILS if getattr(error, name, ())}
    message = str(getattr(error, "message", "")) or str(error).removesuffix(remedy).rstrip()
    return Fault(kind, code, message, remedy, retry, retry_after, sent, details)
