"""The attributes of the errors that a connector raises on purpose."""

from typing import Literal, Protocol, runtime_checkable


@runtime_checkable
class ConnectorError(Protocol):
    """An error that a hook raises on purpose; `kind` says what to do next.

    `str(error)` is the message followed by the remedy, each once.

    Attributes:
        kind: `rejected`: fix the input. `unauthorized`: the authorization has ended, and a person
            (or an administrator, where no person signs in) must renew it; a failure that may pass
            by itself is never of this kind. `forbidden`: an administrator must grant access.
            `retryable`: the same call may work later. `bad_reply`: the connector does not
            understand the service's response.
        code: The error code of the service or of the connector; stable, for machines.
        message: What happened, for people, without the remedy.
        remedy: What to do, for people; may be empty.
        status: HTTP status, or None when there was no response.
        retry_after: Seconds to wait before a retry, or None when not known. It is set where the
            wait is known to be long, such as 900 for a quota of 24 hours.
        fields: Names of the fields that caused the error; may be empty.
        sent: False when it is certain that the call had no effect.
    """

    kind: Literal["rejected", "unauthorized", "forbidden", "retryable", "bad_reply"]
    code: str
    message: str
    remedy: str
    status: int | None
    retry_after: float | None
    fields: tuple[str, ...]
    sent: bool
