"""`triggers add|list|show|remove` and `poll`: stored triggers, and the events of those polled."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector_host.commands.parameters import AsJson, Connection, Inputs, Trigger
from connector_host.commands.settings import read_json_object
from connector_host.hookspecs import Json
from connector_host.host import Host
from connector_host.terminal import dump_json_line

if TYPE_CHECKING:
    from connector_host.store import triggers as stored_triggers

ADD_EXAMPLES = ('triggers add new_rows acme some_trigger --input \'{"field": "value"}\'',)
LIST_EXAMPLES = ("triggers list --json",)
SHOW_EXAMPLES = ("triggers show new_rows",)
REMOVE_EXAMPLES = ("triggers remove new_rows",)
POLL_EXAMPLES = ("poll new_rows", "poll new_rows --once > events.jsonl")


def add_trigger(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name for the new trigger.")],
    connection: Connection,
    trigger: Annotated[
        str,
        typer.Argument(
            metavar="TRIGGER", help="A trigger of the connector; `manifest --summary` lists them."
        ),
    ],
    inputs: Inputs = "{}",
) -> None:
    """Store a trigger; the first poll decides where its events begin."""
    host: Host = ctx.obj
    parsed_inputs = read_json_object(inputs, "input")
    stored = host.runner.check_trigger(connection, trigger, parsed_inputs)
    host.store.triggers.add(name, connection_id=stored.id, trigger=trigger, inputs=parsed_inputs)
    pushed = host.runner.triggers.delivery(stored, trigger) == "webhook"
    command = f"webhook serve {name}" if pushed else f"poll {name}"
    verb = "Receive its events" if pushed else "Poll it"
    host.note(f"Stored as {name!r}. {verb} with: {ctx.find_root().info_name} {command}")


def list_all(ctx: typer.Context, as_json: AsJson = False) -> None:
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


def show(ctx: typer.Context, name: Trigger) -> None:
    """Print a trigger as JSON: inputs, cursor, and how many pushed events wait to be printed."""
    host: Host = ctx.obj
    trigger = host.store.triggers.get(name)
    host.runner.check_trigger(trigger.connection, trigger.trigger, trigger.inputs)
    view: dict[str, Any] = {**_head(trigger), "inputs": trigger.inputs, "cursor": trigger.cursor}
    if host.runner.triggers.delivery(trigger.connection, trigger.trigger) == "webhook":
        view["waiting"] = trigger.count_waiting()
    host.data(view)


def remove(ctx: typer.Context, name: Trigger) -> None:
    """Remove a trigger and its cursor."""
    host: Host = ctx.obj
    trigger = host.store.triggers.get(name)
    host.admin.get_for_change(trigger.connection)
    host.store.triggers.remove(name)
    host.note(f"Removed {name!r}.")


def poll(
    ctx: typer.Context,
    name: Trigger,
    once: Annotated[
        bool, typer.Option("--once", help="Poll once, even if there are more events.")
    ] = False,
) -> None:
    """Print the events since the last poll, one line of JSON each, the oldest first.

    The cursor is stored after the events are printed. If the command is interrupted before that,
    the next poll prints them again, with the same ids.
    """
    host: Host = ctx.obj
    trigger = host.store.triggers.get(name)
    events = 0
    while True:
        polled = host.runner.poll(trigger, print_events)
        events += polled.events
        for warning in polled.warnings:
            host.note(f"warning: {warning}")
        if once or not polled.more:
            break
    host.note(f"{events} events.{' There are more.' if polled.more else ''}")


def print_events(events: list[Json]) -> None:
    """Print events on stdout, one line of JSON each; they are written when this returns."""
    for event in events:
        sys.stdout.write(dump_json_line(event) + "\n")
    sys.stdout.flush()


def _head(trigger: "stored_triggers.Trigger") -> dict[str, str]:
    keys = ("name", "connection", "trigger", "changed_at", "created_at")
    return {key: getattr(trigger, key) for key in keys}
