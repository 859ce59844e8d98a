"""`mcp`: serve a connection's actions to agents over the Model Context Protocol."""

import os
import secrets
from importlib.util import find_spec
from typing import Annotated

import typer

from connector_host.commands.parameters import Connection
from connector_host.errors import NotInstalled
from connector_host.host import Host
from connector_host.own_distribution import own_distribution

EXAMPLES = (
    "mcp acme",
    "mcp acme --allow-writes --action query --action create_record",
    "mcp acme --list gateway --http --port 8920",
)
TOKEN_VARIABLE = "CONNECTOR_HOST_MCP_TOKEN"  # noqa: S105 - the name of a variable


def serve(
    ctx: typer.Context,
    connection: Connection,
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Also offer actions that change data.")
    ] = False,
    actions: Annotated[
        list[str] | None,
        typer.Option(
            "--action", metavar="ACTION", help="Offer only this action; repeat for several."
        ),
    ] = None,
    listing: Annotated[
        str,
        typer.Option(
            "--list",
            metavar="core|all|gateway",
            help="core: a small set. all: every action. gateway: three tools that list, describe "
            "and run every action.",
        ),
    ] = "core",
    max_result: Annotated[
        int, typer.Option(help="Maximum size of one result, in characters of JSON.", min=1_000)
    ] = 60_000,
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP on 127.0.0.1 instead of stdio.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port for --http.", min=1, max=65535)] = 8920,
) -> None:
    """Serve a connection's actions as tools of the Model Context Protocol (MCP).

    Only actions that read data are offered, unless --allow-writes is given. To restrict objects,
    use a connection whose settings restrict them. With --http, clients authenticate with the token
    in CONNECTOR_HOST_MCP_TOKEN, or with the one that is printed at the start.
    """
    if find_spec("mcp") is None:
        raise NotInstalled(
            "`mcp` needs the MCP package.",
            f"Run: pip install '{own_distribution().distribution}[mcp]'",
        )
    if listing not in ("core", "all", "gateway"):
        raise typer.BadParameter("Use core, all or gateway.", param_hint="--list")
    from connector_host.engines.mcp import server as mcp_server
    from connector_host.engines.mcp.tools import ToolOptions

    host: Host = ctx.obj
    options = ToolOptions(allow_writes, tuple(actions or ()), listing, max_result)  # type: ignore[arg-type]
    served = mcp_server.ConnectionServer(host.runner, connection, options)
    if not http:
        import asyncio  # for this command alone

        asyncio.run(mcp_server.serve_stdio(served.server))
        return
    import uvicorn

    token = os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(32)
    host.note(f"MCP server for {connection!r}: http://127.0.0.1:{port}/mcp")
    if TOKEN_VARIABLE not in os.environ:
        host.note(f"Clients must send this header: Authorization: Bearer {token}")
    app = mcp_server.http_app(served.server, token)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
