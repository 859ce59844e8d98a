"""`limits`: the service's quotas of a connection."""

from typing import Annotated

import typer

from connector_host.host import Host

LIMITS_EXAMPLES = ("limits acme", "limits acme --json")


def limits(
    ctx: typer.Context,
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
) -> None:
    """Show the service's quotas: used, left, and left to others; may spend a call."""
    host: Host = ctx.obj
    quotas = host.runner.limits(connection)
    if as_json:
        host.data(quotas)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("Quota", box=None)
    for name in ("Used", "Of", "Left", "Left to others"):
        table.add_column(name, justify="right")
    for limit in quotas:
        near = limit["maximum"] > 0 and limit["left"] <= max(limit["floor"], limit["maximum"] // 10)
        numbers = [f"{limit[key]:,}" for key in ("used", "maximum", "left")]
        floor = f"{limit['floor']:,}" if limit["floor"] else ""
        table.add_row(
            Text(limit["title"], style="yellow" if near else ""), *map(Text, [*numbers, floor])
        )
    host.out.print(table)
