"""`limits`: the quotas of a connection's service."""

import typer

from connector_host.commands.parameters import AsJson, Connection
from connector_host.host import Host

LIMITS_EXAMPLES = ("limits acme", "limits acme --json")


def limits(
    ctx: typer.Context,
    connection: Connection,
    as_json: AsJson = False,
) -> None:
    """Show the service's quotas: used, left, and reserved for others; may spend a call."""
    host: Host = ctx.obj
    quotas = host.runner.limits(connection)
    if as_json:
        host.data(quotas)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("Quota", box=None)
    for name in ("Used", "Maximum", "Left", "Reserved for others"):
        table.add_column(name, justify="right")
    for limit in quotas:
        near = limit["maximum"] > 0 and limit["left"] <= max(limit["floor"], limit["maximum"] // 10)
        numbers = [f"{limit[key]:,}" for key in ("used", "maximum", "left")]
        floor = f"{limit['floor']:,}" if limit["floor"] else ""
        table.add_row(
            Text(limit["title"], style="yellow" if near else ""), *map(Text, [*numbers, floor])
        )
    host.out.print(table)
