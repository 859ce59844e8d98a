"""Every error of the package, and the one mapping from Salesforce's answers to it.

Grouped by what the caller does next:

    ConnectorError
    x Rejected          fix the input
      + NotFound        404: no such record, or the user may not see it
      + Conflict        300, 409, 412: the record is not in the state the call expects
      + Duplicates      a duplicate rule found matches
      + RecordsFailed      some of many records failed; it says what became of each
    x Unauthorized      a person must sign in again
    x Forbidden         an administrator must grant access or change a setting
    x Retryable         the same call may work later
      + RateLimited     a limit of calls is used up
      + RowLocked       another transaction holds the record
      + Unavailable     5xx, whatever its body; the network
    x BadReply          2xx that does not fit: our bug

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

import httpx

from salesforce_connector import error_body

Kind = Literal["rejected", "unauthorized", "forbidden", "retryable", "bad_reply"]


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

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the way to another process: pickle would call the class without keywords."""
        return _rebuild, (type(self), self.message, {name: getattr(self, name) for name in _PARTS})


_PARTS = ("code", "remedy", "status", "retry_after", "fields", "sent", "matches", "records")


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
    """More records of a step failed than its builder allows; `records` says what became of each.

    Other records may have been written (`sent` is True then): write again only those that failed.
    """


class Unauthorized(ConnectorError):
    """The sign-in is no longer good, after one renewal; a person must sign in again."""

    kind = "unauthorized"


class Forbidden(ConnectorError):
    """The user or the app may not do this; an administrator must change that."""

    kind = "forbidden"


class Retryable(ConnectorError):
    """The same call may work later; `sent` says whether it may have been done already."""

    kind = "retryable"


class RateLimited(Retryable):
    """A limit of calls is used up."""


class RowLocked(Retryable):
    """Another transaction holds the record; nothing was done."""


class Unavailable(Retryable):
    """Salesforce or the way to it is down."""


class BadReply(ConnectorError):
    """Salesforce said yes in words that do not fit what we know: our bug."""

    kind = "bad_reply"


def from_answer(response: httpx.Response, *, safe: bool) -> ConnectorError:
    """Give the error for an answer that is not 2xx; its body has been read.

    Args:
        response: What Salesforce, or something before it, answered.
        safe: Whether the call changes nothing; then it had no effect whatever was answered.
    """
    status, said = response.status_code, error_body.read(response)
    kind = _kind(status, said.code, said.message)
    unsent = safe or not issubclass(kind, Unavailable) or status == 420
    remedy = _remedy(status, said.code, said.message) if unsent else _UNCERTAIN
    if remedy == _AGAIN and error_body.is_of_apex(response):
        kind, remedy = Forbidden, _OF_APEX
    return kind(
        said.message,
        code=said.code or f"HTTP_{status}",
        remedy=remedy,
        status=status,
        retry_after=said.retry_after,
        fields=said.fields,
        sent=not unsent,
        matches=said.matches,
    )


