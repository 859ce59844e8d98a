"""Every error of the package; `table.py` maps Salesforce's responses to them.

Grouped by what the caller does next:

    ConnectorError
    x Rejected          fix the input
      + NotFound        404: no such record, or the user may not see it
      + Conflict        300, 409, 412: the record is not in the state the call expects
      + Duplicates      a duplicate rule found matches
      + RecordsFailed      some of many records failed; it has the result of each
    x Unauthorized      the authorization is gone: a person must sign in again
    x Forbidden         an administrator must grant access or change a setting
    x Retryable         the same call may work later
      + RateLimited     a limit of calls is used up
      + RowLocked       another transaction holds the record
      + Unavailable     5xx, whatever its body; the network
    x BadReply          2xx that does not fit: our bug

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Literal

Kind = Literal["rejected", "unauthorized", "forbidden", "retryable", "bad_reply"]

UNCERTAIN: Final = "The call may have succeeded. Check in Salesforce before you retry."
"""The remedy of every error that is `sent`."""

SessionProblem = Literal[
    "",
    "token_expired",
    "apex_refusal",
    "identity_refusal",
    "address_changed",
    "host_unknown",
    "no_token",
]
"""Why refreshing the access token, or the address that comes with it, may fix a call.

`no_token` is the problem of an error of the token endpoint itself, which issued none.
"""


class ConnectorError(Exception):
    """Base of all errors here; never raised itself.

    Attributes:
        kind: What to do next, as the contract names it.
        code: Salesforce's error code, or ours in capitals; stable.
        remedy: What to do, for people; may be empty.
        status: HTTP status, None when nothing was answered.
        retry_after: Seconds to wait before the next try, None when not known.
        fields: API names of the fields to blame.
        sent: False when it is certain that the call had no effect.
        matches: Ids of the records a duplicate rule found; empty for all other errors.
        records: What became of each of many records, as JSON; only of `RecordsFailed`.
        session_problem: For the pipeline alone: whether refreshing the token may fix it.
    """

    kind: ClassVar[Kind]

    def __init__(
        self,
        message: str,
        *,
        code: str,
        remedy: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        fields: Iterable[str] = (),
        sent: bool = False,
        matches: Iterable[str] = (),
        records: Iterable[Mapping[str, Any]] = (),
        session_problem: SessionProblem = "",
    ) -> None:
        # Salesforce ends its messages with a full stop or without, as it likes.
        stop = "." if remedy and message[-1:] not in ".!?" else ""
        super().__init__(f"{message}{stop} {remedy}".rstrip())
        self.message = message
        self.code = code
        self.remedy = remedy
        self.status = status
        self.retry_after = retry_after
        self.fields = tuple(fields)
        self.sent = sent
        self.matches = tuple(matches)
        self.records = tuple(map(dict, records))
        self.session_problem = session_problem

    def __reduce__(self) -> tuple[Any, ...]:
        """Support pickling: pickle would call the class without keywords."""
        return _rebuild, (type(self), self.message, {name: getattr(self, name) for name in _PARTS})


_PARTS = (
    "code",
    "remedy",
    "status",
    "retry_after",
    "fields",
    "sent",
    "matches",
    "records",
    "session_problem",
)


def _rebuild(kind: type[ConnectorError], message: str, parts: dict[str, Any]) -> ConnectorError:
    return kind(message, **parts)


class Rejected(ConnectorError):
    """The input does not fit; nothing was done."""

    kind = "rejected"


class NotFound(Rejected):
    """No such record or resource, or the user may not see it."""


class Conflict(Rejected):
    """The record is not in the state the call expects, or several match."""


class Duplicates(Rejected):
    """A duplicate rule found records that match; `matches` holds their ids."""


class RecordsFailed(Rejected):
    """More records of a step failed than its builder allows; `records` has the result of each.

    Other records may have been written (`sent` is True then): write again only those that failed.
    """


class Unauthorized(ConnectorError):
    """The authorization is gone, by the token endpoint's word; somebody must renew it.

    A host may disable the connection. No response of an API has this kind: a token that an API
    refuses is refreshed, and if that does not help, an administrator must change something.
    """

    kind = "unauthorized"


class Forbidden(ConnectorError):
    """The user or the app may not do this; an administrator must change that."""

    kind = "forbidden"


class Retryable(ConnectorError):
    """The same call may work later; `sent` is true if it may have taken effect."""

    kind = "retryable"


class RateLimited(Retryable):
    """A limit of calls is used up."""


class RowLocked(Retryable):
    """Another transaction holds the record; nothing was done."""


class Unavailable(Retryable):
    """Salesforce, or the network to it, is down."""


class BadReply(ConnectorError):
    """A 2xx response that does not fit its model: a bug of the connector."""

    kind = "bad_reply"
