"""The app is not known, not allowed, or set otherwise than the connection."""

from typing import Final

from salesforce_connector.auth.oauth_errors.cause import KEYS, OF_APP, SETTINGS, Cause
from salesforce_connector.errors import Forbidden, Rejected, Unauthorized

CAUSES: Final = (
    Cause(
        "invalid_client_id",
        "",
        Rejected,
        "Salesforce does not know the consumer key at this address.",
        f"Check the key against {KEYS}, and the My Domain URL against Setup > My Domain: a sandbox "
        "has an address and apps of its own. An app of another org must be installed in this one. "
        "An app made or changed in the last 10 minutes may not have arrived everywhere.",
        OF_APP,
    ),
    Cause(
        "invalid_client",
        "",
        Rejected,
        "The consumer secret is wrong, or not the newest one.",
        f"Copy it again from {KEYS} and give it to the connection.",
        OF_APP,
        methods=("client_credentials",),
    ),
    Cause(
        "invalid_client",
        "",
        Rejected,
        "Salesforce does not accept this app's signature.",
        f"Check the consumer key, and upload the certificate that belongs to the private key in "
        f"{SETTINGS} > Flow Enablement > Enable JWT Bearer Flow.",
        OF_APP,
        methods=("jwt_bearer",),
    ),
    Cause(
        "invalid_client",
        "",
        Rejected,
        "The consumer secret is wrong, missing, or not the newest one.",
        f"Copy it again from {KEYS} and give it to the connection. Only if the app is to work "
        'without a secret: untick "Require secret for Web Server Flow" and "Require secret for '
        'Refresh Token Flow" in the app, and leave the secret empty in the connection.',
        OF_APP,
    ),
    Cause(
        "invalid_client_credentials",
        "",
        Rejected,
        "The consumer secret is wrong.",
        f"Copy it again from {KEYS} and give it to the connection.",
        OF_APP,
    ),
    Cause(
        "redirect_uri_mismatch",
        "",
        Rejected,
        "The callback URL is not one of the app's.",
        f"Add the one that this product shows in {SETTINGS} > Callback URL, equal to the last "
        "character: http or https, host, port, and the slash at the end.",
        OF_APP,
    ),
    Cause(
        "redirect_uri_missing",
        "",
        Rejected,
        "Salesforce was given no callback URL.",
        f"Add the one that this product shows in {SETTINGS} > Callback URL, then start the "
        "sign-in again.",
        OF_APP,
    ),
    Cause(
        "invalid_request",
        "missing required code challenge",
        Rejected,
        "The app requires a proof key (PKCE) and was given none.",
        "This connector always sends one, so a proxy or gateway on the way must have dropped it: "
        "look for one between this machine and Salesforce.",
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
        "Install the app in Setup > Connected Apps OAuth Usage, or give the user the permission "
        '"Approve Uninstalled Connected Apps". A user with "API Only User" cannot sign in at the '
        "browser: take another.",
        OF_APP,
    ),
    Cause(
        "oauth_ec_app_not_found",
        "",
        Forbidden,
        "The External Client App is not installed in this org.",
        "An administrator must install it here, with the link that the app's maker gives; or give "
        "the My Domain URL of the org that made it.",
    ),
    Cause(
        "oauth_authorization_blocked",
        "",
        Forbidden,
        "The org's policies do not let this user approve the app.",
        "Allow the app, or this user, in Setup > Connected Apps OAuth Usage > the app > Manage App "
        "Policies.",
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
        "This connector sends a right one, so a proxy or gateway on the way must have changed it: "
        "look for one between this machine and Salesforce.",
    ),
    Cause(
        "invalid_request",
        "",
        Rejected,
        "Salesforce finds the sign-in's request incomplete, or does not take a part of it.",
        "What Salesforce said names the part. Check the My Domain URL, and look for a proxy "
        "between this machine and Salesforce that changes requests.",
    ),
    Cause(
        "wrong_version",
        "",
        Rejected,
        "The sign-in is of another version of the app than the one that Salesforce knows.",
        f"Copy consumer key and secret again from {KEYS}, then sign in again.",
        OF_APP,
    ),
)
