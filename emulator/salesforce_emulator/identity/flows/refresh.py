"""The refresh token flow: a new access token and, with rotation on, a new refresh token.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_refresh_token_flow.htm
"""

from salesforce_emulator.identity.apps import App
from salesforce_emulator.identity.clients import read_client
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.flows.request import (
    Answer,
    TokenRequest,
    answer,
    refresh_token_of,
)
from salesforce_emulator.identity.grants import Grant
from salesforce_emulator.identity.id_tokens import id_token
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.sessions import Session
from salesforce_emulator.identity.users import User


def refresh(identity: Identity, request: TokenRequest) -> Answer:
    """Check the refresh token and all that may have ended its grant; answer with tokens."""
    client = read_client(identity, request.form, request.authorization, request.address)
    app = client.app
    if app.require_secret_refresh:
        client.require_proof()
    grant = _living_grant(identity, app, request.required("refresh_token"))
    user = identity.user(grant.user_id)
    if user is None or not identity.usable(app, user):
        raise IdentityError(ErrorReason.REFRESH_TOKEN_EXPIRED)
    if app.permitted_users == "admin_approved" and not app.approved_by_admin(user.username):
        raise IdentityError(ErrorReason.NOT_ADMIN_APPROVED)
    identity.check_sign_in(user, request.ip, app=app)
    with identity.org.transaction():
        used = identity.grants.use(grant, rotate=app.refresh_token_rotation)
        session = _session(identity, app, user, used)
    rotated = refresh_token_of(identity, used) if app.refresh_token_rotation else None
    return answer(
        identity,
        request,
        app,
        session,
        refresh_token=rotated,
        id_token=id_token(identity, request.address, session),
    )


def _living_grant(identity: Identity, app: App, refresh_token: str) -> Grant:
    result = identity.grants.find(refresh_token)
    if result is None:
        raise IdentityError(ErrorReason.REFRESH_TOKEN_EXPIRED)
    grant, current = result
    if grant.consumer_key != app.consumer_key:
        raise IdentityError(ErrorReason.REFRESH_TOKEN_EXPIRED)
    if not current:
        if identity.policy.reuse_detected:
            identity.revoke_grant(grant.id)
        raise IdentityError(ErrorReason.REFRESH_TOKEN_EXPIRED)
    now = identity.org.clock.now()
    if app.refresh_token_policy.expired(now, grant.granted_at, grant.last_used_at):
        raise IdentityError(ErrorReason.REFRESH_TOKEN_EXPIRED)
    return grant


def _session(identity: Identity, app: App, user: User, grant: Grant) -> Session:
    if identity.policy.same_access_token:
        live_session = identity.sessions.latest_of_grant(grant.id)
        if live_session is not None:
            return live_session
    return identity.open_session(app, user, grant.scopes, grant=grant)
