"""The sign-in itself is over, or did not come to its end: a person signs in again."""

from typing import Final

from salesforce_connector.auth.oauth_errors.cause import POLICIES, Cause
from salesforce_connector.errors import Unauthorized

CAUSES: Final = (
    Cause(
        "invalid_grant",
        "expired access/refresh token",
        Unauthorized,
        "The sign-in is no longer good: it was revoked, has expired by the app's policy, was used "
        "twice although the app rotates refresh tokens, or was pushed out by a sixth sign-in of "
        "the same user to the same app.",
        "Sign in again. If it ends soon after each sign-in, an administrator sets the refresh "
        f'token policy in {POLICIES} to "Refresh token is valid until revoked"; if another '
        "product uses the same app as the same user, give each a user of its own.",
    ),
    Cause(
        "invalid_grant",
        "expired authorization code",
        Unauthorized,
        "The sign-in took too long between consent and its end.",
        "Start the sign-in again.",
    ),
    Cause(
        "invalid_grant",
        "invalid authorization code",
        Unauthorized,
        "The authorization code was used already, or belongs to another app.",
        "Start the sign-in again, and let the browser come back once only: a reload uses the code "
        "up.",
    ),
    Cause(
        "invalid_grant",
        "invalid code verifier",
        Unauthorized,
        "The proof key (PKCE) is not the one this sign-in began with.",
        "Start the sign-in again from the same browser.",
    ),
)
