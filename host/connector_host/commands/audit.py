"""`audit`: the audit trail, which says who did what with which connection, and when."""

from typing import Annotated

import typer

from connector_host.commands.parameters import AsJson
from connector_host.host import Host

EXAMPLES = ("audit", "audit --connection acme --newest 20", "audit --json --newest 100000")


def audit(
    ctx: typer.Context,
    connection: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only entries about this connection.")
    ] = None,
    newest: Annotated[int, typer.Option(min=1, help="Number of entries to show.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show the audit trail: who did what, the oldest first.

    It holds names, and no secrets, inputs or results. The newest 100000 entries are stored; older
    ones are deleted.
    """
    host: Host = ctx.obj
    entries = host.store.trail.entries(connection=connection, newest=newest)
    if as_json:
        host.data([entry.as_json() for entry in entries])
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("When", "Who", "What", "Connection", "", box=None)
    for entry in entries:
        cells = (entry.at, entry.who or "-", entry.what, entry.connection, entry.detail)
        table.add_row(*(Text(cell) for cell in cells))
    host.out.print(table if entries else "The audit trail is empty.")
