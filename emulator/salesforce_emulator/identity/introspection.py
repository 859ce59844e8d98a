"""Token introspection, RFC 7662.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oidc_token_introspection.htm
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from salesforce_emulator.identity.addresses import Address
from salesforce_emulator.identity.apps import App
from salesforce_emulator.identity.authentication import find_caller
from salesforce_emulator.identity.clients import read_client
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.identity import Identity

INACTIVE: Final = {"active": False}


def introspect(
    identity: Identity, form: Mapping[str, str], authorization: str | None, address: Address
) -> dict[str, Any]:
    """Answer an app's question about one of its own tokens.

    The app proves who it is by its secret, or by an access token of its own in the header.

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
        if exc.refusal is ErrorReason.CLIENT_SECRET_WRONG:
            raise IdentityError(exc.refusal, status=401) from exc
        raise
    return client.app


def _describe_token(
    identity: Identity, caller_app: App, token: str, address: Address
) -> dict[str, Any]:
    grant = identity.grants.find(token)
    if grant is not None:
        grant_row, current = grant
        if not current or _foreign(caller_app, grant_row.consumer_key):
            return INACTIVE
        return _answer(
            identity,
            address,
            scopes=grant_row.scopes,
            consumer_key=grant_row.consumer_key,
            user_id=grant_row.user_id,
            kind="refresh_token",
            issued=grant_row.granted_at,
            expires=None,
        )
    session = identity.sessions.find(token)
    if session is None or _foreign(caller_app, session.consumer_key):
        return INACTIVE
    return _answer(
        identity,
        address,
        scopes=session.scopes,
        consumer_key=session.consumer_key,
        user_id=session.user_id,
        kind="access_token",
        issued=session.issued_at,
        expires=session.expires_at,
    )


def _foreign(caller_app: App, consumer_key: str) -> bool:
    return caller_app.consumer_key != consumer_key and not caller_app.introspects_all_tokens


def _answer(
    identity: Identity,
    address: Address,
    *,
    scopes: tuple[str, ...],
    consumer_key: str,
    user_id: str,
    kind: str,
    issued: datetime,
    expires: datetime | None,
) -> dict[str, Any]:
    user = identity.user(user_id)
    app = identity.apps.by_key(consumer_key)
    if user is None or not user.active or identity.logins[user.username].frozen:
        return INACTIVE
    if app is None or app.blocked:
        return INACTIVE
    times = {"iat": int(issued.timestamp()), "nbf": int(issued.timestamp())}
    if expires is not None:
        times = {"exp": int(expires.timestamp()), **times}
    return {
        "active": True,
        "scope": " ".join(scopes),
        "client_id": consumer_key,
        "username": user.username,
        "sub": f"{address.identity}/id/{identity.org.org_id}/{user_id}",
        "token_type": kind,
        **times,
    }
