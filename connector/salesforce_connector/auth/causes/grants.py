"""The sign-in itself is over, or did not come to its end: a person signs in again."""

from typing import Final

from salesforce_connector.auth.causes.cause import CONNECTED, POLICIES, Cause
from salesforce_connector.errors import Unauthorized

CAUSES: Final = (
    Cause(
        "invalid_grant",
        "expired access/refresh token",
        Unauthorized,
        "The sign-in is no longer good: it was revoked, has expired by the app's policy, was used "
        "twice although the app rotates refresh tokens, or was pushed out by a sixth sign-in of "
        "the same user to the same app.",
        "Sign in again. If it happens at once each time, look at the refresh token policy in "
        f"{POLICIES} {CONNECTED}.",
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
        "Start the sign-in again; open each callback address once only.",
    ),
    Cause(
        "invalid_grant",
        "invalid code verifier",
        Unauthorized,
        "The proof key (PKCE) is not the one this sign-in began with.",
        "Start the sign-in again from the same browser.",
    ),
)
