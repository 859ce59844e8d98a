"""A flow without a browser lacks something: client credentials, JWT bearer."""

from typing import Final

from salesforce_connector.auth.oauth_errors.cause import OF_APP, POLICIES, SETTINGS, Cause
from salesforce_connector.errors import Forbidden, Rejected

CAUSES: Final = (
    Cause(
        "invalid_grant",
        "no client credentials user enabled",
        Forbidden,
        "The app has no Run As user.",
        f'Name one in {POLICIES}: tick "Enable Client Credentials Flow" and fill in "Run As '
        '(Username)".',
        OF_APP,
    ),
    Cause(
        "invalid_grant",
        "client credentials flow not enabled",
        Forbidden,
        "The client credentials flow is off for this app.",
        f'Tick "Enable Client Credentials Flow" in {SETTINGS} > Flow Enablement, then once more '
        f"in {POLICIES}, where the Run As user stands.",
        OF_APP,
    ),
    Cause(
        "invalid_client",
        "client credentials flow not enabled",
        Forbidden,
        "The client credentials flow is off for this app.",
        f'Tick "Enable Client Credentials Flow" in {SETTINGS} > Flow Enablement, then once more '
        f"in {POLICIES}, where the Run As user stands.",
        OF_APP,
    ),
    Cause(
        "invalid_grant",
        "no valid scopes defined",
        Forbidden,
        "The app has no OAuth scope that this flow can use.",
        f'Select "Manage user data via APIs (api)" in {SETTINGS} > OAuth Scopes.',
        OF_APP,
    ),
    Cause(
        "invalid_grant",
        "request not supported on this domain",
        Rejected,
        "This address does not serve the flow; only the org's own My Domain does.",
        "Give the address that Setup > My Domain shows; a sandbox's ends in "
        ".sandbox.my.salesforce.com.",
    ),
    Cause(
        "invalid_request",
        "scope parameter not supported",
        Rejected,
        "The client credentials flow takes no scope.",
        "This connector sends none, so a proxy or gateway on the way must have added one: look for "
        "one between this machine and Salesforce.",
    ),
    Cause(
        "invalid_grant",
        "user not found",
        Rejected,
        "Salesforce knows no user of this name.",
        "Give the username as Setup > Users shows it; in a sandbox it ends in the sandbox's name.",
    ),
    Cause(
        "invalid_grant",
        "unable to find a user",
        Rejected,
        "Salesforce knows no user of this name.",
        "Give the username as Setup > Users shows it; in a sandbox it ends in the sandbox's name.",
    ),
    Cause(
        "invalid_grant",
        "audience",
        Rejected,
        "The signed request is meant for production and the org is a sandbox, or the other way "
        "round.",
        "Give the org's own address as the My Domain URL, as Setup > My Domain shows it: which of "
        "the two it is, is read from that.",
    ),
    Cause(
        "invalid_grant",
        "assertion expired",
        Rejected,
        "The signed request was out of date when it arrived: this machine's clock is wrong.",
        "Set it right, by NTP for example; Test Connection says by how much it is off.",
    ),
    Cause(
        "invalid_grant",
        "invalid assertion",
        Rejected,
        "Salesforce does not accept the signature: the key is not the one of the app's "
        "certificate, the flow is off, or this machine's clock is wrong.",
        f"Tick {SETTINGS} > Flow Enablement > Enable JWT Bearer Flow and upload the certificate "
        "that belongs to the private key there. If that is so already, set this machine's clock "
        "right; Test Connection says by how much it is off.",
        OF_APP,
    ),
)
