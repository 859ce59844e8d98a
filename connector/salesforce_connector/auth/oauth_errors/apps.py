"""The app is unknown, not allowed, or set up otherwise than the connection."""

from typing import Final

from salesforce_connector.auth.grants import CLIENT_CREDENTIALS, JWT_BEARER
from salesforce_connector.auth.oauth_errors.oauth_error import KEYS, OF_APP, SETTINGS, OAuthError
from salesforce_connector.errors import Forbidden, Rejected

_COPY_SECRET: Final = f"Copy it again from {KEYS} into the connection."
_NOT_INSTALLED: Final = (
    Forbidden,
    "The External Client App is not installed in this org.",
    (
        "Enter the org's own address as the My Domain URL (Setup > My Domain): "
        "login.salesforce.com and test.salesforce.com do not know External Client Apps. If it is "
        "that already, install the app in this org: the org that made it packages it "
        "(Distribution State: Packaged), and an administrator installs the package here."
    ),
)
_FLOW_OFF: Final = f"Switch it on in {SETTINGS} > Flow Enablement."
_CODE_CHALLENGE: Final = (
    "This connector always sends a correct one, so a proxy or gateway must have removed or changed "
    "it: look for one between this machine and Salesforce."
)

OAUTH_ERRORS: Final = (
    OAuthError("", "client app is not installed", *_NOT_INSTALLED),
    OAuthError("", "cross-org", *_NOT_INSTALLED),
    OAuthError("app_not_found", "", *_NOT_INSTALLED),
    OAuthError("oauth_ec_app_not_found", "", *_NOT_INSTALLED),
    OAuthError(
        "invalid_client_id",
        "",
        Rejected,
        "Salesforce does not know the consumer key at this address.",
        f"Check the key against {KEYS}, and the My Domain URL against Setup > My Domain: a sandbox "
        "has an address and apps of its own. An app of another org must be installed in this one. "
        "An app made or changed in the last 10 minutes may not be active everywhere yet.",
        OF_APP,
    ),
    OAuthError(
        "invalid_client",
        "",
        Rejected,
        "The consumer secret is wrong, or not the newest one.",
        _COPY_SECRET,
        OF_APP,
        grants=(CLIENT_CREDENTIALS,),
    ),
    OAuthError(
        "invalid_client",
        "",
        Rejected,
        "Salesforce does not accept this app's signature.",
        f"Check the consumer key, and upload the certificate that belongs to the private key in "
        f"{SETTINGS} > Flow Enablement > Enable JWT Bearer Flow.",
        OF_APP,
        grants=(JWT_BEARER,),
    ),
    OAuthError(
        "invalid_client",
        "",
        Rejected,
        "The consumer secret is wrong, missing, or not the newest one.",
        f"{_COPY_SECRET} Only for an app that is to work without one: untick "
        '"Require secret for Web Server Flow" and "Require secret for Refresh Token Flow" in the '
        "app, and leave the secret empty in the connection.",
        OF_APP,
    ),
    OAuthError(
        "invalid_client_credentials",
        "",
        Rejected,
        "The consumer secret is wrong.",
        _COPY_SECRET,
        OF_APP,
    ),
    OAuthError(
        "redirect_uri_mismatch",
        "",
        Rejected,
        "The callback URL is not one of the app's.",
        f"Add the one that this product shows in {SETTINGS} > Callback URL, equal to the last "
        "character: http or https, host, port, and the slash at the end.",
        OF_APP,
    ),
    OAuthError(
        "redirect_uri_missing",
        "",
        Rejected,
        "The request to Salesforce has no callback URL.",
        f"Add the one that this product shows in {SETTINGS} > Callback URL, then start the "
        "sign-in again.",
        OF_APP,
    ),
    OAuthError(
        "invalid_request",
        "code challenge",
        Rejected,
        "Salesforce does not accept the proof key (PKCE), or received none.",
        _CODE_CHALLENGE,
    ),
    OAuthError(
        "invalid_scope",
        "",
        Rejected,
        "The sign-in asks for a scope that the app does not have.",
        f"Add it in {SETTINGS} > OAuth Scopes, or leave it out of the connection's scopes.",
        OF_APP,
    ),
    OAuthError(
        "oauth_app_blocked",
        "",
        Forbidden,
        "An administrator has blocked this app.",
        "Unblock it in Setup > Connected Apps OAuth Usage.",
        OF_APP,
    ),
    OAuthError(
        "",
        "blocked by admin",
        Forbidden,
        "An administrator has blocked this app.",
        "Unblock it in Setup > Connected Apps OAuth Usage.",
        OF_APP,
    ),
    OAuthError(
        "oauth_approval_error_generic",
        "",
        Forbidden,
        "The user may not approve this app: it is not installed in the org, or the user is for the "
        "API only.",
        "Install the app in Setup > Connected Apps OAuth Usage, or give the user the permission "
        '"Approve Uninstalled Connected Apps". A user with "API Only User" cannot sign in at the '
        "browser: choose another.",
        OF_APP,
    ),
    OAuthError(
        "oauth_authorization_blocked",
        "",
        Forbidden,
        "The org's policies do not let this user approve the app.",
        "Allow the app, or this user, in Setup > Connected Apps OAuth Usage > the app > Manage App "
        "Policies.",
        OF_APP,
    ),
    OAuthError(
        "oauth_ec_org_not_found",
        "",
        Forbidden,
        "Salesforce does not find the org that this External Client App is for.",
        "Enter the org's own address as the My Domain URL, as Setup > My Domain shows it.",
    ),
    OAuthError(
        "unsupported_grant_type",
        "",
        Rejected,
        "This flow is off for the app or the org.",
        _FLOW_OFF,
        OF_APP,
    ),
    OAuthError(
        "unsupported_response_type",
        "",
        Rejected,
        "The authorization code flow is off for the app.",
        _FLOW_OFF,
        OF_APP,
    ),
    OAuthError(
        "invalid_request",
        "",
        Rejected,
        "Salesforce finds the request incomplete, or does not accept a part of it.",
        "Salesforce's own words name the part. Check the My Domain URL, and look for a proxy "
        "between this machine and Salesforce that changes requests.",
    ),
    OAuthError(
        "wrong_version",
        "",
        Rejected,
        "The authorization is of another version of the app than the one that Salesforce knows.",
        f"Copy consumer key and secret again from {KEYS}, then sign in again.",
        OF_APP,
    ),
)
