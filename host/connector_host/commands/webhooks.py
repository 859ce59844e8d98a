"""`webhook serve`: receive what a service pushes to a trigger."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from connector_host.commands.parameters import Trigger
from connector_host.commands.triggers import print_events
from connector_host.errors import BadInput, NotInstalled
from connector_host.hookspecs import Json
from connector_host.host import Host
from connector_host.own_distribution import own_distribution

SERVE_EXAMPLES = ("webhook serve new_rows", "webhook serve new_rows --append events.jsonl")
PORT = 8930


def serve(
    ctx: typer.Context,
    name: Trigger,
    port: Annotated[
        int, typer.Option(help="Port of 127.0.0.1; 0 takes a free one.", min=0, max=65535)
    ] = PORT,
    append: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Append the events to this file instead of printing them."
        ),
    ] = None,
) -> None:
    """Receive events that a service pushes to a trigger, until Ctrl+C; print one line of JSON each.

    A request is answered after its events are stored, and they are printed from the store: no event
    is lost when the process is killed, and those that were not printed are printed at the next
    start. With --append, the file has each event once; on stdout, events may be repeated after a
    kill, with the same ids.

    It listens on 127.0.0.1 only. A service reaches it over HTTPS through a proxy or a tunnel. The
    path of the URL is secret: whoever knows it can send events.
    """
    try:
        from connector_host.web.webhook_server import WebhookServer
    except ModuleNotFoundError as exc:
        raise NotInstalled(
            f"`webhook serve` needs {exc.name}.",
            f"Run: pip install '{own_distribution().distribution}[studio]'",
        ) from exc
    host: Host = ctx.obj
    trigger = host.store.triggers.get(name)
    delivery = host.runner.triggers.delivery(trigger.connection, trigger.trigger)
    if delivery != "webhook":
        raise BadInput(
            f"The trigger {name!r} is polled; its service pushes no events.",
            f"Poll it: {ctx.find_root().info_name} poll {name}",
        )
    write = print_events if append is None else _appender(host, append)
    server = WebhookServer(host.runner, trigger, f"/webhooks/{trigger.id}", port)
    # Said once signals are handled: before that, Ctrl+C may come amid an import that swallows it.
    server.run(write, ready=lambda: host.note(f"Receiving at {server.url} until Ctrl+C."))
    host.note("Stopped.")


def _appender(host: Host, path: Path) -> Callable[[list[Json]], None]:
    """Return a function that appends events to a file.

    Raises:
        BadInput: The file cannot be written.
    """
    from connector_host.json_lines import JsonLines
    from connector_host.runner.trigger_runner import MAX_DELIVERED

    lines = JsonLines(path, MAX_DELIVERED)
    try:
        lines.append([])
    except OSError as exc:
        raise BadInput(
            f"{path} cannot be written: {exc.strerror or exc}.",
            "Choose a file in a folder that you may write to.",
        ) from exc
    # Servers of several triggers may append to one file.
    lock = f"file-{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:32]}"

    def append(events: list[Json]) -> None:
        with host.store.hold(lock):
            lines.append(events)

    return append
