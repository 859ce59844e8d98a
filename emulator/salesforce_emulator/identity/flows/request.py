"""A request to the token endpoint and its answer, and what all grant types share of them.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from salesforce_emulator.identity.addresses import Address
from salesforce_emulator.identity.apps import App
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.grants import Grant
from salesforce_emulator.identity.identity import Identity
from salesforce_emulator.identity.sessions import Session
from salesforce_emulator.identity.timestamps import to_ms

Answer = dict[str, str]


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What came in.

    Attributes:
        form: The parameters, each once.
        authorization: The header's value, None when there is none.
        ip: Where it came from.
    """

    form: Mapping[str, str] = field(repr=False)
    authorization: str | None = field(repr=False)
    address: Address
    ip: str

    def required(self, name: str) -> str:
        """Return a parameter that must be there.

        Raises:
            IdentityError: PARAMETER_MISSING.
        """
        value = self.form.get(name)
        if not value:
            raise IdentityError(ErrorReason.PARAMETER_MISSING, name)
        return value


def answer(
    identity: Identity,
    request: TokenRequest,
    app: App,
    session: Session,
    *,
    refresh_token: str | None = None,
    id_token: str | None = None,
) -> Answer:
    """Build a token response; None values are left out. There is never an `expires_in`."""
    url = identity_url(identity, request.address, session.user_id)
    issued_at = str(to_ms(identity.org.clock.now()))
    members = {
        "access_token": identity.access_token(session, request.address),
        "refresh_token": refresh_token,
        "signature": signature(identity, app, url + issued_at),
        "scope": " ".join(session.scopes),
        "id_token": id_token,
        "instance_url": request.address.my_domain,
        "id": url,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "token_format": "jwt" if session.kind == "jwt" else None,
    }
    return {name: value for name, value in members.items() if value is not None}


def refresh_token_of(identity: Identity, grant: Grant) -> str | None:
    """Return a grant's refresh token; None when the scope was not granted."""
    return identity.grants.refresh_token(grant) if grant.refreshable else None


def identity_url(identity: Identity, address: Address, user_id: str) -> str:
    """Return a user's identity URL."""
    return f"{address.identity}/id/{identity.org.org_id}/{user_id}"


def signature(identity: Identity, app: App, message: str) -> str:
    """Sign with the consumer secret; for an app used without one, with a key nobody has."""
    key = (
        identity.keys.seal("signature", app.consumer_key)
        if app.consumer_secret is None
        else app.consumer_secret.encode()
    )
    return b64encode(hmac.digest(key, message.encode(), "sha256")).decode()
