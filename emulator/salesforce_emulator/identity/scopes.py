"""OAuth scopes: their names, labels on the consent page, and permissions.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
"""

from collections.abc import Collection, Iterable
from typing import Final

from salesforce_emulator.identity.errors import ErrorReason, IdentityError

LABELS: Final = {
    "refresh_token": "Perform requests at any time",
    "api": "Manage user data via APIs",
    "id": "Access the identity URL service",
    "web": "Manage user data via web browsers",
    "full": "Full access",
    "openid": "Access unique user identifiers",
    "profile": "Access your basic profile",
    "email": "Access your email address",
    "address": "Access your address",
    "phone": "Access your phone number",
    "chatter_api": "Access Connect REST API resources",
    "custom_permissions": "Access custom permissions",
    "visualforce": "Access Visualforce applications",
    "wave_api": "Access Analytics REST API resources",
    "eclair_api": "Access Analytics REST API charts geodata resources",
    "content": "Access content resources",
    "lightning": "Access Lightning applications",
    "cdp_api": "Access all Data 360 API resources",
    "pardot_api": "Manage Pardot services",
    "interaction_api": "Access Interaction API resources",
}
"""Label by scope, in the order in which answers list them."""

ALIASES: Final = {"offline_access": "refresh_token"}
IDENTITY: Final = frozenset(
    {"id", "openid", "profile", "email", "address", "phone", "full"}
    | {"web"}  # the Salesforce CLI requests no more than api, web and refresh_token
)
NOT_FOR_CLIENT_CREDENTIALS: Final = frozenset({"full", "web", "refresh_token"})


def ordered(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return scopes in the order of responses, each once, with aliases resolved.

    Raises:
        IdentityError: SCOPE_UNKNOWN.
    """
    values = {ALIASES.get(scope, scope) for scope in scopes}
    if not values <= LABELS.keys():
        raise IdentityError(ErrorReason.SCOPE_UNKNOWN)
    return tuple(scope for scope in LABELS if scope in values)


def requested(text: str | None, of_app: Collection[str]) -> tuple[str, ...]:
    """Read a `scope` parameter: a subset of the app's scopes, separated by spaces.

    None or blank requests all that the app has.

    Raises:
        IdentityError: SCOPE_UNKNOWN or SCOPE_NOT_ALLOWED.
    """
    if text is None or not text.split():
        return ordered(of_app)
    expected = ordered(text.split())
    if not set(expected) <= set(of_app):
        raise IdentityError(ErrorReason.SCOPE_NOT_ALLOWED)
    return expected


def allow_api(scopes: Collection[str]) -> bool:
    """Return whether a token of these scopes may call the REST API."""
    return "api" in scopes or "full" in scopes


def allow_identity(scopes: Collection[str]) -> bool:
    """Return whether a token of these scopes may read the identity URL and userinfo."""
    return not IDENTITY.isdisjoint(scopes)
