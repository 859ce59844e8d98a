"""`plugins` and `manifest`: the connectors that are installed, and their manifests."""

from dataclasses import asdict
from typing import Annotated

import typer

from connector_host.commands import external
from connector_host.commands.parameters import AsJson
from connector_host.host import Host
from connector_host.own_distribution import choose_connector
from connector_host.registry import Registry

PLUGINS_EXAMPLES = ("plugins", "plugins --json")
MANIFEST_EXAMPLES = (
    "manifest",
    "manifest --summary",
    "manifest --method jwt_bearer",
    "manifest echo > manifest.json",
)


def plugins(
    ctx: typer.Context,
    as_json: AsJson = False,
) -> None:
    """List the installed connectors, and the reason if one cannot be used.

    Commands of other packages are listed if they cannot be used.
    """
    host: Host = ctx.obj
    registry = Registry.load()  # validates each manifest, which other commands do not
    records = [
        *({"group": "connector", **asdict(plugin)} for plugin in registry.plugins),
        *({"group": "command", **asdict(plugin)} for plugin in external.list_broken()),
    ]
    if as_json:
        host.data(records)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("Name", "Distribution", "Version", "Status", box=None)
    for record in records:
        name = record["name"] if record["group"] == "connector" else f"{record['name']} (command)"
        style = "green" if record["status"] == "ok" else "red"
        cells = (name, record["distribution"], record["version"])
        table.add_row(*(Text(cell) for cell in cells), Text(record["status"], style=style))
    host.out.print(table if records else "No connector is installed.")
    for record in records:
        if record["cause"]:
            host.out.print(Text(f"{record['name']}: {record['cause']}"), soft_wrap=True)


def manifest(
    ctx: typer.Context,
    connector: Annotated[
        str | None,
        typer.Argument(
            metavar="CONNECTOR",
            help="Name of the connector; needed only when several are installed.",
        ),
    ] = None,
    as_summary: Annotated[
        bool, typer.Option("--summary", help="Print only names, titles and categories.")
    ] = False,
    method: Annotated[
        str | None, typer.Option("--method", metavar="METHOD", help="Print only this auth method.")
    ] = None,
) -> None:
    """Print a connector's manifest as JSON: auth methods, actions, triggers, schemas.

    `actions ACTION --json` prints one action.
    """
    host: Host = ctx.obj
    name = choose_connector(host.registry, connector)
    if method is not None:
        host.data(host.registry.describe_auth_method(name, method))
    else:
        host.data(host.registry.summary(name) if as_summary else host.registry.manifest(name))