def from_network(exc: httpx.RequestError, host: str, *, safe: bool) -> Unavailable:
    """Give the error for a call that got no answer, or half of one, from a host."""
    never_left = isinstance(exc, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    match exc:
        case httpx.ConnectError():
            message, remedy = f"Cannot connect to {host}.", "Check the address and the network."
        case httpx.ReadTimeout():
            message, remedy = f"{host} did not answer in time.", "Try again later."
        case httpx.TimeoutException():
            message, remedy = f"The connection to {host} timed out.", "Try again later."
        case _:
            message, remedy = f"The connection to {host} broke.", "Try again."
    if not (never_left or safe):
        remedy = _UNCERTAIN
    return Unavailable(
        message, code=type(exc).__name__, remedy=remedy, sent=not (never_left or safe)
    )


_AGAIN = "Sign in again."
_OF_APEX = "The sign-in is good; whoever wrote the Apex class can say whom it lets in."
_UNCERTAIN = "It may have been done: look before you try again."


def _kind(status: int, code: str, message: str) -> type[ConnectorError]:
    match status, code:
        case _, "REQUEST_LIMIT_EXCEEDED" | "TOO_MANY_APEX_REQUESTS" | "EXCEEDED_QUOTA":
            return RateLimited
        case _, "UNABLE_TO_LOCK_ROW":
            return RowLocked
        case _, "DUPLICATES_DETECTED":
            return Duplicates
        case _, "QUERY_TIMEOUT" | "SERVER_UNAVAILABLE" | "URL_NOT_RESET":
            return Unavailable
        case _, "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE":
            return Retryable
        case _, "API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED":
            return Forbidden
        case _, "CLIENT_NOT_ACCESSIBLE_FOR_USER":
            return Forbidden
        case _, "APEX_ERROR":  # code of the org's own has failed: its transaction is rolled back
            return Rejected
        case 401, _:
            return Unauthorized
        case 403, "" if "oauth_token" in message.lower():  # the identity service's own 401
            return Unauthorized
        case 403, _:
            return Forbidden
        case 404, _:
            return NotFound
        case 300 | 409 | 412, _:
            return Conflict
        case 429, _:
            return RateLimited
        case 420 | 502 | 503 | 504, _:
            return Unavailable
        case _ if status >= 500:
            return Unavailable
        case _ if status < 300:
            return BadReply
        case _ if code.startswith("INSUFFICIENT_ACCESS"):
            return Forbidden
        case _:
            return Rejected


def _remedy(status: int, code: str, message: str) -> str:
    match status, code:
        case _, "REQUEST_LIMIT_EXCEEDED" if "TotalRequests" in message:
            return "The org's calls of the last 24 hours are used up: run it later, or buy more."
        case _, "REQUEST_LIMIT_EXCEEDED":
            return "Too many long calls run at once: try again in a minute."
        case _, "UNABLE_TO_LOCK_ROW":
            return "Try again; write records of one parent one after another."
        case _, "DUPLICATES_DETECTED":
            return "Use one of the records found, or allow duplicates for this write."
        case _, "INVALID_FIELD" | "INVALID_TYPE":
            return "Check the spelling and that the user's profile can see it."
        case _, "ENTITY_IS_DELETED":
            return "It is in the recycle bin for 15 days: undelete_record brings it back."
        case _, "MALFORMED_QUERY":
            return "Correct the query where the mark stands."
        case _, "NO_APPLICABLE_PROCESS":
            return "Activate an approval process for the object, whose entry criteria it meets."
        case _, "QUERY_TIMEOUT":
            return "Ask for less at once: filter by an indexed field, or select fewer fields."
        case _, "API_DISABLED_FOR_ORG":
            return "This edition has no API: an administrator must add it."
        case _, "API_CURRENTLY_DISABLED":
            return 'Give the user the permission "API Enabled" (Setup > Permission Sets).'
        case _, code if code.startswith("INSUFFICIENT_ACCESS"):
            return "An administrator must share the record or grant the permission."
        case _, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD":
            return "Set a new password for the user (Setup > Users > the user > Reset Password)."
        case _, "CLIENT_NOT_ACCESSIBLE_FOR_USER":
            return "Let the user use the app: Setup > API Access Control, or its OAuth policies."
        case _, "TXN_SECURITY_NO_ACCESS":
            return "A policy stopped it: Setup > Transaction Security Policies shows which."
        case 401, _ if "not valid for use with the REST API" in message:
            return (
                'Select the scope "Manage user data via APIs (api)" in the app, then sign in again.'
            )
        case 401, _:
            return _AGAIN
        case 409 | 412, _:
            return "The record has been changed since: read it again, then decide."
        case 403, "" if "oauth_token" in message.lower():
            return _AGAIN
        case 403, _:
            return "An administrator must grant this user or app access to it."
        case 301 | 302 | 303 | 307 | 308, _:
            return "Give the org's address as Setup > My Domain shows it now; it may have moved."
        case 414 | 431, _:
            return "The address is too long: ask in several calls, or for fewer fields."
        case 429, _:
            return "Too many calls in a short time: try again in a minute."
        case 410, _:
            return "This API version is retired: pin a newer one, or none, in the connection."
        case 300, _:
            return "Make the external id unique, or use the record's id."
        case 404, _:
            return "Check the name and the id, and that the user may see it."
        case _, "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE":
            return "Salesforce is being maintained and may be read alone: try again later."
        case _ if status >= 500 or status == 420:
            return "Try again later; trust.salesforce.com shows what is down."
        case _:
            return ""
