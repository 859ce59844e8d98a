"""What each refusal of a sign-in means, and what to change where: the one table of it.

Salesforce names causes by an error code and a free description; the first row that fits both is the
answer, so the rows of one code stand from the particular to the general. Codes are compared without
regard to case, hyphens and underscores: `access-denied` and `access_denied` have both been seen.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
"""

from dataclasses import dataclass
from typing import Final

from salesforce_connector.errors import (
    ConnectorError,
    Forbidden,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)

# Where the switches are, in Salesforce's words of 2026.
_SETTINGS = "Setup > External Client App Manager > your app > Settings > OAuth Settings"
_POLICIES = "Setup > External Client App Manager > your app > Policies > OAuth Policies"
_CONNECTED = "(for a Connected App: Setup > App Manager > your app > Manage)"

_LOCKED_OUT = 1_800.0  # seconds; each try in between counts as one more sign-in


@dataclass(frozen=True, slots=True)
class Cause:
    """One way a sign-in is refused.

    Attributes:
        error: Salesforce's code, in lower case with underscores.
        said: What the description holds, in lower case; empty: anything.
        kind: The error that callers get.
        meaning: What happened, one sentence.
        remedy: What to change, where, and who can.
        retry_after: Seconds until it is worth another try, None when that is not known.
    """

    error: str
    said: str
    kind: type[ConnectorError]
    meaning: str
    remedy: str
    retry_after: float | None = None


