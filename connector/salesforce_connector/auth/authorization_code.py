"""Sign in as a person, through the browser: OAuth 2.0 authorization code with PKCE.

PKCE (S256) is always used: an app that requires it and one that does not both take it. A consumer
secret is sent only when there is one, so that an app of either kind can be used.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
"""

import base64
import hashlib
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

import httpx
from pydantic import Field, SecretStr

from salesforce_connector.auth import my_domain, remedies, tokens
from salesforce_connector.auth.authorization_state import Pending, place_of
from salesforce_connector.auth.settings import ConsumerKey, OrgSettings, Secret
from salesforce_connector.errors import Rejected, Unauthorized
from salesforce_connector.form_hints import hints

NAME: Final = "authorization_code"


class Settings(OrgSettings):
    """Settings of the authorization code method."""

    consumer_key: ConsumerKey
    consumer_secret: Secret = Field(
        default=SecretStr(""),
        title="Consumer Secret (Client Secret)",
        description=(
            "Leave empty for an app that requires no secret (a public client). It stands beside the"
            " consumer key in Setup."
        ),
        examples=["1955279925675241571"],
        json_schema_extra=hints(visibility="important"),
    )
    scopes: tuple[str, ...] = Field(
        default=("api", "refresh_token"),
        title="OAuth scopes",
        description=(
            "What the app asks for; each must be selected in the app. `refresh_token` keeps the "
            "connection alive without the person."
        ),
        examples=[["api", "refresh_token"], ["api", "web", "refresh_token"]],
        min_length=1,
        json_schema_extra=hints(widget="tags", visibility="advanced", group="API"),
    )


def begin(settings: Settings, redirect_uri: str) -> tuple[str, dict[str, Any]]:
    """Give the URL where the person signs in and consents, and what `finish` needs afterwards.

    Args:
        settings: The connection's.
        redirect_uri: Must equal a callback URL of the app to the character.
    """
    openid = "openid" in settings.scopes
    pending = Pending.begin(redirect_uri=redirect_uri, place=_place(settings), openid=openid)
    query = {
        "response_type": "code",
        "client_id": settings.consumer_key,
        "redirect_uri": redirect_uri,
        "scope": " ".join(settings.scopes),
        "state": pending.state,
        "code_challenge": _s256(pending.code_verifier),
        "code_challenge_method": "S256",
    }
    if openid:
        query["nonce"] = pending.nonce
    return f"{settings.base_url}/services/oauth2/authorize?{urlencode(query)}", pending.dump()


def finish(settings: Settings, pending: Pending, callback_url: str) -> httpx.Request:
    """Read the URL that the browser came back to; give the request that exchanges its code.

    Raises:
        Rejected: The state is another sign-in's, it is too late, or the URL holds no code.
        Unauthorized: The person or the app's policies said no.
    """
    url, _, query = callback_url.partition("#")[0].partition("?")
    answer = {name: values[-1] for name, values in parse_qs(query).items()}
    error, description = answer.get("error", ""), answer.get("error_description", "")
    if error and "state" not in answer and my_domain.trusted_url(url, local_org=False):
        # Not a callback: somebody has pasted the address of Salesforce's own page of errors.
        raise remedies.refusal(error, description, method=NAME)
    pending.check_return(answer.get("state", ""), _place(settings))
    if error:
        raise remedies.refusal(error, description, method=NAME)
    if "code" not in answer:
        raise Rejected(
            "The callback holds neither a code nor an error.",
            code="NO_CODE",
            remedy="Start the sign-in again; do not change the address the browser comes back to.",
        )
    return tokens.request(
        settings.base_url,
        grant_type="authorization_code",
        code=answer["code"],
        client_id=settings.consumer_key,
        client_secret=settings.consumer_secret.get_secret_value(),
        redirect_uri=pending.redirect_uri,
        code_verifier=pending.code_verifier,
    )


def refresh_request(settings: Settings, credentials: tokens.Credentials) -> httpx.Request:
    """Give the request that gets a new access token without the person.

    Raises:
        Unauthorized: There is no refresh token to get one with.
    """
    if credentials.refresh_token is None:
        raise Unauthorized(
            "The session has ended and there is no refresh token to renew it with.",
            code="NO_REFRESH_TOKEN",
            remedy=(
                'Select the scope "Perform requests at any time (refresh_token, offline_access)" '
                "in the app, then sign in again."
            ),
        )
    return tokens.request(
        settings.base_url,
        grant_type="refresh_token",
        refresh_token=credentials.refresh_token.get_secret_value(),
        client_id=settings.consumer_key,
        client_secret=settings.consumer_secret.get_secret_value(),
    )


def _place(settings: Settings) -> str:
    return place_of(NAME, settings.base_url, settings.consumer_key)


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
