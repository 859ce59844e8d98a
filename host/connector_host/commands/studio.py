"""`studio`: the page on loopback where connections are made, tested and tried."""

import sys
import webbrowser
from typing import Annotated

import typer

from connector_host.host import Host

EXAMPLES = ("studio", "studio --port 0 --no-browser", "--as ann studio")

PORT = 8910  # as the command line's own redirect URL, so that one callback URL serves both


def studio(
    ctx: typer.Context,
    port: Annotated[
        int, typer.Option(help="Port of 127.0.0.1; 0 takes a free one.", min=0, max=65535)
    ] = PORT,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the URL instead of opening it.")
    ] = False,
) -> None:
    """Open the studio in the browser: connect, test, run actions, watch triggers.

    It serves this machine alone. The URL holds a token: who has it may use every connection here.
    """
    from connector_host.studio.server import serve_studio

    host: Host = ctx.obj

    def ready(url: str) -> None:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        host.note("The studio is at this URL until Ctrl+C.")
        if not no_browser:
            webbrowser.open(url)

    serve_studio(host, port, ready)
