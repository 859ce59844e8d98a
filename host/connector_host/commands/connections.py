"""`connections list|show|rename|remove|share|unshare|owner`: connections, without secrets."""

from typing import Annotated, Any

import typer

from connector_host import manifest as manifests
from connector_host import settings_form
from connector_host.access import check_use
from connector_host.commands.parameters import AsJson
from connector_host.errors import PluginBroken, StoreDamaged, UnknownName, WrongKey
from connector_host.host import Host
from connector_host.store.connection import Connection

SEALED = "(sealed)"
MAYBE_SEALED = "(sealed, or not set)"  # only the key tells which
LIST_EXAMPLES = ("connections list", "--as ann --group sales connections list --json")
SHOW_EXAMPLES = ("connections show acme --json",)
RENAME_EXAMPLES = ("connections rename acme acme-2",)
REMOVE_EXAMPLES = ("connections remove acme --yes", "connections remove acme --yes --no-revoke")
SHARE_EXAMPLES = ("--as ann connections share acme --user bob --group sales",)
UNSHARE_EXAMPLES = ("--as ann connections unshare acme --group sales",)
OWNER_EXAMPLES = ("connections owner acme ann", "--as ann connections owner acme --anyone")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a stored connection.")]
Users = Annotated[
    list[str] | None,
    typer.Option("--user", metavar="USER", help="Name of a user; repeat for several."),
]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="GROUP", help="Name of a group; repeat for several."),
]


def list_all(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the stored connections; with --as, only those that the user may use."""
    host: Host = ctx.obj
    stored = host.admin.visible()
    if as_json:
        host.data([_head(connection) for connection in stored])
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None)
    for title in ("Name", "Connector", "Method", "Owner"):
        table.add_column(title, overflow="fold")
    table.add_column("Changed (UTC)", no_wrap=True)
    table.add_column("State", no_wrap=True)
    for connection in stored:
        head = _head(connection)
        row = (head[key] for key in ("name", "connector", "method"))
        table.add_row(
            *(Text(cell) for cell in row),
            Text(head["owner"] or "anyone"),
            Text(_to_minute(head["changed_at"])),
            Text("needs sign-in", style="red") if head["needs_sign_in"] else Text(""),
        )
    host.out.print(table if stored else "There are no connections yet.")


def show(ctx: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show one connection; the values of secrets are never shown."""
    host: Host = ctx.obj
    connection = host.store.peek(name)
    if host.principal is not None:
        check_use(name, connection.access, host.principal)
    try:
        connection.verify()
    except StoreDamaged as exc:
        host.note(f"warning: {exc}")
    except WrongKey:
        pass  # what is not sealed can be shown without a key
    settings = _masked_settings(host, connection)
    head = {
        **_head(connection),
        "users": sorted(connection.access.users),
        "groups": sorted(connection.access.groups),
    }
    if as_json:
        host.data({**head, "settings": settings})
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None)
    for key, value in {**head, **settings}.items():
        if value not in (None, []):
            table.add_row(Text(key, style="bold"), Text(_format_value(value)))
    host.out.print(table)


def rename(
    ctx: typer.Context,
    name: Name,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME", help="The new name.")],
) -> None:
    """Rename a connection; its id does not change."""
    host: Host = ctx.obj
    host.admin.rename(name, new_name)
    host.note(f"{name!r} is now {new_name!r}.")


def remove(
    ctx: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    revoke: Annotated[
        bool,
        typer.Option("--revoke/--no-revoke", help="Whether to revoke its tokens at the service."),
    ] = True,
) -> None:
    """Remove a connection, and revoke its tokens at the service."""
    host: Host = ctx.obj
    try:
        host.admin.get_for_change(name)
    except StoreDamaged as exc:
        host.note(f"warning: {exc}")
    if host.interactive and not yes:
        typer.confirm(f"Remove {name!r}?", abort=True, err=True)
    try:
        host.runner.close(name, revoke=revoke)
    except (UnknownName, PluginBroken, StoreDamaged) as exc:
        if revoke:
            host.note(f"warning: The tokens of {name!r} were not revoked. {exc}")
    except Exception:
        if revoke:
            host.note(
                f"{name!r} was not removed. Add --no-revoke to remove it without revoking tokens."
            )
        raise
    host.admin.remove(name)
    host.note(f"Removed {name!r}.")


def share(ctx: typer.Context, name: Name, users: Users = None, groups: Groups = None) -> None:
    """Share a connection with users and groups; only its owner may change it."""
    host: Host = ctx.obj
    host.admin.share(name, users or [], groups or [])
    host.note(_describe_access(host, name))


def unshare(ctx: typer.Context, name: Name, users: Users = None, groups: Groups = None) -> None:
    """Stop sharing a connection with users and groups."""
    host: Host = ctx.obj
    host.admin.unshare(name, users or [], groups or [])
    host.note(_describe_access(host, name))


def owner(
    ctx: typer.Context,
    name: Name,
    user: Annotated[
        str | None, typer.Argument(metavar="USER", help="Name of the new owner.")
    ] = None,
    anyone: Annotated[
        bool,
        typer.Option(
            "--anyone", help="Remove the owner: anyone on this machine may use the connection."
        ),
    ] = False,
) -> None:
    """Set, change or remove the owner of a connection."""
    host: Host = ctx.obj
    if anyone == (user is not None):
        raise typer.BadParameter("Give either USER or --anyone.")
    host.admin.transfer_ownership(name, user)
    host.note(_describe_access(host, name))


def _describe_access(host: Host, name: str) -> str:
    access = host.store.peek(name).access
    if access.owner is None:
        return f"Anyone on this machine may use {name!r}."
    others = [*sorted(access.users), *(f"the group {group}" for group in sorted(access.groups))]
    shared = f"shared with {', '.join(others)}" if others else "not shared"
    return f"{name!r} belongs to {access.owner} and is {shared}."


def _head(connection: Connection) -> dict[str, Any]:
    keys = ("name", "id", "connector", "method", "app", "created_at", "changed_at")
    needed = connection.needs_sign_in
    return {
        **{key: getattr(connection, key) for key in keys},
        "owner": connection.access.owner,
        "needs_sign_in": vars(needed) if needed else None,
    }


def _to_minute(timestamp: str) -> str:
    """Shorten a timestamp to its minute: `2026-11-22 06:00`."""
    return timestamp[:16].replace("T", " ")


def _format_value(value: Any) -> str:
    """Format a value for a table's cell."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _masked_settings(host: Host, connection: Connection) -> dict[str, Any]:
    """Return the settings with a placeholder for each secret; unseals none."""
    settings = connection.plain_settings
    try:
        manifest = host.registry.manifest(connection.connector)
        entry = manifests.get_part(manifest, "auth_methods", connection.method)
    except (UnknownName, PluginBroken):
        return settings  # without its connector, what is not secret can still be shown
    return settings | {
        field.name: SEALED if field.required else MAYBE_SEALED
        for field in settings_form.fields(entry["schema"])
        if field.secret
    }
