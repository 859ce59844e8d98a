"""Nothing is wrong with the authorization: too many sign-ins, a refresh in progress, an outage."""

from typing import Final

from salesforce_connector.auth.grants import CLIENT_CREDENTIALS, REFRESH
from salesforce_connector.auth.oauth_errors.oauth_error import POLICIES, OAuthError
from salesforce_connector.errors import RateLimited, Unavailable

LOCKED_OUT: Final = 1_800.0  # seconds; each try in between counts as one more sign-in

_UNDER_WAY: Final = (
    "Salesforce is still processing an earlier request for this token.",
    (
        "Try again in a minute. The authorization is still valid. If it comes back, look for "
        "another "
        "program that refreshes the same authorization."
    ),
)
_SIGNS_IN_TOO_OFTEN: Final = (
    "Wait 30 minutes. Then find the program that signs in as this user for every call; one token "
    "is valid for hours."
)

OAUTH_ERRORS: Final = (
    OAuthError("", "already being processed", Unavailable, *_UNDER_WAY),
    OAuthError(
        "invalid_grant",
        "expired authorization code",
        Unavailable,
        *_UNDER_WAY,
        grants=(REFRESH, CLIENT_CREDENTIALS),
    ),
    OAuthError(
        "invalid_grant",
        "login rate exceeded",
        RateLimited,
        "This user has signed in too often in the last hour (Salesforce allows 3,600).",
        _SIGNS_IN_TOO_OFTEN,
        retry_after=LOCKED_OUT,
    ),
    OAuthError(
        "invalid_grant",
        "maximum logins exceeded",
        RateLimited,
        "This user has signed in too often, or is of a kind that cannot be a Run As user.",
        f"Wait 30 minutes. If it stays, choose another Run As user in {POLICIES}.",
        retry_after=LOCKED_OUT,
    ),
    OAuthError(
        "rate_limit_exceeded",
        "",
        RateLimited,
        "Salesforce temporarily refuses further sign-ins.",
        _SIGNS_IN_TOO_OFTEN,
        retry_after=LOCKED_OUT,
    ),
    OAuthError(
        "unknown_error",
        "",
        Unavailable,
        "Salesforce could not issue a token just now.",
        "Try again in a minute. The authorization is still valid.",
    ),
    OAuthError(
        "temporarily_unavailable",
        "",
        Unavailable,
        "Salesforce's sign-in service is down for now.",
        "Try again in a minute. The authorization is still valid.",
    ),
    OAuthError(
        "server_error",
        "",
        Unavailable,
        "Salesforce's sign-in service has failed.",
        "Try again in a minute. The authorization is still valid.",
    ),
)
