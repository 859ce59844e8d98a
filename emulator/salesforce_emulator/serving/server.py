"""The org on a socket of this machine: uvicorn in a thread.

    with serve(org) as url: ...

https://www.uvicorn.org/
"""

import socket
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from salesforce_emulator.app.app import create_app
from salesforce_emulator.http.loopback import HOST, PortInUse
from salesforce_emulator.org.state import Org
from salesforce_emulator.serving.abortable_protocol import AbortableProtocol
from salesforce_emulator.serving.allowed_hosts import AllowedHosts

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from salesforce_emulator.serving.certificates import Certificates

_HEAD_LIMIT: Final = 1 << 17  # bytes; above Salesforce's own, so that its 414 and 431 are answered
# Seconds that a connection may idle: ours. With uvicorn's 5 a client that waits 5 between its looks
# at a job, as simple-salesforce does, now and then sends into a connection that is being closed.
_IDLE: Final = 75
_POLL: Final = 0.005  # seconds between looks at whether the server is up
_PATIENCE: Final = 10.0  # seconds that it may take to come up, and to go down


@contextmanager
def serve(
    org: Org,
    port: int = 0,
    *,
    certificates: "Certificates | None" = None,
    app: "ASGIApp | None" = None,
    allowed_hosts: Iterable[str] = (),
) -> Generator[str]:
    """Serve an org until the block ends; returns its URL, `http://127.0.0.1:PORT`.

    Args:
        port: 0 takes a free one.
        certificates: Serve https with these, see `certificates.py`; None serves http.
        app: The org's app with something around it; None for the app as it is.
        allowed_hosts: Host names to answer for, beside loopback and Salesforce's.

    Raises:
        PortInUse: Another program has the port.
    """
    with _listening(port) as listener:
        config = uvicorn.Config(
            AllowedHosts(app or create_app(org), allowed_hosts),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            date_header=False,  # the Date header follows the org's clock
            http=AbortableProtocol,
            h11_max_incomplete_event_size=_HEAD_LIMIT,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=_IDLE,
            ssl_certfile=certificates.chain if certificates else None,
            ssl_keyfile=certificates.key if certificates else None,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=server.run, args=([listener],), name="org-server", daemon=True
        )
        thread.start()
        try:
            _wait_until_up(server, thread)
            scheme = "https" if certificates else "http"
            yield f"{scheme}://{HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


@contextmanager
def _listening(port: int) -> Generator[socket.socket]:
    # TCP by its name: only then asyncio switches Nagle's delay off, 40 ms an answer on loopback.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError as exc:
            raise PortInUse(port) from exc
        yield listener


def _wait_until_up(server: uvicorn.Server, thread: threading.Thread) -> None:
    pause = threading.Event()
    waited = 0.0
    while not server.started:
        if not thread.is_alive() or waited > _PATIENCE:
            raise RuntimeError("The org's server did not come up.")
        pause.wait(_POLL)
        waited += _POLL
