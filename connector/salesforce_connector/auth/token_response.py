"""Reads what the token endpoint responds: credentials, or an error by its cause.

Salesforce sends no `expires_in`: a token is valid until a call returns 401.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_core import from_json

from salesforce_connector.auth import my_domain, oauth_error_lookup
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import (
    BadReply,
    ConnectorError,
    Forbidden,
    RateLimited,
    Rejected,
    Unavailable,
)
from salesforce_connector.errors import body as error_body
from salesforce_connector.errors import table as error_table
from salesforce_connector.response import Response

_MAX_TOKEN: Final = 16_384  # characters; a JWT access token has 2,000 or so
_MAX_CODE: Final = 100  # characters

_MY_DOMAIN: Final = "Enter the org's address as Setup > My Domain shows it."
_KEPT: Final = "Try again in a minute. The authorization is still valid."


def read(response: Response, before: Credentials, settings: OrgSettings, grant: str) -> Credentials:
    """Read the response to a token request; values that it omits stay as they were.

    The instance that it names is not checked yet: see `require_trusted`.

    Args:
        response: Of the token endpoint, its body read.
        before: Empty for a first sign-in.
        settings: Of the connection.
        grant: Grant type of the request, as in `oauth_errors.oauth_error`.

    Raises:
        Unauthorized: The authorization is gone.
        Unavailable: The endpoint is down; the credentials are as good as they were.
        Rejected, Forbidden: A setting is wrong, in the connection or in Salesforce.
        BadReply: It is 200 without a token.
    """
    if response.status_code != 200:
        raise error_of(response, settings, grant)
    body = _json_object(response)
    token, rotated = _token(body.get("access_token")), _token(body.get("refresh_token"))
    if token is None:
        raise BadReply(
            "The token endpoint's response has no access token.",
            code="NO_ACCESS_TOKEN",
            status=response.status_code,
            remedy="Look for a proxy or sign-in page between this machine and Salesforce.",
            sent=True,
        )
    issued = Credentials(
        access_token=token,
        refresh_token=rotated or before.refresh_token,
        instance_url=str(body.get("instance_url") or before.instance_url),
        id=_text(body.get("id")) or before.id,
        scope=_text(body.get("scope")) or before.scope,
        former_org_id=before.former_org_id,
        audience=before.audience,
    )
    if issued.org_id and before.org_id and issued.org_id != before.org_id:
        issued = issued.model_copy(update={"former_org_id": before.org_id})
    return issued


def require_trusted(issued: Credentials, settings: OrgSettings) -> Credentials:
    """Make sure that the instance that a response named is a host of Salesforce's.

    Raises:
        BadReply: It is not; no token is sent there.
    """
    if not issued.instance_url:
        return issued
    base = my_domain.trusted_url(issued.instance_url, local_org=settings.local_org)
    if base is None:
        raise BadReply(
            "The token endpoint named an instance that is not a Salesforce host.",
            code="UNTRUSTED_INSTANCE",
            remedy="No token was sent there. Check the My Domain URL.",
            sent=True,
        )
    return issued.model_copy(update={"instance_url": base})


def accept(response: Response, settings: OrgSettings, grant: str) -> Credentials:
    """Read the response to a first sign-in; see `read` and `require_trusted` for errors."""
    return require_trusted(read(response, Credentials(), settings, grant), settings)


def id_token(response: Response) -> object:
    """Return the id token of a response that was read, None when there is none."""
    return _json_object(response).get("id_token")


def error_of(response: Response, settings: OrgSettings, grant: str) -> ConnectorError:
    """Make the error for a response that is not 200, by its cause."""
    error = _error_by_cause(response, settings, grant)
    error.session_problem = "no_token"
    return error


def _error_by_cause(response: Response, settings: OrgSettings, grant: str) -> ConnectorError:
    status, body = response.status_code, _json_object(response)
    error, description = _text(body.get("error")), _text(body.get("error_description"))
    if _is_outage(status):
        return _outage(response, error)
    if error:
        return oauth_error_lookup.from_oauth(error, description, status=status, grant=grant)
    if _is_of_rest(response):  # such as API_DISABLED_FOR_ORG
        return error_table.from_response(response, safe=True)
    on_page = oauth_error_lookup.from_page(response.text, status=status, grant=grant)
    return on_page or _by_status(response, settings)


def _is_outage(status: int) -> bool:
    return status in (408, 420, 425, 429) or (status >= 500 and status not in (501, 511))


def _outage(response: Response, error: str) -> ConnectorError:
    kind = RateLimited if response.status_code == 429 else Unavailable
    return kind(
        f"Salesforce's sign-in service responded {response.status_code}.",
        code=error.upper()[:_MAX_CODE] or "TOKEN_ENDPOINT_DOWN",
        status=response.status_code,
        retry_after=error_body.parse(response).retry_after,
        remedy=_KEPT,
    )


def _by_status(response: Response, settings: OrgSettings) -> ConnectorError:
    """Make the error for a response that is not of OAuth's: a redirect, a page of a firewall."""
    status = response.status_code
    host = urlsplit(settings.base_url).netloc
    match status:
        case 301 | 302 | 303 | 307 | 308:
            return _redirect(response, settings)
        case 401 | 403 | 451:
            return Forbidden(
                f"The token request to {host} was blocked ({status}), probably by a firewall, a "
                "proxy or a gateway in between.",
                code="TOKEN_REQUEST_BLOCKED",
                status=status,
                remedy=(
                    f"Ask a network administrator to allow HTTPS requests to {host}. Without "
                    "a firewall or proxy in between, check the My Domain URL."
                ),
            )
        case 407:
            return Forbidden(
                "The proxy requires a user and a password, or refused the ones that were sent.",
                code="PROXY_AUTHENTICATION_REQUIRED",
                status=status,
                remedy="Correct them in HTTPS_PROXY, in the environment of this machine.",
            )
        case 511:
            return Forbidden(
                "The network of this machine requires a sign-in (511).",
                code="NETWORK_SIGN_IN_REQUIRED",
                status=status,
                remedy=(
                    "Sign in to the network, or ask its administrator to allow this machine's "
                    "requests."
                ),
            )
        case 404 | 405 | 410:
            return Rejected(
                f"No Salesforce org answers at {host} ({status}): its address has changed, or the "
                "My Domain URL is wrong.",
                code="NO_ORG_AT_ADDRESS",
                status=status,
                remedy=_MY_DOMAIN,
                fields=("my_domain_url",),
            )
        case _:
            return Rejected(
                f"{host} refused the token request ({status}) without a reason.",
                code="TOKEN_REQUEST_REFUSED",
                status=status,
                remedy=f"{_MY_DOMAIN} Look for a proxy between this machine and Salesforce.",
                fields=("my_domain_url",),
            )


