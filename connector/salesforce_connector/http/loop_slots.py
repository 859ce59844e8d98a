"""How many requests of one event loop may be under way at once."""

import asyncio
from collections import deque

from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.wire_request import POOL_TIMEOUT


class LoopSlots:
    """Belongs to one event loop; a semaphore of asyncio costs each call more."""

    def __init__(self, limit: int, timeout: float = POOL_TIMEOUT) -> None:
        """Begin with `limit` slots, all free; one is waited for `timeout` seconds."""
        self._free = limit
        self._timeout = timeout
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def acquire(self) -> None:
        """Wait until one more request may be under way; first come, first served.

        Raises:
            NoResponse: Too many were under way for too long.
        """
        if self._free > 0:
            self._free -= 1
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(self._timeout):
                await waiter
        except BaseException as exc:
            if waiter.done() and not waiter.cancelled():
                self.release()  # it was this one's turn
            if isinstance(exc, TimeoutError):
                raise NoResponse("PoolTimeout") from None
            raise

    def release(self) -> None:
        """Record that a request has ended: the next one gets its slot."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self._free += 1
