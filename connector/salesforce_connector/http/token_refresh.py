"""Refreshes a connection's token, once for all calls that wait, also while Salesforce is down.

Threads wait for the session's lock, other processes for the connection's; who comes second finds
the new token and sends nothing. Refreshing is sync code alone: an async client lets a thread do it,
so that neither a cancelled task nor the end of the loop can come between Salesforce's response and
the save. Which request is sent, and what the response means, is decided in `auth.session`.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_refresh_token_flow.htm
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import wait as wait_for
from contextlib import suppress
from typing import Final, TypeVar

import httpx
import stamina

from salesforce_connector.auth.session import Session
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.base_client import wait
from salesforce_connector.http.exchange import ask

T = TypeVar("T")

# Pauses of 1, 2, 4, 8 and 16 s: half a minute, as long as a release of Salesforce's may take.
MAX_TRIES: Final = 6
FIRST_PAUSE: Final = 1.0  # seconds
LONGEST_PAUSE: Final = 16.0

_LOOP_CHECK: Final = 1.0  # seconds between checks whether a loop is still open


def refresh(
    session: Session,
    stale: Credentials,
    transport: httpx.BaseTransport,
    connection: Connection,
    *,
    max_tries: int = MAX_TRIES,
) -> None:
    """Get a new token, once for all callers.

    The connection is locked while Salesforce is asked, not during the pauses between tries.

    Args:
        session: Of the connection.
        stale: The credentials that were refused; nothing is done when there are others by now.
        transport: Where the request goes.
        connection: The host's object of the call at hand: it is locked and saved to.
        max_tries: Requests that are sent while Salesforce is down.

    Raises:
        ConnectorError: Salesforce refused, or stayed down.
    """
    with session.refresh_lock:
        if session.credentials is not stale:
            return
        try:
            for attempt in stamina.retry_context(
                on=wait,
                attempts=max_tries,
                wait_initial=FIRST_PAUSE,
                wait_max=LONGEST_PAUSE,
                timeout=None,
            ):
                with attempt:
                    _refresh_once(session, stale, transport, connection)
        except ConnectorError as error:
            session.remember_failure(error)
            raise


def _refresh_once(
    session: Session,
    stale: Credentials,
    transport: httpx.BaseTransport,
    connection: Connection,
) -> None:
    with connection.lock():
        request = session.begin_refresh(stale, connection)
        if request is None:
            return
        response = ask(request, transport)
        if (other := session.other_request(response)) is not None:
            response = ask(other, transport)
        session.finish_refresh(response, connection)


def refresh_early(
    session: Session,
    current: Credentials,
    transport: httpx.BaseTransport,
    connection: Connection,
) -> None:
    """Get a new token before the one in use expires, if the connection asks for that.

    One caller tries once; the others go on with the token that they have. A failure does no harm:
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
            early.read_introspection(ask(request, transport))
        if early.is_due(current):
            with session.refresh_lock:
                _refresh_once(session, current, transport, connection)


def run_in_thread(work: Callable[[], T]) -> Future[T]:
    """Run in a thread of its own; cancelling who waits for it does not reach it."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = work()
        except BaseException as exc:  # noqa: BLE001 - handed on to who waits
            future.set_exception(exc)
        else:
            future.set_result(result)

    threading.Thread(target=run, name="salesforce-refresh").start()
    return future


class LoopTransport(httpx.BaseTransport):
    """An async transport, for a thread beside its loop."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._transport = transport
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send on the loop and wait for the whole response.

        Raises:
            RequestError: There is none; or the loop has ended.
        """
        sending = self._send(request)
        try:
            sent = asyncio.run_coroutine_threadsafe(sending, self._loop)
            # A loop that ends forgets what was handed to it last, and notifies nobody.
            while not wait_for([sent], timeout=_LOOP_CHECK).done and not self._loop.is_closed():
                continue
            return sent.result(timeout=0)
        except (CancelledError, RuntimeError, TimeoutError) as exc:
            sending.close()
            raise httpx.ReadError("The event loop has ended.") from exc

    async def _send(self, request: httpx.Request) -> httpx.Response:
        response = await self._transport.handle_async_request(request)
        try:
            body = await response.aread()
        finally:
            await response.aclose()
        for name in ("content-encoding", "content-length"):  # the body has been unpacked
            response.headers.pop(name, None)
        return httpx.Response(response.status_code, headers=response.headers, content=body)
