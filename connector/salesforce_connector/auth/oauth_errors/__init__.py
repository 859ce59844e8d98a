"""What each OAuth error means, and what to change where: the one table of it, by noun.

Salesforce names reasons by an error code and a free description; the first row that matches both
applies, so the rows of one code go from the particular to the general. A row may be for some grants
alone: what fixes one is no help with another. Codes are compared without regard to case, hyphens
and underscores: `access-denied` and `access_denied` both occur.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
"""

from typing import Final

from salesforce_connector.auth.grants import CLIENT_CREDENTIALS, JWT_BEARER
from salesforce_connector.auth.oauth_errors import apps, authorization, flows, outages, users
from salesforce_connector.auth.oauth_errors.oauth_error import OAuthError
from salesforce_connector.errors import Unauthorized

_OTHER: Final = (
    OAuthError(
        "invalid_grant",
        "",
        Unauthorized,
        "Salesforce does not accept this authorization.",
        "Setup > Users > the user of the connection > Login History shows why. Fix that, then test "
        "the connection.",
        grants=(CLIENT_CREDENTIALS, JWT_BEARER),
    ),
    OAuthError(
        "invalid_grant",
        "",
        Unauthorized,
        "Salesforce does not accept this authorization.",
        "Sign in again. If it fails again, Setup > Users > the user > Login History shows why.",
    ),
)

OAUTH_ERRORS: Final[tuple[OAuthError, ...]] = (
    *outages.OAUTH_ERRORS,
    *authorization.OAUTH_ERRORS,
    *users.OAUTH_ERRORS,
    *flows.OAUTH_ERRORS,
    *apps.OAUTH_ERRORS,
    *_OTHER,
)

__all__ = ["OAUTH_ERRORS", "OAuthError"]
