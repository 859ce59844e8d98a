"""Both transports over real sockets, as one kind of sender."""

import asyncio
import ssl
import time
from typing import Final

from salesforce_connector.flow import Call
from salesforce_connector.http import exchange as exchanges
from salesforce_connector.http.async_socket_transport import AsyncSocketTransport
from salesforce_connector.http.socket_transport import SocketTransport
from salesforce_connector.http.wire_request import WireRequest
from salesforce_connector.http.wire_response import WireResponse

GET: Final = Call("GET", "/x")
POST: Final = Call("POST", "/x")


class Sync:
    """Sends over the transport for threads."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.transport = SocketTransport(lambda: tls, max_in_use=4, max_idle=2, idle_timeout=60)

    def send(self, request: WireRequest, call: Call) -> WireResponse:
        return exchanges.exchange(self.transport, request, call)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        self.transport.close()


class Async:
    """Sends over the transport for event loops."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.transport = AsyncSocketTransport(
            lambda: tls, None, max_in_use=4, max_idle=2, idle_timeout=60
        )
        self._loop = asyncio.Runner()

    def send(self, request: WireRequest, call: Call) -> WireResponse:
        return self._loop.run(exchanges.exchange_async(self.transport, request, call))

    def wait(self, seconds: float) -> None:
        self._loop.run(asyncio.sleep(seconds))

    def close(self) -> None:
        self._loop.run(self.transport.aclose())
        self._loop.close()


Sender = Sync | Async
