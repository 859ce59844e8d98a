"""The one mapping from Salesforce's error codes and HTTP statuses to the classes of `errors`.

A code is more precise than a status: `BY_CODE` is looked up first, and what it leaves open is
decided by the status. Here too is decided whether an error says that the access token is no longer
good, or that the org has moved, so that refreshing the token may fix it.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from salesforce_connector.errors import (
    UNCERTAIN,
    BadReply,
    Conflict,
    ConnectorError,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from salesforce_connector.errors import body as error_body
from salesforce_connector.errors.body import ParsedError
from salesforce_connector.errors.codes import BY_CODE, Meaning
from salesforce_connector.errors.field_remedies import remedy_for_field
from salesforce_connector.errors.session_problems import is_identity_refusal, session_problem
from salesforce_connector.response import Response

DAILY_LIMIT_RETRY_AFTER: Final = 900.0  # seconds; the window is 24 hours long and slides

REJECTED_BY_API: Final = (
    'Salesforce issued a new token and refused that too. An administrator can switch off "Lock '
    'sessions to the IP address from which they originated" (Setup > Session Settings), or keep '
    "the outgoing (egress) IP address of this server fixed; Setup > Users > the user > Login "
    "History shows the addresses."
)
"""Remedy for a token that an API refuses right after it was issued."""

_NOT_FOR_REST: Final = (
    'An administrator can select the scope "Manage user data via APIs (api)" in the app, set IP '
    'Relaxation to "Relax IP restrictions" in its policies, and ask for no High Assurance session '
    "(Setup > Session Settings > Session Security Levels). Then sign in again."
)
_NO_IDENTITY: Final = (
    'Select the scope "Access the identity URL service (ID, profile, email, address, phone)" in '
    "the app, then sign in again."
)
_CUSTOM_APEX: Final = "The sign-in is valid. Ask the author of the Apex class who may call it."

_APEX_REST: Final = "/services/apexrest/"


_DAILY_LIMIT: Final = Meaning(
    RateLimited,
    "The org's API calls of the last 24 hours are used up. Run it later, or buy more.",
    DAILY_LIMIT_RETRY_AFTER,
)
_NO_ACCESS: Final = Meaning(
    None, "Ask an administrator to share the record or to grant the permission."
)


BLOCKED: Final = (401, 403, 451)
"""Statuses by which a firewall, a proxy or a gateway refuses a call."""

_BLOCKED: Final = (
    "A firewall, a proxy or a gateway probably refused the call. Ask a network administrator to "
    "allow HTTPS requests to the org's address."
)
_NO_ORG: Final = (
    "Something else than an org answers there. Enter the org's address as Setup > My Domain shows "
    "it, and look for a proxy between this machine and Salesforce."
)
_REFUSED_BETWEEN: Final = (
    "Salesforce gives a reason; look for a proxy, a firewall or a gateway that refused the call."
)
_WITHOUT_CODE: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        407: Meaning(Forbidden, "Correct user and password in HTTPS_PROXY, on this machine."),
        413: Meaning(Rejected, "Send fewer records or smaller files at once."),
        511: Meaning(Forbidden, "Sign in to the network that this machine is in."),
    }
)


def from_response(response: Response, *, safe: bool, path: str = "") -> ConnectorError:
    """Make the error for a response that is not 2xx; its body has been read.

    Args:
        response: Of Salesforce, or of something in front of it.
        safe: Whether the call changes nothing; then it had no effect, whatever the response.
        path: That the call went to: Apex of the org's own may answer 401 itself.
    """
    apex = f"{path}/".startswith(_APEX_REST)
    return from_parsed(response.status_code, error_body.parse(response), safe=safe, apex=apex)


def from_items(items: Iterable[Mapping[str, Any]], *, status: int) -> ConnectorError:
    """Make the error for items that lie inside a successful response; nothing was done."""
    parsed = error_body.parse_items([*items], "Salesforce returned no reason.")
    return from_parsed(status, parsed, safe=False, apex=False)


def from_parsed(status: int, parsed: ParsedError, *, safe: bool, apex: bool) -> ConnectorError:
    """Make the error for a status and its body; see `from_response`."""
    code, message = parsed.code, parsed.message
    by_code, by_status = _by_code(code, message), _by_status(status, code, message)
    if not (code or apex) and not is_identity_refusal(status, code, message):
        by_status = _by_page(status, page=parsed.is_page) or by_status
    kind = by_code.kind or by_status.kind or Rejected
    remedy = by_code.remedy or by_status.remedy
    if not (remedy or code or apex) and status < 500:
        remedy = _REFUSED_BETWEEN
    problem = session_problem(status, code, message, apex=apex)
    if apex and status == 401 and remedy == REJECTED_BY_API:
        remedy = _CUSTOM_APEX
    uncertain = not safe and issubclass(kind, Unavailable) and status != 420
    retry_after = parsed.retry_after
    return kind(
        message,
        code=code or f"HTTP_{status}",
        remedy=UNCERTAIN if uncertain else remedy,
        status=status,
        retry_after=by_code.retry_after if retry_after is None else retry_after,
        fields=parsed.fields,
        sent=uncertain,
        matches=parsed.matches,
        session_problem=problem,
    )


def _by_code(code: str, message: str) -> Meaning:
    if code == "REQUEST_LIMIT_EXCEEDED" and "TotalRequests" in message:
        return _DAILY_LIMIT
    if code.startswith("INSUFFICIENT_ACCESS"):
        return _NO_ACCESS
    meaning = BY_CODE.get(code) or Meaning(None)
    remedy = remedy_for_field(code, message)
    return Meaning(meaning.kind, remedy, meaning.retry_after) if remedy else meaning


def _by_page(status: int, *, page: bool) -> Meaning | None:
    """Return what a response means that has no code, as all of Salesforce's own have."""
    if status in BLOCKED and (page or status == 451):
        return Meaning(Forbidden, _BLOCKED)
    if status in (404, 405, 410) and page:
        return Meaning(Rejected, _NO_ORG)
    return _WITHOUT_CODE.get(status)


