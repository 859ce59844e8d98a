"""`studio`: a page on this machine to connect, test and run actions."""

import sys
import webbrowser
from typing import Annotated

import typer

from connector_host.host import Host

EXAMPLES = ("studio", "studio --port 0 --no-browser", "--as ann studio")

PORT = 8910  # the same as in `sign_in.REDIRECT_URI`, so that one callback URL serves both


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

    It listens on 127.0.0.1 only. The URL contains a token: whoever has it may use every connection.
    """
    from connector_host.studio.server import serve_studio

    host: Host = ctx.obj

    def ready(url: str) -> None:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        host.note("The studio is at this URL. Stop it with Ctrl+C.")
        if not no_browser:
            webbrowser.open(url)

    serve_studio(host, port, ready)
