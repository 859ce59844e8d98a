"""What belongs to one event loop: its connections, and the clients that use them."""

from collections import OrderedDict
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from salesforce_connector.http.async_client import AsyncClient
from salesforce_connector.http.transport import AsyncTransport, async_transport, network_async

if TYPE_CHECKING:
    import httpx


class LoopTransport:
    """See the module; `transport` is given, or made here and closed with the loop."""

    def __init__(self, transport: "httpx.AsyncBaseTransport | AsyncTransport | None") -> None:
        self.clients: OrderedDict[str, AsyncClient] = OrderedDict()
        self.transport = network_async() if transport is None else async_transport(transport)
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
