"""The credentials of a connection, and the requests that get and revoke tokens.

What the token endpoint responds is read in `token_response`.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from salesforce_connector.errors import Unauthorized
from salesforce_connector.response import Response

_ORG_ID = r"/id/(00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?)/"

TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
REVOKE_PATH = "/services/oauth2/revoke"
INTROSPECTION_PATH = "/services/oauth2/introspect"


class Credentials(BaseModel):
    """What a connection keeps of the responses of the token endpoint.

    Attributes:
        access_token: Opaque; None before the first response.
        refresh_token: None when the app grants none.
        instance_url: Base of all API calls, without a slash at its end.
        id: Identity URL of the user: `https://<host>/id/<org id>/<user id>`.
        scope: Scopes granted, separated by spaces; empty when the response has none.
        former_org_id: Of the org before a refresh brought another one; None when none did.
        audience: That a signed request was accepted with, where it is not the login host.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    access_token: SecretStr | None = None
    refresh_token: SecretStr | None = None
    instance_url: str = ""
    id: str = ""
    scope: str = ""
    former_org_id: str | None = None
    audience: str | None = None

    @property
    def org_id(self) -> str:
        """Of the org, as the identity URL has it; empty when it is unknown."""
        match = re.search(_ORG_ID, self.id)
        return match[1] if match else ""

    @property
    def bearer(self) -> str | None:
        """The access token as it goes into a header; None before the first response."""
        return self.access_token.get_secret_value() if self.access_token else None

    def without_tokens(self) -> "Credentials":
        """Return a copy that names user and org alone."""
        return self.model_copy(update={"access_token": None, "refresh_token": None})

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Credentials":
        """Read what `dump` gave; None is the same as empty.

        Raises:
            Unauthorized: What is stored are no credentials of this connector's.
        """
        try:
            return cls.model_validate(dict(stored or {}))
        except (ValidationError, TypeError, ValueError):
            # What went wrong may quote a token, and so does this frame.
            del stored
            raise Unauthorized(
                "The stored credentials cannot be read.",
                code="CREDENTIALS_DAMAGED",
                remedy="Sign in again.",
            ) from None

    def dump(self) -> dict[str, Any]:
        """Return all of it as plain JSON, secrets included, for the host to seal."""
        values = self.model_dump(exclude_none=True)
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in values.items()
        }


class TokenRequest(NamedTuple):
    """A form posted to the sign-in service.

    Attributes:
        base_url: Scheme and host.
        path: Of the endpoint.
        form: What is sent; secrets among it, so no repr shows it.
        bearer: Access token for the header; None for a request without one.
    """

    base_url: str
    path: str
    form: Mapping[str, str]
    bearer: SecretStr | None = None

    def __repr__(self) -> str:
        return f"TokenRequest({self.base_url!r}, {self.path!r})"

    @property
    def content(self) -> bytes:
        """The body, of the type `application/x-www-form-urlencoded`."""
        return urlencode(self.form).encode()


def request(base_url: str, **form: str) -> TokenRequest:
    """Return the request to the token endpoint; what is empty in the form is left out."""
    return TokenRequest(
        base_url, TOKEN_PATH, {name: value for name, value in form.items() if value}
    )


def introspection(base_url: str, token: str) -> TokenRequest:
    """Return the request that asks when an access token expires."""
    form = {"token": token, "token_type_hint": "access_token"}
    return TokenRequest(base_url, INTROSPECTION_PATH, form, SecretStr(token))


def revocations(base_url: str, credentials: Credentials) -> Iterator[TokenRequest]:
    """Yield the requests that end an authorization at Salesforce; none when there is none.

    Revoking a refresh token revokes its access tokens too, unless it was revoked before.
    """
    for token in (credentials.refresh_token, credentials.access_token):
        if token is not None:
            yield TokenRequest(base_url, REVOKE_PATH, {"token": token.get_secret_value()})


def is_revoked(response: Response) -> bool:
    """Return whether the token is invalid after the response to one of `revocations`."""
    return response.status_code == 200 or (
        response.status_code == 400 and "invalid_token" in response.text
    )
