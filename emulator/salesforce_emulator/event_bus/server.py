"""The org's Pub/Sub API on a port of this machine.

    with serve_events(org) as endpoint: ...

https://grpc.github.io/grpc/python/
"""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from salesforce_emulator.http.loopback import HOST, PortInUse

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

KEEPALIVE: Final = 1.0  # seconds; Salesforce documents 270, too long for a demo

_MAX_SUBSCRIPTIONS: Final = 64  # subscriptions at a time: each has a thread
_GRACE: Final = 0.5  # seconds that a subscription has to end


@contextmanager
def serve_events(org: "Org", port: int = 0, *, keepalive: float = KEEPALIVE) -> Generator[str]:
    """Serve an org's event bus until the block ends; returns its endpoint, `127.0.0.1:PORT`.

    What is written before is not on the bus. Needs the extra `pubsub`.

    Args:
        port: 0 takes a free one.
        keepalive: Seconds without an event after which a subscriber gets the latest replay id.

    Raises:
        PortInUse: Another program has the port.
    """
    import grpc

    from salesforce_emulator.event_bus.bus import EventBus
    from salesforce_emulator.event_bus.service import EventService

    bus = EventBus(org)
    service = EventService(org, bus, keepalive)
    # A port that two processes share would give a subscriber the events of either.
    server = grpc.server(ThreadPoolExecutor(_MAX_SUBSCRIPTIONS), options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((service.handler(),))
    try:
        bound = server.add_insecure_port(f"{HOST}:{port}")
    except RuntimeError as exc:
        raise PortInUse(port) from exc
    org.schema_listeners.append(bus.log.watch)
    server.start()
    try:
        yield f"{HOST}:{bound}"
    finally:
        service.stopping.set()
        server.stop(_GRACE).wait()
        org.schema_listeners.remove(bus.log.watch)
        bus.log.stop()
