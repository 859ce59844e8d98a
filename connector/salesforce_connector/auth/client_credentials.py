"""Sign in as the app itself, which acts as its Run As user: OAuth 2.0 client credentials.

Only the org's own My Domain serves this flow; it takes no scope and gives no refresh token: a new
access token is asked for in the same way as the first.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
"""

from typing import Final

import httpx
from pydantic import Field, model_validator

from salesforce_connector.auth import my_domain, tokens
from salesforce_connector.auth.settings import ConsumerKey, OrgSettings, Secret
from salesforce_connector.errors import Rejected

NAME: Final = "client_credentials"


class Settings(OrgSettings):
    """Settings of the client credentials method."""

    consumer_key: ConsumerKey
    consumer_secret: Secret = Field(
        title="Consumer Secret (Client Secret)",
        description="Proves the app to Salesforce. It stands beside the consumer key in Setup.",
        examples=["1955279925675241571"],
        min_length=1,
    )

    @model_validator(mode="after")
    def _check_own_domain(self) -> "Settings":
        if my_domain.is_login_host(self.base_url):
            raise Rejected(
                "login.salesforce.com and test.salesforce.com do not serve client credentials.",
                code="INVALID_MY_DOMAIN",
                remedy="Give the org's own address, as Setup > My Domain shows it.",
                fields=("my_domain_url",),
            )
        return self


def refresh_request(settings: Settings, credentials: tokens.Credentials) -> httpx.Request:  # noqa: ARG001
    """Give the request that gets an access token; the first and every later one are alike."""
    return tokens.request(
        settings.base_url,
        grant_type="client_credentials",
        client_id=settings.consumer_key,
        client_secret=settings.consumer_secret.get_secret_value(),
    )
