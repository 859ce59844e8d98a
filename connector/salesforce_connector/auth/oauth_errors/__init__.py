"""What each refusal of a sign-in means, and what to change where: the one table of it, by noun.

Salesforce names causes by an error code and a free description; the first row that fits both is the
answer, so the rows of one code stand from the particular to the general. A row may be for some
sign-ins alone: what mends one is no help to another. Codes are compared without
regard to case, hyphens and underscores: `access-denied` and `access_denied` have both been seen.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
"""

from typing import Final

from salesforce_connector.auth.oauth_errors import apps, flows, grants, outages, users
from salesforce_connector.auth.oauth_errors.cause import Cause
from salesforce_connector.errors import Unauthorized

_REST: Final = (
    Cause(
        "invalid_grant",
        "authentication failure",
        Unauthorized,
        "Salesforce does not accept this user's sign-in.",
        "Setup > Users > the user > Login History tells why. Put that right, then sign in again.",
    ),
    Cause(
        "invalid_grant",
        "",
        Unauthorized,
        "Salesforce does not accept this sign-in.",
        "Setup > Users > the user that runs act as > Login History tells why. Put that right, then "
        "test the connection again.",
        methods=("client_credentials", "jwt_bearer"),
    ),
    Cause(
        "invalid_grant",
        "",
        Unauthorized,
        "Salesforce does not accept this sign-in.",
        "Sign in again. If it fails again, Setup > Users > the user > Login History tells why.",
    ),
)

CAUSES: Final[tuple[Cause, ...]] = (
    *grants.CAUSES,
    *users.CAUSES,
    *flows.CAUSES,
    *outages.CAUSES,
    *apps.CAUSES,
    *_REST,
)

__all__ = ["CAUSES", "Cause"]
