"""`guide`: what to set up at the service before a sign-in works."""

from typing import Annotated

import typer

from connector_host import manifest as manifests
from connector_host.commands.parameters import Connector
from connector_host.host import Host
from connector_host.own_distribution import choose_connector
from connector_host.sign_in import REDIRECT_URI

EXAMPLES = (
    "guide authorization_code",
    "guide authorization_code --list",
    "guide authorization_code --name NAME --redirect-uri https://engine.example.com/callback",
)


def guide(
    ctx: typer.Context,
    method: Annotated[str, typer.Argument(metavar="METHOD", help="Name of an auth method.")],
    connector: Connector = None,
    name: Annotated[
        str | None, typer.Option(help="Name of a guide from --list; without it, the general one.")
    ] = None,
    redirect_uri: Annotated[
        str, typer.Option(help="The callback URL to write into the guide.")
    ] = REDIRECT_URI,
    names: Annotated[bool, typer.Option("--list", help="List the guides of the method.")] = False,
) -> None:
    """Print a setup guide for the service, as Markdown."""
    from rich.text import Text

    host: Host = ctx.obj
    manifest = host.registry.manifest(choose_connector(host.registry, connector))
    entry = manifests.get_part(manifest, "auth_methods", method)
    if names:
        for variant in entry.get("setup_guides", ()):
            host.out.print(Text(f"{variant['name']}: {variant['title']}"), soft_wrap=True)
        return
    text = manifests.guide(entry, name, redirect_uri)
    host.out.print(Text(text or "There is nothing to set up."), soft_wrap=True)
