"""A flow without a browser lacks something: client credentials, JWT bearer."""

from typing import Final

from salesforce_connector.auth.grants import JWT_BEARER
from salesforce_connector.auth.oauth_errors.oauth_error import (
    OF_APP,
    POLICIES,
    SETTINGS,
    OAuthError,
)
from salesforce_connector.errors import Forbidden, Rejected

_FLOW_OFF: Final = (
    Forbidden,
    "The client credentials flow is off for this app.",
    (
        f'Tick "Enable Client Credentials Flow" in {SETTINGS} > Flow Enablement, then once more '
        f"in {POLICIES}, beside the Run As user."
    ),
    OF_APP,
)
_UNKNOWN_USER: Final = (
    Rejected,
    "Salesforce has no user of this name.",
    "Enter the username as Setup > Users shows it; in a sandbox it ends in the sandbox's name.",
)
_WRONG_CLOCK: Final = (
    Rejected,
    "The signed request had expired when it arrived: this machine's clock is wrong.",
    "Set the clock, for example by NTP; Test Connection says by how much it is off.",
)

OAUTH_ERRORS: Final = (
    OAuthError(
        "invalid_grant",
        "no client credentials user enabled",
        Forbidden,
        "The app has no Run As user.",
        f'Choose one in {POLICIES}: tick "Enable Client Credentials Flow" and fill in "Run As '
        '(Username)".',
        OF_APP,
    ),
    OAuthError("invalid_grant", "client credentials flow not enabled", *_FLOW_OFF),
    OAuthError("invalid_client", "client credentials flow not enabled", *_FLOW_OFF),
    OAuthError(
        "invalid_grant",
        "no valid scopes defined",
        Forbidden,
        "The app has no OAuth scope that this flow can use.",
        f'Select "Manage user data via APIs (api)" in {SETTINGS} > OAuth Scopes.',
        OF_APP,
    ),
    OAuthError(
        "invalid_grant",
        "request not supported on this domain",
        Rejected,
        "This address does not serve the client credentials flow; only the org's own My Domain "
        "does.",
        "Enter the address that Setup > My Domain shows; a sandbox's ends in "
        ".sandbox.my.salesforce.com.",
    ),
    OAuthError(
        "invalid_request",
        "scope parameter not supported",
        Rejected,
        "The client credentials flow takes no scope.",
        "This connector sends none, so a proxy or gateway must have added one: look for one "
        "between this machine and Salesforce.",
    ),
    OAuthError("invalid_grant", "user not found", *_UNKNOWN_USER),
    OAuthError("invalid_grant", "unable to find a user", *_UNKNOWN_USER),
    OAuthError(
        "invalid_grant",
        "audience",
        Rejected,
        "Salesforce refuses the audience of the signed request, both the login host and the My "
        "Domain: the My Domain URL is not this org's, or names production for a sandbox.",
        "Enter the org's own address as the My Domain URL, as Setup > My Domain shows it; the "
        "audience is derived from it.",
    ),
    OAuthError("invalid_grant", "assertion expired", *_WRONG_CLOCK),
    OAuthError("invalid_grant", "expired authorization code", *_WRONG_CLOCK, grants=(JWT_BEARER,)),
    OAuthError(
        "invalid_grant",
        "invalid assertion",
        Rejected,
        "Salesforce does not accept the signature: the key does not belong to the app's "
        "certificate, the flow is off, or this machine's clock is wrong.",
        f"Tick {SETTINGS} > Flow Enablement > Enable JWT Bearer Flow and upload the certificate "
        "that belongs to the private key there. If that is done, set this machine's clock; Test "
        "Connection says by how much it is off.",
        OF_APP,
    ),
)
