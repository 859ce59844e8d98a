"""The user may not sign in, or not with this app."""

from typing import Final

from salesforce_connector.auth.oauth_errors.cause import OF_APP, OF_USER, POLICIES, Cause
from salesforce_connector.errors import Forbidden

CAUSES: Final = (
    Cause(
        "invalid_grant",
        "ip restricted",
        Forbidden,
        "The user may not sign in from this server's address, or not at this hour.",
        "Widen the profile's Login IP Ranges or Login Hours (Setup > Profiles), or relax them "
        f"for the app in {POLICIES} > IP Relaxation.",
        OF_USER,
    ),
    Cause(
        "invalid_grant",
        "inactive user",
        Forbidden,
        "The user has been deactivated or frozen.",
        "Reactivate or unfreeze the user in Setup > Users, or let the connection act as another.",
        OF_USER,
    ),
    Cause(
        "inactive_user",
        "",
        Forbidden,
        "The user has been deactivated or frozen.",
        "Reactivate or unfreeze the user in Setup > Users, or let the connection act as another.",
        OF_USER,
    ),
    Cause(
        "inactive_org",
        "",
        Forbidden,
        "The org is locked, closed or suspended.",
        "The org's owner must settle that with Salesforce; no setting here or in Setup helps.",
    ),
    Cause(
        "invalid_grant",
        "user hasn't approved this consumer",
        Forbidden,
        "The user has not approved the app.",
        f'Pre-authorize the user: in {POLICIES} set Permitted Users to "Admin approved users are '
        "pre-authorized\", then assign the user's profile or a permission set to the app there.",
        OF_APP,
    ),
    Cause(
        "invalid_grant",
        "not admin approved",
        Forbidden,
        "The app admits only users that an administrator has approved, and this user is not one.",
        f"Assign the user's profile or a permission set to the app in {POLICIES}.",
        OF_APP,
    ),
    Cause(
        "invalid_app_access",
        "",
        Forbidden,
        "The app admits only users that an administrator has approved, and this user is not one.",
        f"Assign the user's profile or a permission set to the app in {POLICIES}.",
        OF_APP,
    ),
)
