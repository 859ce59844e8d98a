"""Nothing is wrong with the sign-in: too many of them, or Salesforce is down."""

from typing import Final

from salesforce_connector.auth.oauth_errors.cause import POLICIES, Cause
from salesforce_connector.errors import RateLimited, Unavailable

LOCKED_OUT: Final = 1_800.0  # seconds; each try in between counts as one more sign-in

CAUSES: Final = (
    Cause(
        "invalid_grant",
        "login rate exceeded",
        RateLimited,
        "This user has signed in too often in the last hour (Salesforce allows 3,600).",
        "Wait 30 minutes. Then find the program that signs in as this user for every call; one "
        "sign-in is good for hours.",
        retry_after=LOCKED_OUT,
    ),
    Cause(
        "invalid_grant",
        "maximum logins exceeded",
        RateLimited,
        "This user has signed in too often, or is of a kind that cannot be a Run As user.",
        f"Wait 30 minutes. If it stays, name another Run As user in {POLICIES}.",
        retry_after=LOCKED_OUT,
    ),
    Cause(
        "rate_limit_exceeded",
        "",
        RateLimited,
        "Salesforce refuses more sign-ins for now.",
        "Wait 30 minutes. Then find the program that signs in as this user for every call; one "
        "sign-in is good for hours.",
        retry_after=LOCKED_OUT,
    ),
    Cause(
        "unknown_error",
        "",
        Unavailable,
        "Salesforce could not sign in just now, and asks to try again.",
        "Try again in a minute; the sign-in itself is kept.",
    ),
    Cause(
        "temporarily_unavailable",
        "",
        Unavailable,
        "Salesforce's sign-in is down for now.",
        "Try again in a minute; the sign-in itself is kept.",
    ),
    Cause(
        "server_error",
        "",
        Unavailable,
        "Salesforce's sign-in has failed.",
        "Try again in a minute; the sign-in itself is kept.",
    ),
)
