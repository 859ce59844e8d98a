"""Receives pushed events on loopback, and delivers them from the store while it runs.

A request is answered after its events are stored; they are delivered afterwards, so that the
service does not wait for a slow consumer. Events that were not delivered are delivered at the next
start.
"""

import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connector_host.errors import PortBusy
from connector_host.hookspecs import Json
from connector_host.runner import Runner
from connector_host.store.protocol import ReceivingTrigger
from connector_host.web.webhooks import read_request, store_events

HOST: Final = "127.0.0.1"

_LOOK: Final = 5.0  # seconds between checks for events that another process has stored
_PATIENCE: Final = 10.0  # seconds that requests in progress have when it stops
_POLL: Final = 0.01  # seconds between checks whether the server is ready
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class WebhookServer:
    """Serves one trigger's webhook.

    Attributes:
        url: The URL on loopback at which it listens.
    """

    def __init__(self, runner: Runner, trigger: ReceivingTrigger, path: str, port: int) -> None:
        """Bind the port; requests are answered while `run` runs.

        Args:
            path: The secret path of the webhook.
            port: A port of 127.0.0.1; 0 takes a free one.

        Raises:
            PortBusy: Another program listens on the port.
        """
        self._runner = runner
        self._trigger = trigger
        # A token for each reason to check the store. A signal handler may put one at any moment:
        # the lock of a threading.Event could be held by the very thread that the handler runs on.
        self._wake_ups: SimpleQueue[None] = SimpleQueue()
        self._app = Starlette(routes=[Route(path, self._receive, methods=["GET", "POST"])])
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((HOST, port))
            self._listener.listen()
        except OSError as exc:
            self._listener.close()
            raise PortBusy(
                f"The port {port} on {HOST} is busy: {exc.strerror}.",
                "Use another port with --port.",
            ) from exc
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}{path}"

    def run(
        self, hand_on: Callable[[list[Json]], object], ready: Callable[[], object] | None = None
    ) -> None:
        """Receive requests and deliver events until SIGINT or SIGTERM; on the main thread only.

        Args:
            hand_on: See `Runner.deliver`. If it raises, the server stops and this raises the same;
                events that were not delivered stay stored.
            ready: Called once requests are answered and signals stop the server.
        """
        with self._stopping() as stopping, self._serving():
            if ready is not None:
                ready()
            while not stopping:
                self._runner.deliver(self._trigger, hand_on)
                self._wait_for_wake_up()
        self._runner.deliver(self._trigger, hand_on)

    async def _receive(self, request: Request) -> Response:
        pushed = await read_request(request)
        if isinstance(pushed, Response):
            return pushed
        response = await run_in_threadpool(store_events, self._runner, self._trigger, pushed)
        self._wake_ups.put(None)
        return response

    def _wait_for_wake_up(self) -> None:
        """Wait for a token, at most `_LOOK` seconds, and remove all tokens."""
        with suppress(Empty):
            self._wake_ups.get(timeout=_LOOK)
            while True:
                self._wake_ups.get_nowait()

    @contextmanager
    def _serving(self) -> Generator[None]:
        import uvicorn  # of the extra `studio`

        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            limit_concurrency=64,
            timeout_graceful_shutdown=int(_PATIENCE),
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([self._listener],), daemon=True)
        thread.start()
        pause = threading.Event()
        while thread.is_alive() and not server.started:
            pause.wait(_POLL)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)
            self._listener.close()

    @contextmanager
    def _stopping(self) -> Generator[list[int]]:
        """Yield a list that the first signal is added to; the second one ends the process."""
        stopping: list[int] = []

        def stop(number: int, _frame: FrameType | None) -> None:
            signal.signal(number, previous[signal.Signals(number)] or signal.SIG_DFL)
            stopping.append(number)
            self._wake_ups.put(None)

        # Read before the first is replaced: a signal may come at once.
        previous = {number: signal.getsignal(number) for number in _SIGNALS}
        for number in _SIGNALS:
            signal.signal(number, stop)
        try:
            yield stopping
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler or signal.SIG_DFL)