def _is_of_rest(response: Response) -> bool:
    """Return whether an error has the form of the REST API's."""
    try:
        body = from_json(response.content)
    except ValueError:
        return False
    item = body[0] if isinstance(body, list) and body else body
    return isinstance(item, dict) and bool(_text(item.get("errorCode")))


def _redirect(response: Response, settings: OrgSettings) -> ConnectorError:
    new = my_domain.trusted_url(response.headers.get("location", ""), local_org=settings.local_org)
    if new is not None and new != settings.base_url:
        message = f"Your org's address is now {new}."
        remedy = f"Enter {new} as the My Domain URL."
    else:
        message = (
            f"{urlsplit(settings.base_url).netloc} redirects the token request "
            f"({response.status_code}), which Salesforce's sign-in service does not do."
        )
        remedy = f"{_MY_DOMAIN} Look for a proxy or sign-in page between this machine and it."
    return Rejected(
        message,
        code="ORG_ADDRESS_CHANGED",
        status=response.status_code,
        remedy=remedy,
        fields=("my_domain_url",),
    )


class _Fields(dict[str, Any]):
    """What a response holds: there are tokens in it, so its repr shows nothing."""

    def __repr__(self) -> str:
        return f"<{len(self)} fields>"


def _token(value: object) -> SecretStr | None:
    """Return a token that can go into a header; None for anything else."""
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_TOKEN:
        return None
    return SecretStr(value) if value.isascii() and value.isprintable() else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _json_object(response: Response) -> Mapping[str, Any]:
    try:
        body = from_json(response.content)
    except ValueError:
        return _Fields()
    return _Fields(body if isinstance(body, dict) else {})
