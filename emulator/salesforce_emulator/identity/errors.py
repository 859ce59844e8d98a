"""The errors of signing in and of tokens, with Salesforce's codes and texts.

`ErrorReason` is the table of them; raise one as `IdentityError`. The routes decide whether a client
sees JSON, a redirect or a page. Errors of the REST API are in `salesforce_emulator.errors`.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
"""

from enum import Enum

from salesforce_emulator.errors import SalesforceError


class ErrorReason(Enum):
    """An OAuth error code and its description; `{}` is a placeholder."""

    # The app
    CLIENT_UNKNOWN = ("invalid_client_id", "client identifier invalid")
    CLIENT_SECRET_WRONG = ("invalid_client", "invalid client credentials")
    APP_BLOCKED = ("OAUTH_APP_BLOCKED", "this app is blocked by admin")
    NOT_APPROVABLE = (
        "OAUTH_APPROVAL_ERROR_GENERIC",
        "An unexpected error has occurred during authentication. Please try again.",
    )
    NOT_ADMIN_APPROVED = ("invalid_app_access", "user is not admin approved to access this app")

    # The request
    POST_REQUIRED = ("invalid_request", "must use HTTP POST")
    PARAMETER_MISSING = ("invalid_request", "missing required parameter: {}")
    PARAMETER_INVALID = ("invalid_request", "invalid parameter: {}")
    NOT_OFFERED = ("invalid_request", "the local org does not offer {}")
    BODY_TOO_LARGE = ("invalid_request", "request body too large")
    SCOPE_NOT_SUPPORTED = ("invalid_request", "scope parameter not supported")
    CHALLENGE_MISSING = ("invalid_request", "missing required code challenge")
    CHALLENGE_METHOD = ("invalid_request", "code challenge method not supported: {}")
    CHALLENGE_MALFORMED = ("invalid_request", "invalid code challenge")
    REDIRECT_MISSING = ("redirect_uri_missing", "redirect_uri not provided")
    REDIRECT_MISMATCH = ("redirect_uri_mismatch", "redirect_uri must match configuration")
    RESPONSE_TYPE = ("unsupported_response_type", "response type not supported")
    GRANT_TYPE = ("unsupported_grant_type", "grant type not supported")
    SCOPE_UNKNOWN = ("invalid_scope", "requested scope is invalid, unknown, or malformed")
    SCOPE_NOT_ALLOWED = ("invalid_scope", "the requested scope is not allowed")

    # The person
    DENIED = ("access_denied", "end-user denied authorization")
    IMMEDIATE_UNSUCCESSFUL = ("immediate_unsuccessful", "")
    USER_INACTIVE = ("inactive_user", "user is inactive")
    IP_RESTRICTED = ("invalid_grant", "ip restricted")
    LOGIN_HOURS = ("invalid_grant", "IP restricted or invalid login hours")
    LOGIN_RATE = ("invalid_grant", "login rate exceeded")
    PASSWORD_FLOW_DISABLED = ("invalid_grant", "authentication failure")

    # The grant
    CODE_INVALID = ("invalid_grant", "invalid authorization code")
    CODE_EXPIRED = ("invalid_grant", "expired authorization code")
    VERIFIER_INVALID = ("invalid_grant", "invalid code verifier")
    REFRESH_TOKEN_EXPIRED = ("invalid_grant", "expired access/refresh token")
    WRONG_DOMAIN = ("invalid_grant", "request not supported on this domain")
    CLIENT_CREDENTIALS_OFF = ("invalid_grant", "client credentials flow not enabled")
    NO_RUN_AS_USER = ("invalid_grant", "no client credentials user enabled")
    NO_SCOPES = ("invalid_grant", "no valid scopes defined")
    ASSERTION_INVALID = ("invalid_grant", "invalid assertion")
    ASSERTION_EXPIRED = ("invalid_grant", "assertion expired")
    AUDIENCE_INVALID = ("invalid_grant", "audience is invalid")
    USER_NOT_FOUND = ("invalid_grant", "user not found")
    NOT_APPROVED = ("invalid_grant", "user hasn't approved this consumer")

    # A token at revoke
    TOKEN_INVALID = ("invalid_token", "invalid token")
    TOKEN_TYPE = ("unsupported_token_type", "this token type is not supported")


class IdentityError(Exception):
    """A request that the identity provider refuses.

    Attributes:
        error: OAuth's `error`.
        description: `error_description`; may be empty.
        status: The HTTP status, where the error is a response and not a redirect.
    """

    def __init__(self, reason: ErrorReason, detail: str = "", *, status: int = 400) -> None:
        self.reason = reason
        self.error, description = reason.value
        self.description = description.format(detail)
        self.status = status
        super().__init__(f"{self.error}: {self.description}")

    def body(self) -> dict[str, str]:
        """Return the members of the answer or of the redirect's query, in Salesforce's order."""
        if not self.description:
            return {"error": self.error}
        return {"error": self.error, "error_description": self.description}


class IdentityApiError(Exception):
    """An error of the identity URL or of userinfo: one word of plain text."""

    def __init__(self, word: str, *, status: int = 403) -> None:
        super().__init__(word)
        self.word = word
        self.status = status


def session_not_for_rest() -> SalesforceError:
    """Return the error of a live session without API scope, which a refresh does not fix."""
    return SalesforceError(
        401,
        "INVALID_SESSION_ID",
        "This session is not valid for use with the REST API",
        headers={"WWW-Authenticate": "Token"},
    )


def api_disabled_for_user() -> SalesforceError:
    return SalesforceError(403, "API_CURRENTLY_DISABLED", "API is not enabled for this User")


def api_disabled_for_org() -> SalesforceError:
    return SalesforceError(
        403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization."
    )


def password_expired() -> SalesforceError:
    return SalesforceError(
        401,
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        "Your password has expired. Please reset your password.",
    )
