"""The JWT bearer flow: a signed assertion for an approved user. No refresh token.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
"""

from typing import Any, Final

from salesforce_emulator.identity.apps import App
from salesforce_emulator.identity.clients import expiry_of, meant_for
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.flows.request import Answer, TokenRequest, answer
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.jwt import Malformed, unverified_claims, verified_claims
from salesforce_emulator.identity.users import User

_MAX_LIFETIME: Final = 300  # seconds ahead that an assertion's `exp` may be


def exchange_assertion(identity: Identity, request: TokenRequest) -> Answer:
    """Check the assertion, and that its user may use the app; answer with an access token."""
    assertion = request.form.get("assertion", "")
    try:
        issuer = unverified_claims(assertion).get("iss")
    except Malformed as exc:
        raise IdentityError(ErrorReason.ASSERTION_INVALID) from exc
    app = identity.app_at(str(issuer or ""), request.address)
    claims = _claims(identity, app, assertion, request)
    user = identity.user_named(str(claims.get("sub") or ""))
    if user is None:
        raise IdentityError(ErrorReason.USER_NOT_FOUND)
    if not identity.usable(app, user):
        raise IdentityError(ErrorReason.CLIENT_UNKNOWN)
    scopes = _approved_scopes(identity, app, user)
    identity.check_sign_in(user, request.ip, app=app)
    session = identity.open_session(app, user, scopes)
    return answer(identity, request, app, session)


def _claims(identity: Identity, app: App, assertion: str, request: TokenRequest) -> dict[str, Any]:
    if "jwt_bearer" not in app.flows or app.public_key is None:
        raise IdentityError(ErrorReason.ASSERTION_INVALID)
    try:
        claims = verified_claims(assertion, app.public_key)
    except Malformed as exc:
        raise IdentityError(ErrorReason.ASSERTION_INVALID) from exc
    if not meant_for(claims, request.address, sandbox=identity.sandbox):
        raise IdentityError(ErrorReason.AUDIENCE_INVALID)
    expires = expiry_of(claims)
    now = identity.org.clock.now().timestamp()
    if expires > now + _MAX_LIFETIME:
        raise IdentityError(ErrorReason.ASSERTION_INVALID)
    if expires <= now:
        raise IdentityError(ErrorReason.ASSERTION_EXPIRED)
    return claims


def _approved_scopes(identity: Identity, app: App, user: User) -> tuple[str, ...]:
    if app.permitted_users == "admin_approved":
        if not app.approved_by_admin(user.username):
            raise IdentityError(ErrorReason.NOT_ADMIN_APPROVED)
        granted = app.scopes
    else:
        grants = identity.grants.of(app.consumer_key, user.id)
        if not grants:
            raise IdentityError(ErrorReason.NOT_APPROVED)
        granted = grants[-1].scopes
    return tuple(scope for scope in granted if scope != "refresh_token")