CAUSES: Final[tuple[Cause, ...]] = (
    # -- the grant is gone: sign in again ---------------------------------------------------------
    Cause(
        "invalid_grant",
        "expired access/refresh token",
        Unauthorized,
        "The sign-in is no longer good: it was revoked, has expired by the app's policy, was used "
        "twice although the app rotates refresh tokens, or was pushed out by a sixth sign-in of "
        "the same user to the same app.",
        "Sign in again. If it happens at once each time, look at the refresh token policy in "
        f"{_POLICIES} {_CONNECTED}.",
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
    # -- the user ---------------------------------------------------------------------------------
    Cause(
        "invalid_grant",
        "ip restricted",
        Forbidden,
        "The user may not sign in from this server's address, or not at this hour.",
        "An administrator can add the address in Setup > Network Access or the profile's Login IP "
        f"Ranges, or relax it for the app in {_POLICIES} > IP Relaxation.",
    ),
    Cause(
        "invalid_grant",
        "inactive user",
        Forbidden,
        "The user has been deactivated or frozen.",
        "An administrator can reactivate it in Setup > Users, or sign in as another user.",
    ),
    Cause(
        "inactive_user",
        "",
        Forbidden,
        "The user has been deactivated or frozen.",
        "An administrator can reactivate it in Setup > Users, or sign in as another user.",
    ),
    Cause(
        "inactive_org",
        "",
        Forbidden,
        "The org is locked, closed or suspended.",
        "The org's owner must settle that with Salesforce.",
    ),
    Cause(
        "invalid_grant",
        "user hasn't approved this consumer",
        Forbidden,
        "The user has not approved the app.",
        f'Pre-authorize the user: {_POLICIES} > Permitted Users "Admin approved users are '
        'pre-authorized", then assign the profile or permission set.',
    ),
    Cause(
        "invalid_grant",
        "not admin approved",
        Forbidden,
        "The app admits only users that an administrator has approved, and this user is not one.",
        f"Assign the user's profile or a permission set to the app in {_POLICIES} {_CONNECTED}.",
    ),
    Cause(
        "invalid_app_access",
        "",
        Forbidden,
        "The app admits only users that an administrator has approved, and this user is not one.",
        f"Assign the user's profile or a permission set to the app in {_POLICIES} {_CONNECTED}.",
    ),
    # -- client credentials -----------------------------------------------------------------------
    Cause(
        "invalid_grant",
        "no client credentials user enabled",
        Forbidden,
        "The app has no Run As user.",
        f'Name one in {_POLICIES}: tick "Enable Client Credentials Flow" and fill in "Run As '
        '(Username)". It takes effect within minutes.',
    ),
    Cause(
        "invalid_grant",
        "client credentials flow not enabled",
        Forbidden,
        "The client credentials flow is off for this app.",
        f'Tick "Enable Client Credentials Flow" in {_SETTINGS} > Flow Enablement, then once more '
        f"in {_POLICIES}, where the Run As user stands.",
    ),
    Cause(
        "invalid_client",
        "client credentials flow not enabled",
        Forbidden,
        "The client credentials flow is off for this app.",
        f'Tick "Enable Client Credentials Flow" in {_SETTINGS} > Flow Enablement, then once more '
        f"in {_POLICIES}, where the Run As user stands.",
    ),
    Cause(
        "invalid_grant",
        "no valid scopes defined",
        Forbidden,
        "The app has no OAuth scope that this flow can use.",
        f'Select "Manage user data via APIs (api)" in {_SETTINGS} > OAuth Scopes.',
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
        "This connector sends none: look for something between it and Salesforce that adds one.",
    ),
    # -- limits -----------------------------------------------------------------------------------
    Cause(
        "invalid_grant",
        "login rate exceeded",
        RateLimited,
        "This user has signed in too often in the last hour (Salesforce allows 3,600).",
        "Wait 30 minutes; find what signs in for every call instead of keeping its token.",
        _LOCKED_OUT,
    ),
    Cause(
        "invalid_grant",
        "maximum logins exceeded",
        RateLimited,
        "This user has signed in too often, or is of a kind that cannot be a Run As user.",
        f"Wait 30 minutes, or name another Run As user in {_POLICIES}.",
        _LOCKED_OUT,
    ),
    Cause(
        "rate_limit_exceeded",
        "",
        RateLimited,
        "Salesforce refuses more sign-ins for now.",
        "Wait 30 minutes; find what signs in for every call instead of keeping its token.",
        _LOCKED_OUT,
    ),
    Cause(
        "invalid_grant",
        "",
        Unauthorized,
        "Salesforce does not accept this sign-in.",
        "Sign in again; Setup > Users > the user > Login History tells why the last one failed.",
    ),
    # -- the app ----------------------------------------------------------------------------------
    Cause(
        "invalid_client_id",
        "",
        Rejected,
        "Salesforce does not know the consumer key at this address.",
        "Check the key and the My Domain URL (a sandbox has its own). An app made or changed in "
        "the last 10 minutes may not have arrived everywhere; an app of another org must be "
        "installed in this one.",
    ),
    Cause(
        "invalid_client",
        "",
        Rejected,
        "The consumer secret is wrong, missing, or not the newest one.",
        f"Copy it again from {_SETTINGS} > Consumer Key and Secret. For an app without a secret, "
        'untick "Require secret for Web Server Flow" and "Require secret for Refresh Token Flow".',
    ),
    Cause(
        "invalid_client_credentials",
        "",
        Rejected,
        "The consumer secret is wrong.",
        f"Copy it again from {_SETTINGS} > Consumer Key and Secret.",
    ),
    Cause(
        "redirect_uri_mismatch",
        "",
        Rejected,
        "The callback URL is not one of the app's.",
        f"Add it, equal to the last character, in {_SETTINGS} > Callback URL.",
    ),
    Cause(
        "redirect_uri_missing",
        "",
        Rejected,
        "Salesforce was given no callback URL.",
        f"Add one in {_SETTINGS} > Callback URL and start the sign-in again.",
    ),
    Cause(
        "invalid_request",
        "missing required code challenge",
        Rejected,
        "The app requires a proof key (PKCE) and was given none.",
        "This connector always sends one: look for something between it and Salesforce that drops "
        "parameters.",
    ),
    Cause(
        "invalid_scope",
        "",
        Rejected,
        "The sign-in asks for a scope that the app does not have.",
        f"Select it in {_SETTINGS} > OAuth Scopes, or leave it out of the connection's scopes.",
    ),
    Cause(
        "access_denied",
        "",
        Unauthorized,
        "The sign-in was denied: somebody pressed Deny.",
        "Start the sign-in again and press Allow.",
    ),
    Cause(
        "immediate_unsuccessful",
        "",
        Unauthorized,
        "Salesforce needs the person's consent first.",
        "Start the sign-in again in a browser.",
    ),
    Cause(
        "oauth_app_blocked",
        "",
        Forbidden,
        "An administrator has blocked this app.",
        "Unblock it in Setup > Connected Apps OAuth Usage.",
    ),
    Cause(
        "oauth_approval_error_generic",
        "",
        Forbidden,
        "The user may not approve this app: it is not installed in the org, or the user is for the "
        "API only.",
        "An administrator can install it in Setup > Connected Apps OAuth Usage, or give the user "
        '"Approve Uninstalled Connected Apps".',
    ),
    Cause(
        "oauth_ec_app_not_found",
        "",
        Forbidden,
        "The External Client App is not installed in this org.",
        "An administrator must install its package here, or sign in to the org that made it.",
    ),
    Cause(
        "oauth_authorization_blocked",
        "",
        Forbidden,
        "The org's policies do not let this user approve the app.",
        "An administrator can allow it in Setup > Connected Apps OAuth Usage.",
    ),
    Cause(
        "unsupported_grant_type",
        "",
        Rejected,
        "This flow is off for the app or the org.",
        f"Switch it on in {_SETTINGS} > Flow Enablement.",
    ),
    Cause(
        "unsupported_response_type",
        "",
        Rejected,
        "The authorization code flow is off for the app.",
        f"Switch it on in {_SETTINGS} > Flow Enablement.",
    ),
    # -- not our doing: the same may work later ---------------------------------------------------
    Cause(
        "unknown_error",
        "",
        Unavailable,
        "Salesforce asks to try again.",
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


def refusal(error: str, description: str = "", *, status: int | None = None) -> ConnectorError:
    """Give the error, with meaning and remedy, for what Salesforce said to a sign-in.

    Args:
        error: The code; an unknown one gives `Unauthorized`.
        description: Salesforce's own words; they are shown, cut at 200 characters.
        status: HTTP status, None for a redirect.
    """
    code = error.strip().lower().replace("-", "_")
    words = description.lower()
    said = f" Salesforce said: {error}{f' ({description[:200]})' if description else ''}."
    for cause in CAUSES:
        if cause.error == code and cause.said in words:
            return cause.kind(
                cause.meaning + said,
                code=code.upper(),
                remedy=cause.remedy,
                status=status,
                retry_after=cause.retry_after,
            )
    return Unauthorized(
        f"The sign-in was refused.{said}",
        code=code.upper() or "SIGN_IN_REFUSED",
        remedy="Setup > Users > the user > Login History tells why.",
        status=status,
    )
