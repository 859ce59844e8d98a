"""Who is calling: from an `Authorization` header to a user, an app and scopes.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_oauth_and_connected_apps.htm
"""

from typing import TYPE_CHECKING, Final

from salesforce_emulator.errors import invalid_auth_header, invalid_session
from salesforce_emulator.identity.errors import (
    api_disabled_for_org,
    api_disabled_for_user,
    password_expired,
    session_not_for_rest,
)
from salesforce_emulator.identity.identity import Identity, identity_of
from salesforce_emulator.identity.scopes import allow_api
from salesforce_emulator.org.caller import Caller

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_SCHEMES: Final = ("bearer", "oauth")  # OAuth is what Salesforce's older clients send


def authenticate(org: "Org", authorization: str | None) -> Caller:
    """Return who calls the REST API, and let the session live on.

    Args:
        org: Whose API.
        authorization: The header's value; None when there is none.

    Raises:
        SalesforceError: 401 INVALID_SESSION_ID, INVALID_AUTH_HEADER or
            INVALID_OPERATION_WITH_EXPIRED_PASSWORD; 403 API_CURRENTLY_DISABLED or
            API_DISABLED_FOR_ORG.
    """
    if authorization is None:
        raise invalid_session()
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() not in _SCHEMES or not token.strip():
        raise invalid_auth_header()
    identity = identity_of(org)
    with org.lock:
        caller = find_caller(identity, token.strip())
        if caller is None:
            raise invalid_session()
        if not allow_api(caller.scopes):
            raise session_not_for_rest()
        login = identity.logins[caller.username]
        if login.password_expired:
            raise password_expired()
        if not identity.policy.api_enabled:
            raise api_disabled_for_org()
        if not login.api_enabled:
            raise api_disabled_for_user()
    return caller


def find_caller(identity: Identity, token: str) -> Caller | None:
    """Return the caller of an access token, whatever its scopes; None for an invalid token.

    A session whose app or user has been blocked since ends here.
    """
    session = identity.sessions.find(token)
    if session is None:
        return None
    user = identity.user(session.user_id)
    if user is None or not user.active or identity.logins[user.username].frozen:
        identity.sessions.end(session.id)
        return None
    app_name = ""
    if session.kind != "browser":
        app = identity.apps.by_key(session.consumer_key)
        if app is None or app.blocked or not identity.usable(app, user):
            identity.sessions.end(session.id)
            return None
        app_name = app.name
    stored = identity.sessions.touch(session)
    return Caller(
        user_id=user.id,
        username=user.username,
        app_name=app_name,
        scopes=frozenset(stored.scopes),
        session_id=stored.id,
        token=token,
    )