def _by_status(status: int, code: str, message: str) -> Meaning:
    match status:
        case 401 if "not valid for use with the" in message:
            return Meaning(Forbidden, _NOT_FOR_REST)
        case 401:  # only the token endpoint can say that the authorization is gone
            return Meaning(Forbidden, REJECTED_BY_API)
        case 403 if is_identity_refusal(status, code, message):
            return Meaning(Forbidden, _NO_IDENTITY)
        case 403:
            return Meaning(Forbidden, "Ask an administrator to grant access to this user or app.")
        case 404:
            return Meaning(NotFound, "Check the name and the ID, and that the user may see it.")
        case 300:
            return Meaning(Conflict, "Make the external ID unique, or use the record's ID.")
        case 409 | 412:
            return Meaning(Conflict, "The record has changed since. Read it again, then decide.")
        case 429:
            return Meaning(RateLimited, "Too many calls in a short time. Try again in a minute.")
        case 301 | 302 | 303 | 307 | 308:
            return Meaning(
                Rejected,
                "Enter the org's address as Setup > My Domain shows it; it may have moved. Or a "
                "proxy or a sign-in page of the network is in between.",
            )
        case 410:
            return Meaning(
                Rejected,
                "This API version is retired. Pin a newer one, or none, in the connection.",
            )
        case 414 | 431:
            return Meaning(
                Rejected, "The address is too long. Split the call, or ask for fewer fields."
            )
        case 501:
            return Meaning(Rejected, "Salesforce does not support this call. Use another action.")
        case _ if status >= 500 or status == 420:
            return Meaning(
                Unavailable, "Try again later. status.salesforce.com shows current incidents."
            )
        case _ if status < 300:
            return Meaning(BadReply)
        case _ if code.startswith("INSUFFICIENT_ACCESS"):
            return Meaning(Forbidden)
        case _:
            return Meaning(Rejected)
