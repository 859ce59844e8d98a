"""What each refusal of a sign-in means, and what to change where: the one table of it, by noun.

Salesforce names causes by an error code and a free description; the first row that fits both is the
answer, so the rows of one code stand from the particular to the general. Codes are compared without
regard to case, hyphens and underscores: `access-denied` and `access_denied` have both been seen.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
"""

from typing import Final

from salesforce_connector.auth.causes import apps, flows, grants, outages, users
from salesforce_connector.auth.causes.cause import Cause
from salesforce_connector.errors import Unauthorized

_REST: Final = (
    Cause(
        "invalid_grant",
        "authentication failure",
        Unauthorized,
        "Salesforce does not accept this user's sign-in.",
        "Setup > Users > the user > Login History tells why; then sign in again.",
    ),
    Cause(
        "invalid_grant",
        "",
        Unauthorized,
        "Salesforce does not accept this sign-in.",
        "Sign in again; Setup > Users > the user > Login History tells why the last one failed.",
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
