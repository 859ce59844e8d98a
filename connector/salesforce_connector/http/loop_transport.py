"""Lets a thread send over the transport of an event loop; runs work that cannot be cancelled."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import wait as wait_for
from typing import Final, TypeVar

from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.transport import AsyncTransport
from salesforce_connector.http.wire_request import WireRequest
from salesforce_connector.http.wire_response import WireResponse

T = TypeVar("T")

_LOOP_CHECK: Final = 1.0  # seconds between checks whether a loop is still open


def run_in_thread(work: Callable[[], T]) -> Future[T]:
    """Run work in a thread of its own; cancelling a task that waits for it does not end it."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            result = work()
        except BaseException as exc:  # noqa: BLE001 - raised to the caller
            future.set_exception(exc)
        else:
            future.set_result(result)

    threading.Thread(target=run, name="salesforce-refresh").start()
    return future


class LoopTransport:
    """Sends requests of a thread on an event loop."""

    def __init__(self, transport: AsyncTransport, loop: asyncio.AbstractEventLoop) -> None:
        """Make one; `transport` belongs to `loop`."""
        self._transport = transport
        self._loop = loop

    def acquire(self) -> None:
        """Requests for tokens wait for nothing."""

    def release(self) -> None:
        """See `acquire`."""

    def close(self) -> None:
        """The transport is closed by its loop."""

    def send(self, request: WireRequest, *, stream: bool = False) -> WireResponse:
        """Send on the loop and wait for the whole response.

        Raises:
            NoResponse: There is none; or the loop has ended.
        """
        sending = self._transport.send(request, stream=stream)
        try:
            sent = asyncio.run_coroutine_threadsafe(sending, self._loop)
            # A loop that is closed drops the last callbacks silently.
            while not wait_for([sent], timeout=_LOOP_CHECK).done and not self._loop.is_closed():
                continue
            return sent.result(timeout=0)
        except (CancelledError, RuntimeError, TimeoutError) as exc:
            sending.close()
            raise NoResponse("ReadError", exc) from exc
