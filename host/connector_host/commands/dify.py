"""`dify`: write a connector's plugin for Dify."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from connector_host.commands.parameters import Connector
from connector_host.errors import NotInstalled
from connector_host.host import Host
from connector_host.own_distribution import choose_connector, own_distribution

EXAMPLES = ("dify --out dist/dify --author acme",)


def write(
    ctx: typer.Context,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="The folder to write; an earlier plugin in it is replaced.",
        ),
    ],
    author: Annotated[
        str, typer.Option(help="The publisher's name on Dify's marketplace.")
    ] = "maintainers",
    connector: Connector = None,
) -> None:
    """Write a plugin for Dify: a folder, and next to it the package that Dify installs."""
    if find_spec("yaml") is None:
        remedy = f"Run: pip install '{own_distribution().distribution}[dify]'"
        raise NotInstalled("`dify` needs Dify's SDK.", remedy)
    from connector_host.engines.dify.generate import write_plugin

    host: Host = ctx.obj
    manifest = host.registry.manifest(choose_connector(host.registry, connector))
    package = write_plugin(manifest, out, author)
    host.note(f"Wrote {out} and {package}.")
