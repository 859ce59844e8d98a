"""OpenID Connect id tokens, signed by the org.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm
"""

import hashlib
from datetime import timedelta
from typing import Final

from salesforce_emulator.identity.addresses import Address
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.jwt import base64url, encode
from salesforce_emulator.identity.sessions import Session

LIFETIME: Final = timedelta(minutes=2)  # of an id token, unless the app sets another


def id_token(
    identity: Identity, address: Address, session: Session, *, nonce: str | None = None
) -> str | None:
    """Write the id token of a session; None when `openid` was not granted."""
    if "openid" not in session.scopes:
        return None
    now = int(identity.org.clock.now().timestamp())
    half = hashlib.sha256(identity.access_token(session, address).encode()).digest()[:16]
    claims = {
        "at_hash": base64url(half),
        "sub": f"{address.identity}/id/{identity.org.org_id}/{session.user_id}",
        "aud": session.consumer_key,
        "iss": address.base,
        "exp": now + int(LIFETIME.total_seconds()),
        "iat": now,
    }
    if nonce is not None:
        claims["nonce"] = nonce
    return encode(claims, identity.keys.signing_key, {"kid": identity.keys.key_id})
