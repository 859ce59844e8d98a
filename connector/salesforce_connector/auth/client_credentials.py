"""Act as the app itself, with its Run As user: OAuth 2.0 client credentials.

Only the org's own My Domain serves this flow; it accepts no scope and issues no refresh token:
every access token is requested like the first.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
"""

from typing import Final

from pydantic import Field, model_validator

from salesforce_connector.auth import my_domain, tokens
from salesforce_connector.auth.grants import CLIENT_CREDENTIALS
from salesforce_connector.auth.method import GuideTexts, Method
from salesforce_connector.auth.setting_types import ConsumerKey, RequiredSecret
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.errors import Rejected

NAME: Final = "client_credentials"


class Settings(OrgSettings):
    """Settings of the client credentials method."""

    consumer_key: ConsumerKey
    consumer_secret: RequiredSecret = Field(
        title="Consumer Secret (Client Secret)",
        description="Proves the app to Salesforce. Setup shows it beside the consumer key.",
        examples=["1955279925675241571"],
    )

    @model_validator(mode="after")
    def _check_own_domain(self) -> "Settings":
        if my_domain.is_login_host(self.base_url):
            host = self.base_url.removeprefix("https://")
            raise Rejected(
                f"{host} does not serve client credentials.",
                code="INVALID_MY_DOMAIN",
                remedy="Enter the org's own address, as Setup > My Domain shows it, for example "
                "https://acme.my.salesforce.com.",
                fields=("my_domain_url",),
            )
        return self


def refresh_request(
    settings: Settings,
    credentials: tokens.Credentials,  # noqa: ARG001 - as every method has it
) -> tokens.TokenRequest:
    """Make the request for an access token; the first and every later one are alike."""
    return tokens.request(
        settings.base_url,
        grant_type="client_credentials",
        client_id=settings.consumer_key,
        client_secret=settings.consumer_secret.get_secret_value(),
    )


METHOD: Final = Method(
    name=NAME,
    kind="oauth2_client_credentials",
    title="Sign in as the app (OAuth client credentials)",
    description="The app authenticates itself; calls are made as its Run As user.",
    settings=Settings,
    grant=CLIENT_CREDENTIALS,
    refresh_request=refresh_request,
    guide=GuideTexts(
        heading="Sign in as the app (OAuth client credentials)",
        about=(
            "No person signs in. All that runs on this connection acts as the app's **Run As "
            "user**, whom an administrator chooses once."
        ),
        user=(
            "The user who is named in the app's policies. What that user may not see or change, "
            "no workflow can, and records that workflows create are that user's."
        ),
        user_heading="Who is the Run As user",
    ),
)
