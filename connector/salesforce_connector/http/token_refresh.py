"""Renews a connection's token, once for all who wait for it, also while Salesforce is down.

Threads wait for the session's gate, other processes for the connection's lock; who comes second
finds the new token and sends nothing. Renewing is sync code alone: an async client lets a thread do
it, which no cancelling and no loop's end can stop between Salesforce's answer and the save. What
is asked and what becomes of the answer stands in `auth.session`.

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
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.base_client import wait
from salesforce_connector.http.exchange import ask

T = TypeVar("T")

# Pauses of 1, 2, 4, 8 and 16 s: half a minute, as long as a release of Salesforce's shuts its door.
TRIES: Final = 6
FIRST_PAUSE: Final = 1.0  # seconds
LONGEST_PAUSE: Final = 16.0

_LOOK: Final = 1.0  # seconds between looks at whether a loop is still there


def renew(session: Session, seen: Credentials, way: httpx.BaseTransport) -> bool:
    """Get a new token, once for all callers.

    The connection is locked while Salesforce is asked, not while it is waited for.

    Args:
        session: Of the connection.
        seen: The credentials that were of no use.
        way: Where the request goes.

    Returns:
        Whether it comes from Salesforce this moment; one that was found may have ended too.

    Raises:
        ConnectorError: Salesforce refused, or stayed down.
    """
    with session.gate:
        if session.credentials is not seen:
            return False
        try:
            for attempt in stamina.retry_context(
                on=wait,
                attempts=TRIES,
                wait_initial=FIRST_PAUSE,
                wait_max=LONGEST_PAUSE,
                timeout=None,
            ):
                with attempt:
                    return _once(session, seen, way)
        except ConnectorError as error:
            session.remember(error)
            raise
    raise AssertionError("a retry context ends by an answer or an error")


def _once(session: Session, seen: Credentials, way: httpx.BaseTransport) -> bool:
    with session.connection.lock():
        request = session.begin_renewal(seen)
        if request is None:
            return False
        session.finish_renewal(ask(request, way))
        return True


def renew_early(session: Session, seen: Credentials, way: httpx.BaseTransport) -> None:
    """Get a new token while the one in use is good still, if the connection asks for that.

    It is tried once and by one caller; the others go on with the token that they have. What fails
    is no matter: a token that has ended is renewed then, with all patience.

    Args:
        session: Of the connection.
        seen: The credentials in use.
        way: Where the requests go.
    """
    foresight = session.foresight
    with suppress(ConnectorError):
        if question := foresight.question(seen, session.base_url):
            foresight.learn(ask(question, way))
        if foresight.is_due(seen):
            with session.gate:
                _once(session, seen, way)


def apart(work: Callable[[], T]) -> Future[T]:
    """Run in a thread of its own; cancelling who waits for it does not reach it."""
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = work()
        except BaseException as exc:  # noqa: BLE001 - handed on to who waits
            done.set_exception(exc)
        else:
            done.set_result(result)

    threading.Thread(target=run, name="salesforce-renewal").start()
    return done


class OnLoop(httpx.BaseTransport):
    """An async transport, for a thread beside its loop."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._transport = transport
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send on the loop and wait for the whole answer.

        Raises:
            RequestError: There is none; or the loop has ended.
        """
        sending = self._send(request)
        try:
            sent = asyncio.run_coroutine_threadsafe(sending, self._loop)
            # A loop that ends forgets what was handed to it last, and tells nobody.
            while not wait_for([sent], timeout=_LOOK).done and not self._loop.is_closed():
                continue
            return sent.result(timeout=0)
        except (CancelledError, RuntimeError, TimeoutError) as exc:
            sending.close()
            raise httpx.ReadError("The event loop has ended.") from exc

    async def _send(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        try:
            body = await answer.aread()
        finally:
            await answer.aclose()
        for name in ("content-encoding", "content-length"):  # the body has been unpacked
            answer.headers.pop(name, None)
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)
