"""What belongs to one event loop: its sockets, and the clients that use them."""

from collections import OrderedDict
from collections.abc import AsyncGenerator

import httpx

from salesforce_connector.http.async_client import AsyncClient
from salesforce_connector.http.transport import network_async


class LoopSockets:
    """See the module; `transport` is given, or made here and closed with the loop."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None) -> None:
        self.clients: OrderedDict[str, AsyncClient] = OrderedDict()
        self.transport = transport or network_async()
        self._owned = transport is None
        self._ending: AsyncGenerator[None] | None = None

    async def close_at_end(self) -> None:
        """See to it that the sockets are closed when the loop ends.

        A loop closes the generators that are still open at its end, and tells nobody else.
        """
        if self._owned and self._ending is None:
            self._ending = self._until_the_end()
            await anext(self._ending)

    async def _until_the_end(self) -> AsyncGenerator[None]:
        try:
            yield
        finally:
            await self.transport.aclose()
