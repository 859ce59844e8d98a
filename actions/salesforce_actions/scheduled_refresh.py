"""Refreshes a connection when its host asks, and says when the new token ends, if that is known.

Salesforce's token answer has no `expires_in`; introspection may know, for apps that may ask.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oidc_token_introspection.htm
"""

import json
from contextlib import suppress
from typing import Any

import httpx

from salesforce_connector.auth.early_refresh import INTROSPECTION_PATH
from salesforce_connector.auth.session import Session
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.exchange import send_token_request
from salesforce_connector.http.token_refresh import refresh as refresh_token
from salesforce_connector.http.transport import SyncTransport


def refresh(session: Session, transport: SyncTransport, connection: Connection) -> dict[str, Any]:
    """Get a new token and save it to `connection`, whatever is left of the old one.

    Raises:
        ConnectorError: Salesforce refused, or stayed down.
    """
    session.forget_failure()
    refresh_token(session, session.credentials, transport, connection)
    return {"expires_at": _expires_at(session, transport)}


def _expires_at(session: Session, transport: SyncTransport) -> float | None:
    """Ask when the token ends, seconds since 1970; None when Salesforce does not say."""
    token = session.token
    if token is None:
        return None
    request = httpx.Request(
        "POST",
        session.base_url + INTROSPECTION_PATH,
        data={"token": token, "token_type_hint": "access_token"},
        headers={"Accept": "application/json", "Authorization": f"Bearer {token}"},
    )
    # Introspection is an extra that an app may not have: the refresh itself has succeeded.
    with suppress(ConnectorError, LookupError, TypeError, ValueError):
        body = json.loads(send_token_request(request, transport).content)
        if body["active"] is True:
            return float(body["exp"])
    return None
