"""Commands of other packages, found by the entry-point group `connector_host.commands`.

Each is a `typer.Typer` (a group) or a function (a command). It is loaded when it is asked for or
listed, and one that does not load harms no other.
"""

from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

import typer
from typer.core import TyperGroup

from connector_host.errors import PluginBroken
from connector_host.registry import Plugin

GROUP = "connector_host.commands"


def names() -> list[str]:
    """List the commands there are, without loading any."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def load(name: str) -> Any:
    """Give the command of this name, None when there is none.

    One that does not load becomes a command that says why.
    """
    found = [*entry_points(group=GROUP, name=name)]
    if not found:
        return None
    try:
        return _command(name, _loaded(found))
    except PluginBroken as broken:
        return _stand_in(name, str(broken))


def broken() -> list[Plugin]:
    """List the commands that do not load, as the registry lists connectors."""
    records = []
    for name in names():
        found = [*entry_points(group=GROUP, name=name)]
        try:
            _loaded(found)
        except PluginBroken as exc:
            records += [_record(entry, str(exc)) for entry in found]
    return records


def _loaded(found: list[EntryPoint]) -> Any:
    if len(found) > 1:
        both = " and ".join(_record(entry, "").distribution for entry in found)
        raise PluginBroken(f"{both} both bring a command {found[0].name!r}.", "Uninstall one.")
    # Another package's import may raise anything at all.
    try:
        return found[0].load()
    except (Exception, SystemExit) as exc:
        cause = " ".join(f"{type(exc).__name__}: {exc}".split())
        raise PluginBroken(f"{found[0].value} does not load: {cause}") from exc


def _command(name: str, loaded: Any) -> Any:
    """Make one command of what an entry point names."""
    # Added to a group and taken out again: typer has no other way to build a part of a program.
    around = typer.Typer(add_completion=False)
    around.callback()(_nothing)
    if isinstance(loaded, typer.Typer):
        around.add_typer(loaded, name=name)
    elif callable(loaded):
        around.command(name)(loaded)
    else:
        raise PluginBroken(f"{loaded!r} is neither a typer.Typer nor a function.")
    return cast("TyperGroup", typer.main.get_command(around)).commands[name]


def _stand_in(name: str, cause: str) -> Any:
    def refuse() -> None:
        raise PluginBroken(f"The command {name!r} cannot be used: {cause}")

    refuse.__doc__ = f"(broken) {cause}"
    return _command(name, refuse)


def _nothing() -> None:
    """Make a group of a program with one command."""


def _record(entry: EntryPoint, cause: str) -> Plugin:
    dist = entry.dist
    name, version = (dist.metadata["Name"], dist.version) if dist else ("unknown", "")
    return Plugin(entry.name, name, version, "broken", cause)
