"""The authorization is gone, or was not completed: a person signs in again."""

from typing import Final

from salesforce_connector.auth.grants import CODE, REFRESH
from salesforce_connector.auth.oauth_errors.oauth_error import POLICIES, OAuthError
from salesforce_connector.errors import Unauthorized

OAUTH_ERRORS: Final = (
    OAuthError(
        "invalid_grant",
        "expired access/refresh token",
        Unauthorized,
        "The authorization is no longer valid: it was revoked, expired by the app's policy, its "
        "refresh token was used twice although the app rotates refresh tokens, or a sixth sign-in "
        "of the same user to the same app replaced it.",
        "Sign in again. If it ends soon after each sign-in, ask an administrator to set the "
        f'refresh token policy in {POLICIES} to "Refresh token is valid until revoked". If another '
        "product uses the same app as the same user, give each a user of its own.",
        grants=(CODE, REFRESH),
    ),
    OAuthError(
        "invalid_grant",
        "token validity expired",
        Unauthorized,
        "The authorization has expired by the app's refresh token policy.",
        f"Sign in again. An administrator can set the refresh token policy in {POLICIES} to "
        '"Refresh token is valid until revoked".',
        grants=(CODE, REFRESH),
    ),
    OAuthError(
        "invalid_grant",
        "expired authorization code",
        Unauthorized,
        "Too much time passed between Allow and the end of the sign-in.",
        "Start the sign-in again.",
        grants=(CODE,),
    ),
    OAuthError(
        "invalid_grant",
        "invalid authorization code",
        Unauthorized,
        "The authorization code was used already, or belongs to another app.",
        "Start the sign-in again, and do not reload the page at its end: that uses the code twice.",
    ),
    OAuthError(
        "invalid_grant",
        "invalid code verifier",
        Unauthorized,
        "The proof key (PKCE) is not the one that this sign-in began with.",
        "Start the sign-in again in the same browser.",
    ),
    OAuthError(
        "invalid_grant",
        "activation secret invalid",
        Unauthorized,
        "Salesforce wants the user's identity verified again (device activation).",
        "Sign in again and complete the verification that Salesforce asks for. If it comes back, "
        "ask an administrator to add this server's IP address to Setup > Network Access.",
        grants=(CODE, REFRESH),
    ),
    OAuthError(
        "access_denied",
        "",
        Unauthorized,
        "Somebody pressed Deny.",
        "Start the sign-in again and press Allow.",
    ),
    OAuthError(
        "immediate_unsuccessful",
        "",
        Unauthorized,
        "Salesforce needs the person's consent first.",
        "Start the sign-in again in a browser.",
    ),
)
