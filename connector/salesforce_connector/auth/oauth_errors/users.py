"""The user may not sign in, or not with this app."""

from typing import Final

from salesforce_connector.auth.grants import CLIENT_CREDENTIALS, JWT_BEARER
from salesforce_connector.auth.oauth_errors.oauth_error import OF_APP, OF_USER, POLICIES, OAuthError
from salesforce_connector.errors import Forbidden

_NOT_APPROVED: Final = (
    Forbidden,
    "The app admits only users whom an administrator has approved, and this user is not one.",
    (
        f"Assign the user's profile or a permission set to the app in {POLICIES}, or set Permitted "
        'Users there to "All users may self-authorize".'
    ),
    OF_APP,
)
_INACTIVE: Final = (
    Forbidden,
    "The user is deactivated or frozen.",
    "Reactivate or unfreeze the user in Setup > Users, or let the connection use another one.",
    OF_USER,
)

OAUTH_ERRORS: Final = (
    OAuthError(
        "invalid_grant",
        "ip restricted",
        Forbidden,
        "The user may not sign in from this server's IP address, or not at this hour.",
        "Widen the profile's Login IP Ranges or Login Hours (Setup > Profiles), or relax them "
        f"for the app in {POLICIES} > IP Relaxation.",
        OF_USER,
    ),
    OAuthError(
        "invalid_grant",
        "locked",
        Forbidden,
        "The user is locked out.",
        "Unlock the user in Setup > Users > the user > Unlock, or wait until the lockout ends.",
        OF_USER,
    ),
    OAuthError("invalid_grant", "inactive user", *_INACTIVE),
    OAuthError("inactive_user", "", *_INACTIVE),
    OAuthError(
        "inactive_org",
        "",
        Forbidden,
        "The org is locked, closed or suspended.",
        "The org's owner must resolve that with Salesforce; no setting here or in Setup helps.",
    ),
    OAuthError(
        "invalid_grant",
        "user hasn't approved this consumer",
        Forbidden,
        "The user has not approved the app.",
        f'Pre-authorize the user: in {POLICIES} set Permitted Users to "Admin approved users are '
        "pre-authorized\", then assign the user's profile or a permission set to the app there.",
        OF_APP,
    ),
    OAuthError("", "not admin approved", *_NOT_APPROVED),
    OAuthError("invalid_app_access", "", *_NOT_APPROVED),
    OAuthError("oauth_app_access_denied", "", *_NOT_APPROVED),
    OAuthError(
        "invalid_grant",
        "activation secret invalid",
        Forbidden,
        "Salesforce wants the user's identity verified (device activation), which no person can "
        "do here.",
        "Add this server's IP address to Setup > Network Access, or to the profile's Login IP "
        "Ranges (Setup > Profiles).",
        OF_USER,
        grants=(CLIENT_CREDENTIALS, JWT_BEARER),
    ),
)
