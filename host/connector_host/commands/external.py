"""Commands of other packages, found by the entry-point group `connector_host.commands`.

Each is a `typer.Typer` (a group) or a function (a command). It is loaded when it is used or listed,
and a broken one harms no other.
"""

from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

import typer
from typer.core import TyperGroup

from connector_host.errors import PluginBroken
from connector_host.registry import Plugin

GROUP = "connector_host.commands"


def names() -> list[str]:
    """List the names of the commands, without loading any."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def load(name: str) -> Any:
    """Return the command of this name; None when there is none.

    A broken one becomes a command that reports the cause.
    """
    entries = [*entry_points(group=GROUP, name=name)]
    if not entries:
        return None
    try:
        return _command(name, _load_entry_point(entries))
    except PluginBroken as broken:
        return _stand_in(name, str(broken))


def list_broken() -> list[Plugin]:
    """List the commands that cannot be loaded, as the registry lists connectors."""
    records = []
    for name in names():
        entries = [*entry_points(group=GROUP, name=name)]
        try:
            _load_entry_point(entries)
        except PluginBroken as exc:
            records += [_record(entry, str(exc)) for entry in entries]
    return records


def _load_entry_point(entries: list[EntryPoint]) -> Any:
    if len(entries) > 1:
        names_of_both = " and ".join(_record(entry, "").distribution for entry in entries)
        raise PluginBroken(
            f"{names_of_both} both provide a command {entries[0].name!r}.", "Uninstall one."
        )
    # An import of another package may raise any exception.
    try:
        return entries[0].load()
    except (Exception, SystemExit) as exc:
        cause = " ".join(f"{type(exc).__name__}: {exc}".split())
        raise PluginBroken(f"{entries[0].value} cannot be imported: {cause}") from exc


def _command(name: str, loaded: Any) -> Any:
    """Build a command from the object of an entry point."""
    # Through a group: typer has no other way to build one command.
    program = typer.Typer(add_completion=False)
    program.callback()(_nothing)
    if isinstance(loaded, typer.Typer):
        program.add_typer(loaded, name=name)
    elif callable(loaded):
        program.command(name)(loaded)
    else:
        raise PluginBroken(f"{loaded!r} is neither a typer.Typer nor a function.")
    return cast("TyperGroup", typer.main.get_command(program)).commands[name]


def _stand_in(name: str, cause: str) -> Any:
    def refuse() -> None:
        raise PluginBroken(f"The command {name!r} cannot be used: {cause}")

    refuse.__doc__ = f"(broken) {cause}"
    return _command(name, refuse)


def _nothing() -> None:
    """Build a group with one command."""


def _record(entry: EntryPoint, cause: str) -> Plugin:
    dist = entry.dist
    name, version = (dist.metadata["Name"], dist.version) if dist else ("unknown", "")
    return Plugin(entry.name, name, version, "broken", cause)
