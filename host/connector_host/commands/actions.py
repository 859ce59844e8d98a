"""`actions`: the actions of all connectors, with their inputs and outputs."""

from collections.abc import Iterator
from typing import Annotated

import typer

from connector_host import manifest as manifests
from connector_host import settings_form
from connector_host.commands.parameters import AsJson
from connector_host.errors import unknown
from connector_host.hookspecs import JsonObject
from connector_host.host import Host

EXAMPLES = ("actions", "actions some_action", "actions some_action --json")


def actions(
    ctx: typer.Context,
    action: Annotated[
        str | None, typer.Argument(metavar="ACTION", help="Name of an action to show.")
    ] = None,
    connector: Annotated[
        str | None, typer.Option(metavar="CONNECTOR", help="Only the actions of this connector.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List all actions, or show one with its fields and examples."""
    host: Host = ctx.obj
    names = host.registry.names if connector is None else [connector]
    entries = [(name, entry) for name in names for entry in host.registry.manifest(name)["actions"]]
    if action is None:
        _list(host, entries, as_json)
        return
    matches = [(name, entry) for name, entry in entries if entry["name"] == action]
    if not matches:
        raise unknown("action", action, {entry["name"] for _, entry in entries})
    for name, entry in matches:
        if as_json:
            host.data({"connector": name, **entry})
        else:
            _show(host, name, entry)


def _list(host: Host, entries: list[tuple[str, JsonObject]], as_json: bool) -> None:
    if as_json:
        host.data([{"connector": name, **entry} for name, entry in entries])
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("Connector", "Action", "Description", "Effect", box=None)
    for name, entry in entries:
        first = entry["description"].split("\n")[0]
        table.add_row(Text(name), Text(entry["name"], style="bold"), Text(first), _effect(entry))
    host.out.print(table if entries else "No connector is installed.")


def _show(host: Host, connector: str, action: JsonObject) -> None:
    from rich.table import Table
    from rich.text import Text

    host.out.print(Text(f"{action['title']} ({connector} {action['name']})", style="bold"))
    host.out.print(Text(action["description"]))
    host.out.print(Text(", ".join(_notes(action)), style="dim"))
    for heading, key in (("Input", "input"), ("Output", "output")):
        table = Table(heading, "Type", "Required", "Description", box=None, title_justify="left")
        for field in settings_form.fields(action[key]):
            meaning = field.description or field.title
            required = "yes" if field.required and key == "input" else ""
            table.add_row(Text(field.name), " or ".join(field.types), required, Text(meaning))
        host.out.print(table)
    for example in action.get("examples", []):
        host.out.print(Text(f"Example: {example['summary']}"))
        host.out.print_json(data=example["input"])


def _notes(action: JsonObject) -> Iterator[str]:
    yield _effect(action)
    if "since" in action:
        yield f"since {action['since']}"
    if action.get("deprecated"):
        yield manifests.deprecation(action)


def _effect(action: JsonObject) -> str:
    """Describe what an action does to data, with the defaults that MCP gives its hints."""
    hints = action.get("annotations", {})
    if hints.get("readOnlyHint", False):
        return "reads"
    return "changes or deletes" if hints.get("destructiveHint", True) else "adds"
