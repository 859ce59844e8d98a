"""`apps add|list|show|remove|rotate`: app profiles, without their secrets."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector_host import settings_form
from connector_host.commands import settings
from connector_host.commands.connections import SEALED
from connector_host.commands.parameters import AsJson, Connector, Settings
from connector_host.errors import BadInput
from connector_host.hookspecs import JsonObject
from connector_host.host import Host
from connector_host.own_distribution import choose_connector
from connector_host.secret_hosts import check_patterns
from connector_host.settings_form import Field

if TYPE_CHECKING:
    from connector_host.store.app_profiles import AppProfile

ADD_EXAMPLES = ("apps add our_app --set KEY=abc --set SECRET=@secret.txt --host '*.example.com'",)
LIST_EXAMPLES = ("apps list", "apps list --json")
SHOW_EXAMPLES = ("apps show our_app",)
ROTATE_EXAMPLES = ("apps rotate our_app --set SECRET=@new-secret.txt",)
REMOVE_EXAMPLES = ("apps remove our_app",)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the app profile.")]
Hosts = Annotated[
    list[str] | None,
    typer.Option(
        "--host",
        metavar="HOST",
        help="Send its secrets only to this host, such as acme.example.com or *.example.com; "
        "repeat for several. Without it, to any host but this machine.",
    ),
]


def add_app(
    ctx: typer.Context,
    name: Name,
    pairs: Settings = None,
    hosts: Hosts = None,
    connector: Connector = None,
) -> None:
    """Store settings of an app once, for many connections: `connect --app NAME` uses them.

    FIELD is a field of any of the connector's auth methods. Secrets are stored sealed.
    """
    host: Host = ctx.obj
    connector_name = choose_connector(host.registry, connector)
    manifest = host.registry.manifest(connector_name)
    values = settings.parse_pairs(_known_fields(manifest), pairs or [])
    if not values:
        raise BadInput("An app profile needs at least one setting.", "Give --set FIELD=VALUE.")
    _check(manifest, values)
    check_patterns(hosts or ())
    plain, secrets = _split(manifest, values)
    host.store.apps.add(
        name,
        connector=connector_name,
        settings=plain,
        secrets=secrets,
        hosts=hosts or (),
        who=host.admin.who,
    )
    host.note(
        f"Stored as {name!r}. Use it with: {ctx.find_root().info_name} connect ... --app {name}"
    )


def list_all(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the app profiles."""
    host: Host = ctx.obj
    apps = host.store.apps.list()
    if as_json:
        host.data([_head(app) for app in apps])
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("Name", "Connector", "Changed", box=None)
    for app in apps:
        table.add_row(Text(app.name), Text(app.connector), Text(app.changed_at))
    host.out.print(table if apps else "There are no app profiles yet.")


def show(ctx: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show an app profile and the connections that use it; secrets are never shown."""
    host: Host = ctx.obj
    app = host.store.apps.get(name)
    values: JsonObject = {**app.plain_settings, **dict.fromkeys(app.secrets, SEALED)}
    used_by = host.store.apps.users_of(name)
    if as_json:
        host.data({**_head(app), "settings": values, "hosts": list(app.hosts), "used_by": used_by})
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None)
    limits = {"hosts": ", ".join(app.hosts)} if app.hosts else {}
    values = {**_head(app), **values, **limits, "used by": ", ".join(used_by) or "no connection"}
    for key, value in values.items():
        table.add_row(Text(key, style="bold"), Text(str(value)))
    host.out.print(table)


def rotate(ctx: typer.Context, name: Name, pairs: Settings = None) -> None:
    """Change secrets of an app profile, for all connections that use it.

    Without --set, it prompts for each secret. Settings that are not secret identify the app and
    cannot be changed: add another profile.
    """
    host: Host = ctx.obj
    app = host.store.apps.get(name)
    known_fields = _known_fields(host.registry.manifest(app.connector))
    pairs = list(pairs or [])
    if not pairs and host.interactive:
        fields = [known_fields[field] for field in app.secrets if field in known_fields]
        pairs = [f"{field.name}={settings.prompt_for(field)}" for field in fields]
    if not pairs:
        raise BadInput("No secret was given.", "Give --set FIELD=VALUE.")
    values = settings.parse_pairs(known_fields, pairs)
    _check(host.registry.manifest(app.connector), values)
    host.store.apps.rotate(name, values, who=host.admin.who)
    users = host.store.apps.users_of(name)
    host.note(f"Changed {name!r}. Connections that use it: {', '.join(users) or 'none'}.")


def remove(ctx: typer.Context, name: Name) -> None:
    """Remove an app profile that no connection uses."""
    host: Host = ctx.obj
    host.store.apps.remove(name, who=host.admin.who)
    host.note(f"Removed {name!r}.")


def _head(app: "AppProfile") -> dict[str, Any]:
    return {key: getattr(app, key) for key in ("name", "connector", "created_at", "changed_at")}


def _schemas(manifest: JsonObject) -> list[JsonObject]:
    return [method["schema"] for method in manifest["auth_methods"]]


def _known_fields(manifest: JsonObject) -> dict[str, Field]:
    """Return the fields of all auth methods, by name."""
    return {
        field.name: field for schema in _schemas(manifest) for field in settings_form.fields(schema)
    }


def _check(manifest: JsonObject, values: JsonObject) -> None:
    """Check each value against the first schema with its field; `connect` checks all together."""
    from connector_host.schema_validation import InputValidator

    for name, value in values.items():
        schema = next(
            schema
            for schema in _schemas(manifest)
            if name in {f.name for f in settings_form.fields(schema)}
        )
        validator = InputValidator(settings_form.part_of(schema, name), f"the field {name!r}")
        validator.check(value, name)


def _split(manifest: JsonObject, values: JsonObject) -> tuple[JsonObject, JsonObject]:
    secret = {
        field.name
        for schema in _schemas(manifest)
        for field in settings_form.fields(schema)
        if field.secret
    }
    plain = {name: value for name, value in values.items() if name not in secret}
    return plain, {name: value for name, value in values.items() if name in secret}
