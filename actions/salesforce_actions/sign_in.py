"""The interactive sign-in of the contract: begin in one process, finish in any other."""

from collections.abc import Mapping
from typing import Any

import httpx

from salesforce_connector import auth
from salesforce_connector.auth import authorization_code, tokens
from salesforce_connector.auth.authorization_code import Settings
from salesforce_connector.auth.authorization_state import Pending, Spent
from salesforce_connector.errors import Rejected, Retryable
from salesforce_connector.http.exchange import ask


def begin(method: str, settings: Mapping[str, Any], redirect_uri: str) -> dict[str, Any]:
    """Give the URL for the browser, the state that comes back, and what `finish` needs.

    Raises:
        Rejected: The method needs no browser, or the settings do not fit.
    """
    url, pending = authorization_code.begin(_settings(method, settings), redirect_uri)
    return {"url": url, "state": pending["state"], "pending": pending}


def finish(
    method: str,
    settings: Mapping[str, Any],
    pending: Mapping[str, Any],
    callback_url: str,
    transport: httpx.BaseTransport | None,
    spent: Spent | None = None,
) -> dict[str, Any]:
    """Exchange the code in the callback for credentials.

    Args:
        method, settings: The connection's.
        pending: As `begin` gave it.
        callback_url: Where the browser came back to.
        transport: Where the request goes; the network when None.
        spent: The sign-ins that have come back before; None to take each for the first.

    Raises:
        ConnectorError: The person, the app or the state said no; see `auth.remedies`.
    """
    known = _settings(method, settings)
    begun = Pending.load(pending)
    request = authorization_code.finish(known, begun, callback_url)
    before = Spent() if spent is None else spent
    before.spend(begun)
    try:
        answer = ask(request, transport)
        credentials = tokens.accept(answer, known, method)
    except Retryable:
        before.give_back(begun)
        raise
    begun.check_id_token(tokens.id_token(answer), known.consumer_key)
    return credentials.dump()


def _settings(method: str, given: Mapping[str, Any]) -> Settings:
    _, settings = auth.read_settings(method, given)
    if not isinstance(settings, Settings):
        raise Rejected(
            f"{method} needs no browser.",
            code="NOT_INTERACTIVE",
            remedy="Save the settings and test the connection.",
            fields=("method",),
        )
    return settings
