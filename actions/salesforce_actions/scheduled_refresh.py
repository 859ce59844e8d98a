"""Refreshes a connection on the host's request, and returns when the new token expires.

Salesforce's token response has no `expires_in`; introspection may return it, if the app may use it.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oidc_token_introspection.htm
"""

from contextlib import suppress
from typing import Any, Final

from pydantic_core import from_json

from salesforce_connector.auth.session import Session
from salesforce_connector.auth.tokens import introspection
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.exchange import send_token_request
from salesforce_connector.http.token_refresh import refresh as refresh_token
from salesforce_connector.http.transport import SyncTransport

_LAST_TIMESTAMP: Final = 253_402_300_800  # seconds since 1970 until the year 10000


def refresh(session: Session, transport: SyncTransport, connection: Connection) -> dict[str, Any]:
    """Get a new token and save it to `connection`, whatever is left of the old one.

    Raises:
        ConnectorError: Salesforce refused, or stayed down.
    """
    session.forget_failure()
    refresh_token(session, session.credentials, transport, connection)
    return {"expires_at": _expires_at(session, transport)}


def _expires_at(session: Session, transport: SyncTransport) -> float | None:
    """Return when the token expires, seconds since 1970; None if Salesforce does not return it."""
    if session.token is None:
        return None
    request = introspection(session.base_url, session.token)
    # Introspection is an extra that an app may not have: the refresh itself has succeeded.
    with suppress(ConnectorError, ValueError):
        match from_json(send_token_request(request, transport).content):
            case {"active": True, "exp": int() | float() as end} if 0 <= end < _LAST_TIMESTAMP:
                return float(end)
    return None
