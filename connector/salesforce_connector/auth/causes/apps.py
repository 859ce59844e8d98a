"""The app is not known, not allowed, or set otherwise than the connection."""

from typing import Final

from salesforce_connector.auth.causes.cause import OF_APP, SETTINGS, Cause
from salesforce_connector.errors import Forbidden, Rejected, Unauthorized

CAUSES: Final = (
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
        f"Copy it again from {SETTINGS} > Consumer Key and Secret. For an app without a secret, "
        'untick "Require secret for Web Server Flow" and "Require secret for Refresh Token Flow".',
        OF_APP,
    ),
    Cause(
        "invalid_client_credentials",
        "",
        Rejected,
        "The consumer secret is wrong.",
        f"Copy it again from {SETTINGS} > Consumer Key and Secret.",
        OF_APP,
    ),
    Cause(
        "redirect_uri_mismatch",
        "",
        Rejected,
        "The callback URL is not one of the app's.",
        f"Add it, equal to the last character, in {SETTINGS} > Callback URL.",
        OF_APP,
    ),
    Cause(
        "redirect_uri_missing",
        "",
        Rejected,
        "Salesforce was given no callback URL.",
        f"Add one in {SETTINGS} > Callback URL and start the sign-in again.",
        OF_APP,
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
        f"Select it in {SETTINGS} > OAuth Scopes, or leave it out of the connection's scopes.",
        OF_APP,
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
        OF_APP,
    ),
    Cause(
        "oauth_approval_error_generic",
        "",
        Forbidden,
        "The user may not approve this app: it is not installed in the org, or the user is for the "
        "API only.",
        "Install it in Setup > Connected Apps OAuth Usage, or give the user "
        '"Approve Uninstalled Connected Apps".',
        OF_APP,
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
        "Allow it in Setup > Connected Apps OAuth Usage.",
        OF_APP,
    ),
    Cause(
        "unsupported_grant_type",
        "",
        Rejected,
        "This flow is off for the app or the org.",
        f"Switch it on in {SETTINGS} > Flow Enablement.",
        OF_APP,
    ),
    Cause(
        "unsupported_response_type",
        "",
        Rejected,
        "The authorization code flow is off for the app.",
        f"Switch it on in {SETTINGS} > Flow Enablement.",
        OF_APP,
    ),
    Cause(
        "oauth_ec_org_not_found",
        "",
        Forbidden,
        "Salesforce does not find the org that this External Client App is for.",
        "Give the org's own address as the My Domain URL, as Setup > My Domain shows it.",
    ),
    Cause(
        "invalid_request",
        "code challenge",
        Rejected,
        "Salesforce did not take the proof key (PKCE).",
        "This connector sends a right one: look for something between it and Salesforce that "
        "changes parameters.",
    ),
    Cause(
        "invalid_request",
        "",
        Rejected,
        "Salesforce misses something in the request, or does not take it.",
        "Check the My Domain URL; look for a proxy between here and Salesforce that changes "
        "requests.",
    ),
    Cause(
        "wrong_version",
        "",
        Rejected,
        "The sign-in is of another version of the app than the one that Salesforce knows.",
        "Copy consumer key and secret again, then sign in again.",
    ),
)
