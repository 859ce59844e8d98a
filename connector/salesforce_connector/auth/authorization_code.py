"""Act as a person who signs in at the browser: OAuth 2.0 authorization code with PKCE.

PKCE (S256) is always used: an app that requires it and one that does not both accept it. A consumer
secret is sent only when there is one, so that apps of either kind can be used.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
"""

import base64
import hashlib
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import Field, SecretStr, field_validator

from salesforce_connector.auth import my_domain, oauth_error_lookup, scopes, tokens
from salesforce_connector.auth.authorization_state import AuthorizationState, digest_of
from salesforce_connector.auth.grants import CODE, REFRESH
from salesforce_connector.auth.method import GuideTexts, Method
from salesforce_connector.auth.setting_types import ConsumerKey, OptionalSecret
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.errors import Rejected, Unauthorized
from salesforce_connector.forms.hints import hints

NAME: Final = "authorization_code"


class Settings(OrgSettings):
    """Settings of the authorization code method."""

    consumer_key: ConsumerKey
    consumer_secret: OptionalSecret = Field(
        default=SecretStr(""),
        title="Consumer Secret (Client Secret)",
        description=(
            "Setup shows it beside the consumer key. Leave it empty for an app that requires no "
            "secret (a public client)."
        ),
        examples=["1955279925675241571"],
        json_schema_extra=hints(visibility="important"),
    )
    scopes: tuple[str, ...] = Field(
        default=("api", "refresh_token"),
        title="OAuth scopes",
        description=(
            "What the connection may do with the app; each scope must be selected in the app. "
            "`refresh_token` keeps the connection working without the person."
        ),
        examples=[["api", "refresh_token"], ["api", "web", "refresh_token"]],
        min_length=1,
        json_schema_extra=hints(widget="tags", visibility="advanced", group="API"),
    )

    @field_validator("scopes", mode="before")
    @classmethod
    def _normalize_scopes(cls, value: object) -> object:
        return scopes.normalize(value)


def begin(settings: Settings, redirect_uri: str) -> tuple[str, AuthorizationState]:
    """Make the address where the person signs in and consents, and the state to keep until then.

    Args:
        settings: The connection's.
        redirect_uri: Must equal a callback URL of the app to the character.
    """
    openid = "openid" in settings.scopes
    state = AuthorizationState.begin(
        redirect_uri=redirect_uri,
        begun_for=_digest(settings),
        client_id=settings.consumer_key,
        openid=openid,
    )
    query = {
        "response_type": "code",
        "client_id": settings.consumer_key,
        "redirect_uri": redirect_uri,
        "scope": " ".join(settings.scopes),
        "state": state.state,
        "code_challenge": _s256(state.code_verifier),
        "code_challenge_method": "S256",
    }
    if openid:
        query["nonce"] = state.nonce
    return f"{settings.base_url}/services/oauth2/authorize?{urlencode(query)}", state


def finish(settings: Settings, state: AuthorizationState, callback_url: str) -> tokens.TokenRequest:
    """Read the callback URL of the browser; return the request that exchanges its code.

    Raises:
        Rejected: The state is another sign-in's, it is too late, or the address has no code.
        Unauthorized, Forbidden: The person or the app's policies refused.
    """
    code = _code_of(settings, state, callback_url)
    return tokens.request(
        settings.base_url,
        grant_type="authorization_code",
        code=code,
        client_id=settings.consumer_key,
        client_secret=settings.consumer_secret.get_secret_value(),
        redirect_uri=state.redirect_uri,
        code_verifier=state.code_verifier,
    )


def _code_of(settings: Settings, state: AuthorizationState, callback_url: str) -> str:
    """Return the authorization code of a callback; raise its error if it has one."""
    try:
        parts = urlsplit(callback_url.strip())
    except ValueError:
        parts = urlsplit("")
    query, fragment = (
        {name.lower(): value for name, value in parse_qsl(text)}
        for text in (parts.query, parts.fragment.rpartition("?")[2])
    )
    error, description = oauth_error_lookup.error_in(query)
    if not error:
        error, description = oauth_error_lookup.error_in(fragment)
    returned = query.get("state") or (fragment.get("state", "") if error else "")
    local_org = settings.local_org
    if error and not returned and my_domain.trusted_url(callback_url.strip(), local_org=local_org):
        # Not a callback: somebody has pasted the address of Salesforce's own error page.
        raise oauth_error_lookup.from_oauth(error, description, grant=CODE)
    state.check_return(returned, _digest(settings))
    if error:
        raise oauth_error_lookup.from_oauth(error, description, grant=CODE)
    if not query.get("code"):
        raise Rejected(
            "The callback has neither a code nor an error.",
            code="NO_CODE",
            remedy=(
                "Start the sign-in again, and do not change the address in the browser after "
                "the redirect."
            ),
        )
    return query["code"]


def refresh_request(settings: Settings, credentials: tokens.Credentials) -> tokens.TokenRequest:
    """Make the request for a new access token, without the person.

    Raises:
        Unauthorized: There is no refresh token.
    """
    if credentials.refresh_token is None:
        raise Unauthorized(
            "The session has expired, and there is no refresh token to get a new one with.",
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


def _digest(settings: Settings) -> str:
    return digest_of(NAME, settings.base_url, settings.consumer_key)


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


METHOD: Final = Method(
    name=NAME,
    kind="oauth2_authorization_code",
    title="Sign in as a person (OAuth)",
    description="A person signs in to Salesforce in the browser; calls are made as that person.",
    settings=Settings,
    grant=REFRESH,
    refresh_request=refresh_request,
    guide=GuideTexts(
        heading="Sign in as a person (OAuth authorization code)",
        about=(
            "A person signs in to Salesforce in the browser. All that runs on this connection acts "
            "as that person, until somebody revokes the authorization."
        ),
        user=(
            "The person who presses **Allow**. What that person may not see or change, no workflow "
            "can. Many teams create a user for it, so that workflows do not stop when somebody "
            "leaves."
        ),
        user_heading="Who is the user that calls are made as",
        browser=True,
    ),
    begin=begin,
    finish=finish,
)
