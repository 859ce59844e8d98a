"""The interactive sign-in of the contract: begin in one process, finish in any other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_connector.auth import read_settings, token_response
from salesforce_connector.auth.authorization_state import AuthorizationState, UsedStates
from salesforce_connector.auth.grants import CODE
from salesforce_connector.errors import Rejected, Retryable
from salesforce_connector.http.exchange import send_token_request
from salesforce_connector.http.transport import SyncTransport

if TYPE_CHECKING:
    import httpx


def begin(name: str, settings: Mapping[str, Any], redirect_uri: str) -> dict[str, Any]:
    """Return the URL for the browser, the state of the callback, and what `finish` needs.

    Raises:
        Rejected: The method needs no browser, or the settings are invalid.
    """
    method, checked = read_settings(name, settings)
    if method.begin is None:
        raise _not_interactive(name)
    url, state = method.begin(checked, redirect_uri)
    return {"url": url, "state": state.state, "pending": state.dump()}


def finish(
    name: str,
    settings: Mapping[str, Any],
    pending: Mapping[str, Any],
    callback_url: str,
    transport: "httpx.BaseTransport | SyncTransport | None",
    used_states: UsedStates | None = None,
) -> dict[str, Any]:
    """Exchange the code in the callback for credentials.

    Args:
        name: Of the auth method.
        settings: The connection's.
        pending: As `begin` gave it.
        callback_url: Where the browser came back to.
        transport: Transport of the request; the network when None.
        used_states: The sign-ins that were completed before; None for none.

    Raises:
        ConnectorError: The person, the app or the state refused; see `auth.oauth_errors`.
    """
    method, checked = read_settings(name, settings)
    if method.finish is None:
        raise _not_interactive(name)
    state = AuthorizationState.load(pending)
    request = method.finish(checked, state, callback_url)
    used_states = used_states or UsedStates()
    used_states.use(state)
    try:
        response = send_token_request(request, transport)
        credentials = token_response.accept(response, checked, CODE)
    except Retryable:
        used_states.release(state)
        raise
    state.check_id_token(token_response.id_token(response))
    return credentials.dump()


def _not_interactive(name: str) -> Rejected:
    return Rejected(
        f"The auth method {name} needs no browser.",
        code="NOT_INTERACTIVE",
        remedy="Save the settings and test the connection.",
        fields=("method",),
    )
