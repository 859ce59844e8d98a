"""Serves the studio on loopback until it is stopped."""

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connector_host.errors import NotInstalled, PortBusy
from connector_host.own_distribution import own_distribution

if TYPE_CHECKING:
    from connector_host.host import Host


def serve_studio(host: "Host", port: int, ready: Callable[[str], Any]) -> None:
    """Serve the studio until Ctrl+C or SIGTERM.

    Args:
        port: A port of 127.0.0.1; 0 takes a free one.
        ready: Called with the URL, which contains the token, once the page can be opened.

    Raises:
        NotInstalled: The extra `studio` or the built page is missing.
        PortBusy: Another program listens on the port.
    """
    try:
        import uvicorn

        from connector_host.studio.app import HOST, create_studio
        from connector_host.studio.session import StudioSession
        from connector_host.web.services import Services
    except ModuleNotFoundError as exc:
        raise NotInstalled(
            f"The studio needs {exc.name}.",
            f"Run: pip install '{own_distribution().distribution}[studio]'",
        ) from exc

    with socket.socket(proto=socket.IPPROTO_TCP) as listener:  # for asyncio to set TCP_NODELAY
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError as exc:
            raise PortBusy(
                f"The port {port} on {HOST} is busy: {exc.strerror}.",
                "Another studio may be running. Otherwise use another port with --port.",
            ) from exc
        port = listener.getsockname()[1]
        session = StudioSession(port=port, principal=host.principal)
        services = Services(host.registry, host.store)
        app = create_studio(services, session, port=port)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,  # a page that listens to events would keep it open
        )
        # By name: services redirect browsers to http URLs only at `localhost`.
        ready(f"http://localhost:{port}/?token={session.token}")
        uvicorn.Server(config).run(sockets=[listener])
