"""Sign in as a user who approved the app beforehand, by a signed assertion: OAuth 2.0 JWT bearer.

No browser and no secret: the app holds a certificate, the connection its private key. It gives no
refresh token; a new access token is asked for in the same way as the first.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
"""

import re
import time
from typing import Final

import httpx
from pydantic import Field, SecretStr, field_validator

from salesforce_connector.auth import private_key, tokens
from salesforce_connector.auth.settings import ConsumerKey, OrgSettings, Secret
from salesforce_connector.form_hints import hints

NAME: Final = "jwt_bearer"

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME: Final = 180  # seconds; Salesforce takes three to five minutes

_OF_TESTS: Final = re.compile(r"//test\.salesforce\.com$|\.(sandbox|scratch)\.")


class Settings(OrgSettings):
    """Settings of the JWT bearer method."""

    consumer_key: ConsumerKey
    username: str = Field(
        title="Username",
        description="The user that runs act as; a username as in Setup > Users.",
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
        min_length=1,
        json_schema_extra=hints(widget="secret-multiline"),
    )

    @field_validator("private_key")
    @classmethod
    def _check_key(cls, given: SecretStr) -> SecretStr:
        pem = private_key.repair(given.get_secret_value())
        private_key.check(pem)
        return SecretStr(pem)


def audience(settings: OrgSettings) -> str:
    """Give whom an assertion is for: the login host of production or of tests."""
    if settings.local_org:
        return settings.base_url
    if _OF_TESTS.search(settings.base_url):
        return "https://test.salesforce.com"
    return "https://login.salesforce.com"


def refresh_request(settings: Settings, credentials: tokens.Credentials) -> httpx.Request:  # noqa: ARG001
    """Give the request that gets an access token; the first and every later one are alike."""
    claims = {
        "iss": settings.consumer_key,
        "sub": settings.username,
        "aud": audience(settings),
        "exp": int(time.time()) + LIFETIME,
    }
    assertion = private_key.sign(claims, settings.private_key.get_secret_value())
    return tokens.request(settings.base_url, grant_type=GRANT_TYPE, assertion=assertion)
