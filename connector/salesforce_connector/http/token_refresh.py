"""Refreshes a connection's token, once for all calls that wait, also while Salesforce is down.

Threads wait for the session's lock, other processes for the connection's; the second uses the new
token and sends nothing. Refreshing is sync code alone: an async client runs it in a thread, so that
neither a cancelled task nor the end of the loop comes between Salesforce's response and the save.
Which request is sent, and what the response means, is decided in `auth.session`.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_refresh_token_flow.htm
"""

import time
from contextlib import suppress
from typing import Final

from salesforce_connector.auth.session import Session
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http import call_log
from salesforce_connector.http.exchange import send_token_request
from salesforce_connector.http.retry import RETRY_FOR, Backoff
from salesforce_connector.http.transport import SyncTransport

# Pauses of 1, 2, 4, 8 and 16 s: half a minute, as long as a release of Salesforce's may take.
REFRESHES: Final = Backoff(attempts=6, first_pause=1.0, longest_pause=16.0)


def refresh(
    session: Session,
    stale: Credentials,
    transport: SyncTransport,
    connection: Connection,
    retry_for: float = RETRY_FOR,
) -> None:
    """Get a new token, once for all callers.

    The connection is locked while a request is under way, not during the pauses between attempts.

    Args:
        session: Of the connection.
        stale: The credentials to replace; nothing is done when there are others by now.
        transport: Where the request goes.
        connection: The host's object of the call at hand: it is locked and saved to.
        retry_for: Seconds that may be spent on pauses while Salesforce is down.

    Raises:
        ConnectorError: Salesforce refused, or stayed down.
    """
    with session.refresh_lock:
        attempt, seconds_left = 1, retry_for
        while session.credentials is stale:
            try:
                _refresh_once(session, stale, transport, connection)
            except ConnectorError as error:
                call_log.log_refresh(session.connection_id, error.code, attempt)
                pause = REFRESHES.pause(error, attempt, seconds_left)
                if pause is None:
                    session.remember_failure(error)
                    raise
            else:
                call_log.log_refresh(session.connection_id, "ok", attempt)
                return
            attempt, seconds_left = attempt + 1, seconds_left - pause
            time.sleep(pause)


def refresh_early(
    session: Session, current: Credentials, transport: SyncTransport, connection: Connection
) -> None:
    """Get a new token before the one in use expires, if the connection asks for that.

    One caller tries once; the others go on with the present token. A failure does no harm:
    the token is refreshed, with all retries, once it has ended.

    Args:
        session: Of the connection.
        current: The credentials in use.
        transport: Where the requests go.
        connection: The host's object of the call at hand.
    """
    early = session.early_refresh
    with suppress(ConnectorError):
        if request := early.introspection_request(current, session.base_url):
            early.read_introspection(send_token_request(request, transport))
        if early.is_due(current):
            with session.refresh_lock:
                _refresh_once(session, current, transport, connection)
            call_log.log_refresh(session.connection_id, "ok", 1, early=True)


def _refresh_once(
    session: Session, stale: Credentials, transport: SyncTransport, connection: Connection
) -> None:
    with connection.lock():
        request = session.begin_refresh(stale, connection)
        if request is None:
            return
        response = send_token_request(request, transport)
        if (other := session.other_request(response)) is not None:
            response = send_token_request(other, transport)
        session.finish_refresh(response, connection)
