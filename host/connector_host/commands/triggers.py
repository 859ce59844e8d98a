"""`triggers add|list|show|remove` and `poll`: what starts a run, and how far it has come."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector_host.commands.settings import read_json_object
from connector_host.host import Host
from connector_host.terminal import dump_json_line

if TYPE_CHECKING:
    from connector_host.store.triggers import Trigger

ADD_EXAMPLES = ('triggers add new_rows acme some_trigger --input \'{"field": "value"}\'',)
LIST_EXAMPLES = ("triggers list --json",)
SHOW_EXAMPLES = ("triggers show new_rows",)
REMOVE_EXAMPLES = ("triggers remove new_rows",)
POLL_EXAMPLES = ("poll new_rows", "poll new_rows --once > events.jsonl")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The trigger that was added.")]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


def add_trigger(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name for it.")],
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection.")],
    trigger: Annotated[str, typer.Argument(metavar="TRIGGER", help="One of the connector's.")],
    inputs: Annotated[
        str, typer.Option("--input", metavar="JSON", help="A JSON object, @PATH, or - for stdin.")
    ] = "{}",
) -> None:
    """Store a trigger, so that `poll` gives its events; the first poll decides where it starts."""
    host: Host = ctx.obj
    parsed_inputs = read_json_object(inputs, "input")
    stored = host.runner.check_trigger(connection, trigger, parsed_inputs)
    host.store.triggers.add(name, connection_id=stored.id, trigger=trigger, inputs=parsed_inputs)
    pushed = host.runner.triggers.delivery(stored, trigger) == "webhook"
    command = f"webhook serve {name}" if pushed else f"poll {name}"
    verb = "Receive its events" if pushed else "Poll it"
    host.note(f"Stored as {name!r}. {verb} with: {ctx.find_root().info_name} {command}")


def list_all(ctx: typer.Context, as_json: Json = False) -> None:
    """List the stored triggers."""
    host: Host = ctx.obj
    triggers = host.store.triggers.list()
    if as_json:
        host.data([_head(trigger) for trigger in triggers])
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("Name", "Connection", "Trigger", "Changed", box=None)
    for trigger in triggers:
        table.add_row(*(Text(value) for value in list(_head(trigger).values())[:4]))
    host.out.print(table if triggers else "There are no triggers yet.")


def show(ctx: typer.Context, name: Name) -> None:
    """Print a trigger with its inputs and its cursor, as JSON; of a pushed one, how many wait."""
    host: Host = ctx.obj
    trigger = host.store.triggers.get(name)
    host.runner.check_trigger(trigger.connection, trigger.trigger, trigger.inputs)
    view: dict[str, Any] = {**_head(trigger), "inputs": trigger.inputs, "cursor": trigger.cursor}
    if host.runner.triggers.delivery(trigger.connection, trigger.trigger) == "webhook":
        view["waiting"] = trigger.count_waiting()
    host.data(view)


def remove(ctx: typer.Context, name: Name) -> None:
    """Remove a trigger and its cursor."""
    host: Host = ctx.obj
    trigger = host.store.triggers.get(name)
    host.admin.get_for_change(trigger.connection)
    host.store.triggers.remove(name)
    host.note(f"Removed {name!r}.")


def poll(
    ctx: typer.Context,
    name: Name,
    once: Annotated[
        bool, typer.Option("--once", help="Poll once, even when there are more events.")
    ] = False,
) -> None:
    """Print the events since the last poll, a line of JSON each, oldest first.

    The cursor is stored once they are written. If this is interrupted before, the same events
    come again: recognize them by their id.
    """
    host: Host = ctx.obj
    trigger = host.store.triggers.get(name)
    events = 0
    while True:
        polled = host.runner.poll(trigger, _write)
        events += polled.events
        for warning in polled.warnings:
            host.note(f"warning: {warning}")
        if once or not polled.more:
            break
    host.note(f"{events} events.{' There are more.' if polled.more else ''}")


def _write(events: list[Any]) -> None:
    for event in events:
        sys.stdout.write(dump_json_line(event) + "\n")
    sys.stdout.flush()


def _head(trigger: "Trigger") -> dict[str, str]:
    keys = ("name", "connection", "trigger", "changed_at", "created_at")
    return {key: getattr(trigger, key) for key in keys}
