"""Token requests and answers: what goes to the token endpoint, and what is kept of its reply.

Salesforce sends no `expires_in`: a token is good until a 401 says otherwise.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
"""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic_core import from_json

from salesforce_connector.auth import my_domain, remedies
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.errors import BadReply, ConnectorError, Unauthorized, Unavailable
from salesforce_connector.response import Response

TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
REVOKE_PATH = "/services/oauth2/revoke"


class Credentials(BaseModel):
    """What a connection keeps of token answers, newest first.

    Attributes:
        access_token: Opaque; None before the first answer.
        refresh_token: None when the app grants none.
        instance_url: Base of all API calls, without a slash at its end.
        id: Identity URL of the user: `https://<host>/id/<org id>/<user id>`.
        scope: Scopes granted, separated by spaces; empty when the answer did not say.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    access_token: SecretStr | None = None
    refresh_token: SecretStr | None = None
    instance_url: str = ""
    id: str = ""
    scope: str = ""

    @property
    def bearer(self) -> str | None:
        """The access token as it goes into a header; None before the first answer."""
        return self.access_token.get_secret_value() if self.access_token else None

    def without_tokens(self) -> "Credentials":
        """Give who and where alone."""
        return self.model_copy(update={"access_token": None, "refresh_token": None})

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Credentials":
        """Read what `dump` wrote; what does not fit is treated as not there.

        Raises:
            Unauthorized: What is stored is not a sign-in of ours.
        """
        try:
            return cls.model_validate(dict(stored))
        except ValidationError as exc:
            raise Unauthorized(
                "The stored sign-in cannot be read.",
                code="CREDENTIALS_DAMAGED",
                remedy="Sign in again.",
            ) from exc

    def dump(self) -> dict[str, Any]:
        """Give all of it as plain JSON, secrets included, for the host to seal."""
        found = self.model_dump(exclude_none=True)
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in found.items()
        }


def request(base_url: str, **form: str) -> httpx.Request:
    """Give the request to the token endpoint; what is empty in the form is left out."""
    return httpx.Request(
        "POST",
        base_url + TOKEN_PATH,
        data={name: value for name, value in form.items() if value},
        headers={"Accept": "application/json"},
    )


def read(response: Response, before: Credentials, method: str) -> Credentials:
    """Read the token endpoint's answer to a sign-in; what it omits is kept from before.

    The instance that it names is not judged yet: see `trusted`.

    Raises:
        Unauthorized: The grant is not good; a person must act.
        Unavailable: The endpoint is down; the credentials are as good as they were.
        BadReply: It answers 200 without a token.
    """
    body = _json_object(response)
    if response.status_code != 200:
        raise refusal(response.status_code, body, response.text, method)
    token, kept = body.get("access_token"), body.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise BadReply(
            "The token endpoint answered without an access token.",
            code="NO_ACCESS_TOKEN",
            status=response.status_code,
            remedy="Look for a proxy or sign-in page between here and Salesforce.",
            sent=True,
        )
    return Credentials(
        access_token=SecretStr(token),
        refresh_token=SecretStr(str(kept)) if kept else before.refresh_token,
        instance_url=str(body.get("instance_url") or before.instance_url),
        id=str(body.get("id") or before.id),
        scope=str(body.get("scope") or before.scope),
    )


def trusted(given: Credentials, settings: OrgSettings) -> Credentials:
    """Hold the instance that an answer named to Salesforce's own hosts.

    Raises:
        BadReply: It is none of them; no token goes there.
    """
    if not given.instance_url:
        return given
    base = my_domain.trusted_url(given.instance_url, local_org=settings.local_org)
    if base is None:
        raise BadReply(
            "The token endpoint named an instance that is not a Salesforce host.",
            code="UNTRUSTED_INSTANCE",
            remedy="No token was sent there. Check the My Domain URL.",
            sent=True,
        )
    return given.model_copy(update={"instance_url": base})


def accept(response: Response, settings: OrgSettings, method: str) -> Credentials:
    """Read the answer to a first sign-in; see `read` and `trusted` for what they raise."""
    return trusted(read(response, Credentials(), method), settings)


def id_token(response: Response) -> object:
    """Give the id token of an answer that was read, None when there is none."""
    return _json_object(response).get("id_token")


def revocations(base_url: str, credentials: Credentials) -> Iterator[httpx.Request]:
    """Give the requests that end a sign-in at Salesforce; none when there is nothing to end.

    A refresh token takes its access tokens with it; but one that was dead already, nothing.
    """
    for token in (credentials.refresh_token, credentials.access_token):
        if token is not None:
            form = {"token": token.get_secret_value()}
            yield httpx.Request("POST", base_url + REVOKE_PATH, data=form)


def is_revoked(response: Response) -> bool:
    """Whether the token is dead after the answer to `revocation`; one dead before counts."""
    return response.status_code == 200 or (
        response.status_code == 400 and "invalid_token" in response.text
    )


def refusal(
    status: int, body: Mapping[str, Any], text: str = "", method: str = ""
) -> ConnectorError:
    """Give the error for a refused token request, with its remedy.

    Args:
        status: HTTP status.
        body: The answer's JSON, empty when it is none.
        text: The answer as it is: Salesforce may say the cause on a page for people.
        method: Of the sign-in; empty when that is not known.
    """
    error, description = str(body.get("error", "")), str(body.get("error_description", ""))
    told = None if error else remedies.on_page(text, status=status, method=method)
    if told is not None and status in (400, 401, 403):
        return told
    if status >= 500 or status in (420, 429) or not error:
        return Unavailable(
            f"The sign-in service answered {status}.",
            code=error.upper() or "TOKEN_ENDPOINT_DOWN",
            status=status,
            remedy="Try again in a minute; the sign-in itself is kept.",
        )
    return remedies.refusal(error, description, status=status, method=method)


def _json_object(response: Response) -> Mapping[str, Any]:
    try:
        body = from_json(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
