"""Whether an error means that refreshing the access token, or the address with it, may fix a call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from typing import Final

from salesforce_connector.errors import SessionProblem

# 401s that a new token does not fix, by a part of the message (jsforce leaves these alone too).
_NOT_EXPIRED: Final = (
    "not valid for use with the",  # "REST API"; "API" in SOAP's words
    "Connected app is not attached to Agent",
)


def session_problem(status: int, code: str, message: str, *, apex: bool) -> SessionProblem:
    """Describe what an error means for the session: whether refreshing the token may fix it."""
    if status == 401:
        if any(text in message for text in _NOT_EXPIRED):
            return ""
        if not apex:
            return "token_expired"
        # Apex of the org's own may answer 401 and mean something else by it.
        return "apex_refusal" if code == "INVALID_SESSION_ID" else ""
    if is_identity_refusal(status, code, message):
        return "identity_refusal"
    if status in (301, 302, 307, 308, 404) and (
        code == "URL_NOT_RESET" or "Destination URL not reset" in message
    ):
        return "address_changed"
    return "host_unknown" if status == 420 else ""  # Salesforce Edge has no route to the host


def is_identity_refusal(status: int, code: str, message: str) -> bool:
    """Whether the identity service refuses the token: it has ended, or lacks the scope `id`."""
    return status == 403 and not code and message.endswith(": Bad_OAuth_Token")
