"""What the org publishes about its endpoints: OpenID discovery, and the login page's configuration.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid_discovery_endpoint.htm
"""

from typing import Any, Final

from salesforce_emulator.identity.addresses import Address
from salesforce_emulator.identity.scopes import LABELS

_CLAIMS: Final = (
    "active",
    "address",
    "email",
    "email_verified",
    "family_name",
    "given_name",
    "is_app_installed",
    "language",
    "locale",
    "name",
    "nickname",
    "organization_id",
    "phone_number",
    "phone_number_verified",
    "photos",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "urls",
    "user_id",
    "user_type",
    "zoneinfo",
)


def openid_configuration(address: Address) -> dict[str, Any]:
    """Return the body of `/.well-known/openid-configuration` at a host.

    The implicit flow and registration, which the local org does not offer, are left out.
    """
    oauth = f"{address.base}/services/oauth2"
    return {
        "issuer": address.base,
        "authorization_endpoint": f"{oauth}/authorize",
        "token_endpoint": f"{oauth}/token",
        "revocation_endpoint": f"{oauth}/revoke",
        "userinfo_endpoint": f"{oauth}/userinfo",
        "jwks_uri": f"{address.base}/id/keys",
        "introspection_endpoint": f"{oauth}/introspect",
        "scopes_supported": [*LABELS, "offline_access"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "display_values_supported": ["page", "popup", "touch"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
            "private_key_jwt",
        ],
        "claims_supported": list(_CLAIMS),
    }


def auth_configuration(address: Address, org_id: str) -> dict[str, Any]:
    """Return the body of `/.well-known/auth-configuration`, which My Domain hosts have."""
    return {
        "OrgId": org_id,
        "Url": address.my_domain,
        "LoginPage": {
            "LoginPageType": "Standard",
            "LoginPageUrl": f"{address.my_domain}/",
            "UsernamePasswordEnabled": True,
        },
        "AuthProviders": [],
        "SamlProviders": [],
        "MobileSDK": {
            "UseAndroidNativeBrowserForAuthentication": False,
            "UseiOSNativeBrowserForAuthentication": False,
        },
    }
