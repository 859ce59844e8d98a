"""Token introspection, RFC 7662.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oidc_token_introspection.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from salesforce_emulator.identity.addresses import Address
from salesforce_emulator.identity.apps import App
from salesforce_emulator.identity.authentication import find_caller
from salesforce_emulator.identity.clients import read_client
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.identity import Identity

INACTIVE: Final = {"active": False}


@dataclass(frozen=True, slots=True)
class _Token:
    """A live token.

    Attributes:
        kind: `access_token` or `refresh_token`.
        expires: None for a token that does not expire.
    """

    kind: str
    consumer_key: str
    user_id: str
    scopes: tuple[str, ...]
    issued: datetime
    expires: datetime | None


def introspect(
    identity: Identity, form: Mapping[str, str], authorization: str | None, address: Address
) -> dict[str, Any]:
    """Return the introspection of an app's own token.

    The app authenticates by its secret, or by an access token of its own in the header.

    Raises:
        IdentityError: PARAMETER_MISSING, CLIENT_UNKNOWN; CLIENT_SECRET_WRONG with 401.
    """
    caller_app = _authenticate_app(identity, form, authorization, address)
    token = form.get("token")
    if not token:
        raise IdentityError(ErrorReason.PARAMETER_MISSING, "token")
    return _describe_token(identity, caller_app, token, address)


def _authenticate_app(
    identity: Identity, form: Mapping[str, str], authorization: str | None, address: Address
) -> App:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        caller = find_caller(identity, token.strip())
        if caller is None or not caller.app_name:
            raise IdentityError(ErrorReason.CLIENT_SECRET_WRONG, status=401)
        return identity.apps[caller.app_name]
    try:
        client = read_client(identity, form, authorization, address)
        if client.app.consumer_secret is not None:
            client.require_proof()
    except IdentityError as exc:
        if exc.reason is ErrorReason.CLIENT_SECRET_WRONG:
            raise IdentityError(exc.reason, status=401) from exc
        raise
    return client.app


def _describe_token(
    identity: Identity, caller_app: App, token: str, address: Address
) -> dict[str, Any]:
    grant = identity.grants.find(token)
    if grant is not None:
        row, current = grant
        if not current or _foreign(caller_app, row.consumer_key):
            return INACTIVE
        values = (row.consumer_key, row.user_id, row.scopes, row.granted_at)
        return _body(identity, address, _Token("refresh_token", *values, expires=None))
    session = identity.sessions.find(token)
    if session is None or _foreign(caller_app, session.consumer_key):
        return INACTIVE
    values = (session.consumer_key, session.user_id, session.scopes, session.issued_at)
    return _body(identity, address, _Token("access_token", *values, expires=session.expires_at))


def _foreign(caller_app: App, consumer_key: str) -> bool:
    return caller_app.consumer_key != consumer_key and not caller_app.introspects_all_tokens


def _body(identity: Identity, address: Address, token: _Token) -> dict[str, Any]:
    user = identity.user(token.user_id)
    app = identity.apps.by_key(token.consumer_key)
    if user is None or not user.active or identity.logins[user.username].frozen:
        return INACTIVE
    if app is None or app.blocked:
        return INACTIVE
    times = {"iat": int(token.issued.timestamp()), "nbf": int(token.issued.timestamp())}
    if token.expires is not None:
        times = {"exp": int(token.expires.timestamp()), **times}
    return {
        "active": True,
        "scope": " ".join(token.scopes),
        "client_id": token.consumer_key,
        "username": user.username,
        "sub": f"{address.identity}/id/{identity.org.org_id}/{token.user_id}",
        "token_type": token.kind,
        **times,
    }
