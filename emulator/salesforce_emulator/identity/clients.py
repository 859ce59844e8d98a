"""Which app is asking, and does it prove it: secret in the body, Basic, or a signed assertion.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import unquote_plus

from salesforce_emulator.identity.addresses import Address
from salesforce_emulator.identity.apps import App
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.jwt import Malformed, verified_claims

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Client:
    """The app that asks.

    Attributes:
        proven: It sent its secret or an assertion, and that was right.
        status: HTTP status for missing proof: 401 when Basic was used, else 400.
    """

    app: App
    proven: bool
    status: int

    def require_proof(self) -> None:
        """Refuse an app that did not prove who it is.

        Raises:
            IdentityError: CLIENT_SECRET_WRONG.
        """
        if not self.proven:
            raise IdentityError(ErrorReason.CLIENT_SECRET_WRONG, status=self.status)


def read_client(
    identity: Identity, form: Mapping[str, str], authorization: str | None, address: Address
) -> Client:
    """Return which app sends a form. A secret that is sent is checked, needed or not.

    Raises:
        IdentityError: PARAMETER_MISSING, CLIENT_UNKNOWN, APP_BLOCKED or CLIENT_SECRET_WRONG.
    """
    basic = _basic(authorization)
    key, secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
    if not key:
        raise IdentityError(ErrorReason.PARAMETER_MISSING, "client_id")
    app = identity.app_at(key, address)
    status = 400 if basic is None else 401
    if form.get("client_id", key) != key:
        raise IdentityError(ErrorReason.CLIENT_SECRET_WRONG, status=status)
    if secret:
        if not compare_digest(secret.encode(), (app.consumer_secret or "").encode()):
            raise IdentityError(ErrorReason.CLIENT_SECRET_WRONG, status=status)
        return Client(app, proven=True, status=status)
    if form.get("client_assertion"):
        _check_assertion(identity, app, form, address)
        return Client(app, proven=True, status=status)
    return Client(app, proven=False, status=status)


def meant_for(claims: Mapping[str, Any], address: Address, *, sandbox: bool) -> bool:
    """Return whether an assertion's audience is the login host or a host of the org."""
    login = "https://test.salesforce.com" if sandbox else "https://login.salesforce.com"
    audiences = (login, address.base, address.my_domain, address.identity)
    return claims.get("aud") in (*audiences, *(f"{url}/services/oauth2/token" for url in audiences))


def expiry_of(claims: Mapping[str, Any]) -> int:
    """Return the `exp` of an assertion; 0, which is past, when it is no whole number."""
    expires = claims.get("exp")
    return expires if isinstance(expires, int) else 0


def _basic(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = b64decode(value.strip(), validate=True).decode()
    except (NotBase64, ValueError) as exc:
        raise IdentityError(ErrorReason.CLIENT_SECRET_WRONG, status=401) from exc
    key, _, secret = text.partition(":")
    return unquote_plus(key), unquote_plus(secret)


def _check_assertion(
    identity: Identity, app: App, form: Mapping[str, str], address: Address
) -> None:
    wrong = IdentityError(ErrorReason.CLIENT_SECRET_WRONG)
    if app.public_key is None or form.get("client_assertion_type") != ASSERTION_TYPE:
        raise wrong
    try:
        claims = verified_claims(form["client_assertion"], app.public_key)
    except Malformed as exc:
        raise wrong from exc
    if claims.get("iss") != app.consumer_key or claims.get("sub") != app.consumer_key:
        raise wrong
    if not meant_for(claims, address, sandbox=identity.sandbox):
        raise wrong
    if expiry_of(claims) <= identity.org.clock.now().timestamp():
        raise wrong
