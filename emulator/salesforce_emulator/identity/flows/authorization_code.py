"""Exchange an authorization code for tokens.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
"""

from salesforce_emulator.identity.clients import read_client
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.flows.request import (
    Answer,
    TokenRequest,
    answer,
    refresh_token_of,
)
from salesforce_emulator.identity.id_tokens import id_token
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.pkce import check_verifier


def exchange_code(identity: Identity, request: TokenRequest) -> Answer:
    """Check the code, the app, the callback and the verifier; answer with tokens.

    A code is spent by its exchange, and by a verifier that does not fit.
    """
    client = read_client(identity, request.form, request.authorization, request.address)
    app = client.app
    if app.require_secret_web_server:
        client.require_proof()
    text = request.required("code")
    redirect_uri = request.form.get("redirect_uri")
    if not redirect_uri:
        raise IdentityError(ErrorReason.REDIRECT_MISSING)
    number, code = identity.codes.look_up(text, app.consumer_key)
    if redirect_uri != code.redirect_uri:
        raise IdentityError(ErrorReason.REDIRECT_MISMATCH)
    try:
        check_verifier(code.challenge, request.form.get("code_verifier"))
    except IdentityError:
        identity.codes.spend(number)
        raise
    user = identity.user(code.user_id)
    if user is None or not identity.usable(app, user):
        raise IdentityError(ErrorReason.CODE_INVALID)
    identity.check_sign_in(user, request.ip, app=app)
    with identity.org.transaction():
        identity.codes.spend(number)
        grant = identity.approve(app, user, code.scopes)
        session = identity.open_session(app, user, code.scopes, grant=grant)
    return answer(
        identity,
        request,
        app,
        session,
        refresh_token=refresh_token_of(identity, grant),
        id_token=id_token(identity, request.address, session, nonce=code.nonce),
    )
