"""The client credentials flow: the app acts as its Run As user. No refresh token.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
"""

from salesforce_emulator.identity.clients import read_client
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.flows.request import Answer, TokenRequest, answer
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.scopes import NOT_FOR_CLIENT_CREDENTIALS


def act_as_app(identity: Identity, request: TokenRequest) -> Answer:
    """Check the host, the app, its secret and its Run As user; answer with an access token."""
    if request.address.host_kind != "my_domain":
        raise IdentityError(ErrorReason.WRONG_DOMAIN)
    client = read_client(identity, request.form, request.authorization, request.address)
    app = client.app
    client.require_proof()
    if "client_credentials" not in app.flows:
        raise IdentityError(ErrorReason.CLIENT_CREDENTIALS_OFF)
    if request.form.get("scope"):
        raise IdentityError(ErrorReason.SCOPE_NOT_SUPPORTED)
    user = None if app.run_as is None else identity.user_named(app.run_as)
    if user is None or not user.active:
        raise IdentityError(ErrorReason.NO_RUN_AS_USER)
    if not identity.usable(app, user):
        raise IdentityError(ErrorReason.CLIENT_UNKNOWN)
    scopes = tuple(scope for scope in app.scopes if scope not in NOT_FOR_CLIENT_CREDENTIALS)
    if "api" not in scopes:
        raise IdentityError(ErrorReason.NO_SCOPES)
    identity.check_sign_in(user, request.ip, app=app)
    session = identity.open_session(app, user, scopes)
    return answer(identity, request, app, session)
