"""Serves one connection over MCP, on stdio or streamable HTTP.

Calls run on the server's event loop, so that a cancelled request cancels its action.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import mcp_types as types
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from starlette.types import ASGIApp, Receive, Scope, Send

from connector_host.engines.fault import fault_of
from connector_host.engines.mcp.tools import (
    GATEWAY,
    ToolOptions,
    bound_result,
    error_text,
    option_sources,
    search_actions,
    select_actions,
)
from connector_host.errors import BadInput, UnknownName
from connector_host.hookspecs import JsonObject, Progress
from connector_host.runner import Runner

SCHEME: Final = "connection"
INVALID_PARAMS: Final = -32602  # JSON-RPC


class ConnectionServer:
    """The handlers of one MCP server; a transport runs `server`."""

    def __init__(self, runner: Runner, connection: str, options: ToolOptions) -> None:
        """Select the actions that the connection may run; sends nothing.

        Raises:
            BadInput, NotAllowed: The connection or an action in `options` cannot be used.
        """
        about = runner.describe(connection)
        self._runner = runner
        self._connection = connection
        self._options = options
        self._actions = select_actions(runner.actions(connection), options)
        self._sources = option_sources(self._actions.values())
        self.server: Server[Any] = Server(
            f"{about['connector']}-{connection}",
            version=about["version"],
            title=f"{about['title']}: {connection}",
            instructions=self._instructions(about["title"]),
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_list_resource_templates=self._list_templates,
            on_read_resource=self._read_resource,
        )

    def _instructions(self, title: str) -> str:
        mode = "may change data" if self._options.allow_writes else "can only read"
        return f"Tools that work in {title} with the connection {self._connection!r}; they {mode}."

    async def _list_tools(self, _ctx: Any, _params: Any) -> types.ListToolsResult:
        if self._options.listing == "gateway":
            tools = [self._gateway_tool(name) for name in GATEWAY]
        else:
            tools = [_tool(entry) for entry in self._actions.values()]
        return types.ListToolsResult(tools=tools)

    def _gateway_tool(self, name: str) -> types.Tool:
        entry = GATEWAY[name]
        reads = entry["readOnlyHint"] or not self._options.allow_writes
        return types.Tool(
            name=name,
            title=entry["title"],
            description=entry["description"],
            input_schema=entry["input"],
            annotations=types.ToolAnnotations(read_only_hint=reads, open_world_hint=True),
        )

    async def _call_tool(self, ctx: Any, params: Any) -> types.CallToolResult:
        arguments: JsonObject = params.arguments or {}
        if self._options.listing == "gateway":
            return await self._call_gateway(ctx, params.name, arguments)
        return await self._run(ctx, params.name, arguments)

    async def _call_gateway(self, ctx: Any, name: str, arguments: JsonObject) -> Any:
        match name:
            case "list_actions":
                search = str(arguments.get("search", ""))
                return self._result({"actions": search_actions(self._actions, search)})
            case "describe_action":
                work = self._schemas(str(arguments.get("action")), arguments.get("inputs") or {})
                return await self._answer(work, None)
            case "run_action":
                inputs = arguments.get("inputs") or {}
                return await self._run(ctx, str(arguments.get("action")), inputs)
        raise MCPError(INVALID_PARAMS, f"There is no tool {name!r}.")

    async def _run(self, ctx: Any, action: str, inputs: JsonObject) -> types.CallToolResult:
        entry = self._entry(action)
        reports: set[asyncio.Task[None]] = set()

        def report(progress: Progress) -> None:
            """Report progress to the client; called on this event loop."""
            total = progress["total"]
            work = ctx.session.report_progress(
                float(progress["done"]),
                None if total is None else float(total),
                progress["message"],
            )
            task = asyncio.ensure_future(work)
            reports.add(task)
            task.add_done_callback(reports.discard)

        async def run() -> JsonObject:
            result = await self._runner.run_async(self._connection, action, inputs, progress=report)
            output: JsonObject = result["output"]
            return output

        return await self._answer(run(), entry)

    async def _schemas(self, action: str, inputs: JsonObject) -> JsonObject:
        self._entry(action)
        schemas = await asyncio.to_thread(self._runner.schema, self._connection, action, inputs)
        return {"input": schemas["input"], "output": schemas["output"]}

    async def _answer(
        self, work: Awaitable[JsonObject], entry: JsonObject | None
    ) -> types.CallToolResult:
        try:
            output = await work
        except Exception as error:  # noqa: BLE001 - the edge: a model reads it, `fault_of` judges
            fault = fault_of(error, entry)
            text = error_text(fault)
            return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)
        return self._result(output)

    def _result(self, output: JsonObject) -> types.CallToolResult:
        bounded, note = bound_result(output, self._options.max_result)
        if bounded is None:
            return types.CallToolResult(content=[types.TextContent(text=note)], is_error=True)
        text = json.dumps(bounded, ensure_ascii=False)
        content: list[Any] = [types.TextContent(text=text)]
        if note:
            content.append(types.TextContent(text=note))
        return types.CallToolResult(content=content, structured_content=bounded)

    def _entry(self, action: str) -> JsonObject:
        entry = self._actions.get(action)
        if entry is None:
            raise MCPError(INVALID_PARAMS, f"This server offers no action {action!r}.")
        return entry

    async def _list_resources(self, _ctx: Any, _params: Any) -> types.ListResourcesResult:
        resources = [
            types.Resource(
                uri=self._uri("schema", name),
                name=f"{name} schema",
                title=f"Schemas of {entry['title']!r}",
                mime_type="application/json",
            )
            for name, entry in self._actions.items()
        ]
        return types.ListResourcesResult(resources=resources)

    async def _list_templates(self, _ctx: Any, _params: Any) -> types.ListResourceTemplatesResult:
        base = f"{SCHEME}://{quote(self._connection)}"
        templates = [
            types.ResourceTemplate(
                uri_template=f"{base}/schema/{{action}}{{?inputs*}}",
                name="live schema",
                title="Schemas of an action for the inputs chosen so far",
                description="Inputs are query parameters, such as the object to write to.",
                mime_type="application/json",
            ),
            types.ResourceTemplate(
                uri_template=f"{base}/options/{{source}}{{?search,page,inputs*}}",
                name="options",
                title="A page of options of a field",
                description="`source` is the source in the field's x-dynamic-options.",
                mime_type="application/json",
            ),
        ]
        return types.ListResourceTemplatesResult(resource_templates=templates)

    def _uri(self, kind: str, name: str) -> str:
        return f"{SCHEME}://{quote(self._connection)}/{kind}/{name}"

    async def _read_resource(self, _ctx: Any, params: Any) -> types.ReadResourceResult:
        uri = str(params.uri)
        url = urlsplit(uri)
        steps = [unquote(step) for step in url.path.split("/")[1:]]
        if url.scheme != SCHEME or unquote(url.netloc) != self._connection or len(steps) != 2:
            raise MCPError(INVALID_PARAMS, "There is no such resource.")
        kind, name = steps
        inputs: JsonObject = dict(parse_qsl(url.query, keep_blank_values=True))
        try:
            if kind == "schema":
                body = await self._schemas(name, inputs)
            elif kind == "options":
                body = await self._options_page(name, inputs)
            else:
                raise UnknownName(f"There is no resource {kind!r}.")
        except BadInput as error:
            raise MCPError(INVALID_PARAMS, str(error)) from error
        text = json.dumps(body, ensure_ascii=False)
        contents = [types.TextResourceContents(uri=uri, mime_type="application/json", text=text)]
        return types.ReadResourceResult(contents=contents)

    async def _options_page(self, source: str, inputs: JsonObject) -> JsonObject:
        if source not in self._sources:
            raise MCPError(
                INVALID_PARAMS, f"No action of this server has options of the source {source!r}."
            )
        search = str(inputs.pop("search", ""))
        page = inputs.pop("page", None)

        def read() -> Any:
            return self._runner.options(
                self._connection, source, inputs=inputs, search=search, page=page
            )

        body: JsonObject = await asyncio.to_thread(read)
        return body


def _tool(entry: JsonObject) -> types.Tool:
    """Return an action as a tool, with its schemas and hints unchanged."""
    hints = entry.get("annotations", {})
    return types.Tool(
        name=entry["name"],
        title=entry["title"],
        description=entry["description"],
        input_schema=entry["input"],
        output_schema=entry["output"],
        annotations=types.ToolAnnotations(
            title=entry["title"],
            read_only_hint=hints.get("readOnlyHint"),
            destructive_hint=hints.get("destructiveHint"),
            idempotent_hint=hints.get("idempotentHint"),
            open_world_hint=hints.get("openWorldHint"),
        ),
    )


async def serve_stdio(server: Server[Any]) -> None:
    """Serve one client on stdin and stdout, until stdin ends."""
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def http_app(server: Server[Any], token: str) -> ASGIApp:
    """Return the ASGI app that serves MCP at `/mcp` to clients with the bearer token."""
    return BearerAuth(server.streamable_http_app(host="127.0.0.1"), token)


class BearerAuth:
    """Passes requests with the bearer token on, and answers 401 to all others."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and not self._is_allowed(scope):
            await _refuse(send)
            return
        await self._app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        values = [value for name, value in scope["headers"] if name == b"authorization"]
        return len(values) == 1 and hmac.compare_digest(values[0], self._expected)


async def _refuse(send: Callable[[Any], Awaitable[None]]) -> None:
    body = b'{"error": "Send the token that the server printed, as Authorization: Bearer."}'
    headers = [(b"content-type", b"application/json"), (b"www-authenticate", b"Bearer")]
    await send({"type": "http.response.start", "status": 401, "headers": headers})
    await send({"type": "http.response.body", "body": body})
