"""`connections list|show|rename|remove`: what is kept, without its secrets."""

from typing import Annotated, Any

import typer

from connector_host import form
from connector_host import manifest as manifests
from connector_host.connection import Connection
from connector_host.errors import PluginBroken, UnknownName
from connector_host.host import Host

SEALED = "(sealed)"
EXAMPLES = ("connections list", "connections show acme --json", "connections remove acme --yes")

Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The connection.")]


def list_all(ctx: typer.Context, as_json: Json = False) -> None:
    """List the connections that are kept."""
    host: Host = ctx.obj
    kept = host.store.list()
    if as_json:
        host.data([_head(connection) for connection in kept])
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("Name", "Connector", "Method", "Changed", box=None)
    for connection in kept:
        head = _head(connection)
        row = (head[key] for key in ("name", "connector", "method", "changed_at"))
        table.add_row(*(Text(cell) for cell in row))
    host.out.print(table if kept else "There are no connections yet.")


def show(ctx: typer.Context, name: Name, as_json: Json = False) -> None:
    """Show one connection; secrets are named, never shown."""
    host: Host = ctx.obj
    connection = host.store.get(name)
    settings = _shown_settings(host, connection)
    if as_json:
        host.data({**_head(connection), "settings": settings})
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None)
    for key, value in {**_head(connection), **settings}.items():
        table.add_row(Text(key, style="bold"), Text(str(value)))
    host.out.print(table)


def rename(
    ctx: typer.Context,
    name: Name,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME", help="What it is to be called.")],
) -> None:
    """Give a connection another name; what uses it by id goes on."""
    host: Host = ctx.obj
    host.store.rename(name, new_name)
    host.note(f"{name!r} is now {new_name!r}.")


def remove(
    ctx: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    revoke: Annotated[
        bool, typer.Option("--revoke/--no-revoke", help="End its tokens at the service too.")
    ] = True,
) -> None:
    """Forget a connection, and end its tokens at the service."""
    host: Host = ctx.obj
    connection = host.store.get(name)
    if host.interactive and not yes:
        typer.confirm(f"Remove {name!r}?", abort=True, err=True)
    try:
        host.runner.close(connection, revoke=revoke)
    except (UnknownName, PluginBroken) as exc:
        if revoke:
            host.note(f"warning: its tokens were not ended. {exc}")
    except Exception:
        if revoke:
            host.note(f"{name!r} was not removed; --no-revoke removes it and leaves its tokens.")
        raise
    host.store.remove(name)
    host.note(f"Removed {name!r}.")


def _head(connection: Connection) -> dict[str, str]:
    keys = ("name", "id", "connector", "method", "created_at", "changed_at")
    return {key: getattr(connection, key) for key in keys}


def _shown_settings(host: Host, connection: Connection) -> dict[str, Any]:
    """Give the settings with a word in the place of each secret; opens none."""
    shown = connection.plain_settings
    try:
        manifest = host.registry.manifest(connection.connector)
        about = manifests.part(manifest, "auth_methods", connection.method)
    except (UnknownName, PluginBroken):
        return shown  # its connector is gone; what is not secret is still worth a look
    return shown | {field.name: SEALED for field in form.fields(about["schema"]) if field.secret}
