"""The token endpoint: one module a grant type, and the table of grant types."""

from collections.abc import Callable
from typing import Final

from salesforce_emulator.identity.clients import read_client
from salesforce_emulator.identity.errors import ErrorReason, IdentityError
from salesforce_emulator.identity.flows.authorization_code import exchange_code
from salesforce_emulator.identity.flows.client_credentials import act_as_app
from salesforce_emulator.identity.flows.jwt_bearer import exchange_assertion
from salesforce_emulator.identity.flows.refresh import refresh
from salesforce_emulator.identity.flows.request import Answer, TokenRequest
from salesforce_emulator.identity.identity import Identity

Flow = Callable[[Identity, TokenRequest], Answer]

FLOWS: Final[dict[str, Flow]] = {
    "authorization_code": exchange_code,
    "refresh_token": refresh,
    "client_credentials": act_as_app,
    "urn:ietf:params:oauth:grant-type:jwt-bearer": exchange_assertion,
}


def grant_token(identity: Identity, request: TokenRequest) -> Answer:
    """Answer a request to the token endpoint: the members of the answer, in Salesforce's order.

    Raises:
        IdentityError: with the code and the words that Salesforce has for it.
    """
    grant_type = request.form.get("grant_type", "")
    if grant_type == "password":  # off in all orgs since Summer '23
        if request.form.get("client_id"):  # the app is looked at first, all the same
            with identity.org.lock:
                read_client(identity, request.form, request.authorization, request.address)
        raise IdentityError(ErrorReason.PASSWORD_FLOW_DISABLED)
    flow = FLOWS.get(grant_type)
    if flow is None:
        raise IdentityError(ErrorReason.GRANT_TYPE)
    with identity.org.lock:
        return flow(identity, request)


__all__ = ["FLOWS", "Answer", "TokenRequest", "grant_token"]
