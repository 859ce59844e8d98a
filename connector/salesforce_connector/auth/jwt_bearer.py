"""Act as a user who approved the app beforehand, by a signed request: OAuth 2.0 JWT bearer.

No browser and no secret: the app holds a certificate, the connection its private key. There is no
refresh token; every access token is requested like the first.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
"""

import re
import time
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from salesforce_connector.auth import my_domain, private_key, tokens
from salesforce_connector.auth.grants import JWT_BEARER
from salesforce_connector.auth.method import GuideTexts, Method
from salesforce_connector.auth.setting_types import ConsumerKey, PastedText, Secret
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.errors import ConnectorError
from salesforce_connector.forms.hints import hints

NAME: Final = "jwt_bearer"

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME: Final = 180  # seconds; Salesforce accepts three to five minutes

# Hosts of sandboxes and scratch orgs; two hyphens part a sandbox's name from its org's.
_TEST_ORG: Final = re.compile(r"^test\.|\.(sandbox|scratch)\.|^[^.]+--[^.]+\.")


class Settings(OrgSettings):
    """Settings of the JWT bearer method."""

    consumer_key: ConsumerKey
    username: PastedText = Field(
        title="Username",
        description="The user that calls are made as; a username as in Setup > Users.",
        examples=["integration@acme.com"],
        min_length=1,
    )
    private_key: Secret = Field(
        title="Private key (PEM)",
        description=(
            "Belongs to the certificate that is uploaded to the app. RSA, 2048 bits or more, "
            "without a passphrase."
        ),
        examples=["-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"],
        json_schema_extra=hints(widget="secret-multiline"),
    )

    @field_validator("private_key")
    @classmethod
    def _check_key(cls, key: SecretStr) -> SecretStr:
        pem = private_key.repair(key.get_secret_value())
        private_key.check(pem)
        return SecretStr(pem)


def audience(settings: OrgSettings) -> str:
    """Return the audience of a signed request: the login host of production or of test orgs."""
    if settings.local_org:
        return settings.base_url
    host = urlsplit(settings.base_url).hostname or ""
    return my_domain.login_url(host, test=bool(_TEST_ORG.search(host)))


def refresh_request(settings: Settings, credentials: tokens.Credentials) -> tokens.TokenRequest:
    """Make the request for an access token, with the audience that was accepted last."""
    return _request(settings, credentials.audience or audience(settings))


def other_request(
    settings: Settings, credentials: tokens.Credentials, error: ConnectorError
) -> tuple[tokens.TokenRequest, tokens.Credentials] | None:
    """Make the request again with the other audience, if the error suggests that it may help.

    Orgs are reported that accept the login host alone, and others that accept their My Domain
    alone: External Client Apps are unknown at login.salesforce.com.
    """
    message = error.message.lower()
    unknown_app = "APP_NOT_FOUND" in error.code or "client app is not installed" in message
    if not (unknown_app or "audience" in message):
        return None
    used = credentials.audience or audience(settings)
    other = settings.base_url if used != settings.base_url else audience(settings)
    if other == used:
        return None
    return _request(settings, other), credentials.model_copy(update={"audience": other})


def _request(settings: Settings, audience: str) -> tokens.TokenRequest:
    claims = {
        "iss": settings.consumer_key,
        "sub": settings.username,
        "aud": audience,
        "exp": int(time.time()) + LIFETIME,
    }
    assertion = private_key.sign(claims, settings.private_key.get_secret_value())
    return tokens.request(settings.base_url, grant_type=GRANT_TYPE, assertion=assertion)


METHOD: Final = Method(
    name=NAME,
    kind="oauth2_jwt_bearer",
    title="Sign in with a private key (OAuth JWT bearer)",
    description="The connection signs in with a private key; calls are made as the user it names.",
    settings=Settings,
    grant=JWT_BEARER,
    refresh_request=refresh_request,
    guide=GuideTexts(
        heading="Sign in with a private key (OAuth JWT bearer)",
        about=(
            "No person signs in, and Salesforce stores no secret: the app has a certificate, this "
            "connection the private key that belongs to it. All that runs on the connection acts "
            "as the user that it names.\n\n"
            "It needs the package `PyJWT`: `pip install 'salesforce-connector[jwt]'`."
        ),
        user=(
            "The user whom this connection names, and whom the app's policies admit. What that "
            "user may not see or change, no workflow can."
        ),
        user_heading="Who is the user that calls are made as",
    ),
    other_request=other_request,
)
