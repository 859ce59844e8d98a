"""`mcp`: serve a connection's actions to agents, by the Model Context Protocol."""

import os
import secrets
from importlib.util import find_spec
from typing import Annotated

import typer

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
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection.")],
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Offer actions that change data too.")
    ] = False,
    actions: Annotated[
        list[str] | None,
        typer.Option("--action", metavar="ACTION", help="Offer this action and no other; repeat."),
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
        int, typer.Option(help="Characters of JSON that one result may have.", min=1_000)
    ] = 60_000,
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP on 127.0.0.1, not stdio.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port for --http.", min=1, max=65535)] = 8920,
) -> None:
    """Serve a connection's actions as tools of the Model Context Protocol (MCP).

    Only reading actions are offered unless --allow-writes is given. To limit the objects, use a
    connection whose settings do. With --http, clients send the token that CONNECTOR_HOST_MCP_TOKEN
    holds, or the one that is printed at the start.
    """
    if find_spec("mcp") is None:
        raise NotInstalled(
            "`mcp` needs the MCP package.", f"pip install '{own_distribution().distribution}[mcp]'"
        )
    if listing not in ("core", "all", "gateway"):
        raise typer.BadParameter("is core, all or gateway", param_hint="--list")
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
        host.note(f"Clients send this header: Authorization: Bearer {token}")
    app = mcp_server.http_app(served.server, token)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
