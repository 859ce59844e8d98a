"""`webhook serve`: receive what a service pushes to a trigger."""

import hashlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from connector_host.errors import BadInput, NotInstalled
from connector_host.hookspecs import Json
from connector_host.host import Host
from connector_host.own_distribution import own_distribution
from connector_host.terminal import dump_json_line

SERVE_EXAMPLES = ("webhook serve new_rows", "webhook serve new_rows --append events.jsonl")
PORT = 8930


def serve(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The trigger that was added.")],
    port: Annotated[
        int, typer.Option(help="Port of 127.0.0.1; 0 takes a free one.", min=0, max=65535)
    ] = PORT,
    append: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Append the events to this file, not to stdout."),
    ] = None,
) -> None:
    """Receive a trigger's pushed events until Ctrl+C; print a line of JSON for each.

    A request is answered once its events are in the store, and they are printed from there: none
    is lost, also when this is killed, and what was not printed is printed at the next start. With
    --append each event is in the file once; on stdout some may come again after a kill: recognize
    them by their id.

    It listens on this machine alone. A service reaches it by https through a proxy or a tunnel; the
    path of the URL is what nobody else knows.
    """
    try:
        from connector_host.web.webhook_server import WebhookServer
    except ModuleNotFoundError as exc:
        raise NotInstalled(
            f"`webhook serve` needs {exc.name}.",
            f"pip install '{own_distribution().distribution}[studio]'",
        ) from exc
    from connector_host.json_lines import JsonLines
    from connector_host.runner.trigger_runner import MAX_DELIVERED

    host: Host = ctx.obj
    trigger = host.store.triggers.get(name)
    delivery = host.runner.triggers.delivery(trigger.connection, trigger.trigger)
    if delivery != "webhook":
        raise BadInput(
            f"The trigger {name!r} is polled: nothing is pushed to it.",
            f"Poll it: {ctx.find_root().info_name} poll {name}",
        )
    write = _write
    if append is not None:
        lines = JsonLines(append, MAX_DELIVERED)
        try:
            lines.append([])
        except OSError as exc:
            raise BadInput(
                f"{append} cannot be written: {exc.strerror or exc}.",
                "Choose a file in a folder that you may write to.",
            ) from exc
        # Servers of several triggers may append to one file.
        name = hashlib.sha256(str(append.resolve()).encode()).hexdigest()[:32]

        def write(events: list[Json]) -> None:
            with host.store.hold(f"file-{name}"):
                lines.append(events)

    server = WebhookServer(host.runner, trigger, f"/webhooks/{trigger.id}", port)
    host.note(f"Receiving at {server.url} until Ctrl+C.")
    server.run(write)
    host.note("Stopped.")


def _write(events: list[Json]) -> None:
    for event in events:
        sys.stdout.write(dump_json_line(event) + "\n")
    sys.stdout.flush()
