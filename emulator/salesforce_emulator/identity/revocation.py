"""Revoke a token: an access token alone, or a refresh token with all that came of it.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_revoke_token.htm
"""

from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.identity import Identity


def revoke(identity: Identity, token: str) -> None:
    """Revoke an access or a refresh token.

    Raises:
        IdentityError: TOKEN_INVALID: it is one no longer; TOKEN_TYPE: it never looked like one.
    """
    if token.startswith("5Aep"):
        result = identity.grants.find(token)
        if result is None or not result[1]:
            raise IdentityError(ErrorReason.TOKEN_INVALID)
        identity.revoke_grant(result[0].id)
        return
    if not token.startswith(("00D", "eyJ")):
        raise IdentityError(ErrorReason.TOKEN_TYPE)
    session = identity.sessions.find(token)
    if session is None:
        raise IdentityError(ErrorReason.TOKEN_INVALID)
    identity.sessions.end(session.id)
