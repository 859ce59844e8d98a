"""The official client against our server: in memory, over stdio and over HTTP."""

import json
import os
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest
from engines.conftest import EngineSite
from engines.mcp.conftest import PROGRAM, TOKEN
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from connector_host.engines.mcp.server import ConnectionServer
from connector_host.engines.mcp.tools import ToolOptions
from connector_host.errors import BadInput
from connector_host.host import Host


def served(site: EngineSite, **options: Any) -> Client:
    """Return a client of a server in this process."""
    return Client(ConnectionServer(site.host.runner, "acme", ToolOptions(**options)).server)


def run(work: Any) -> Any:
    return anyio.run(work)


def call(site: EngineSite, tool: str, arguments: dict[str, Any], **options: Any) -> Any:
    async def work() -> Any:
        async with served(site, **options) as client:
            return await client.call_tool(tool, arguments)

    return run(work)


def tools(site: EngineSite, **options: Any) -> dict[str, Any]:
    async def work() -> Any:
        async with served(site, **options) as client:
            return (await client.list_tools()).tools

    return {tool.name: tool for tool in run(work)}


def test_writing_actions_are_not_offered_by_default(site: EngineSite) -> None:
    assert "query" in tools(site)
    assert all(tool.annotations.read_only_hint for tool in tools(site, listing="all").values())


def test_a_tool_that_is_not_offered_cannot_be_called(site: EngineSite) -> None:
    async def work() -> Any:
        async with served(site) as client:
            with pytest.raises(MCPError):
                await client.call_tool("create_record", {"sobject": "Account", "fields": {}})

    run(work)


def test_an_action_that_writes_must_be_allowed_by_name_too(site: EngineSite) -> None:
    with pytest.raises(BadInput):
        tools(site, actions=["create_record"])
    allowed = tools(site, actions=["create_record"], allow_writes=True)
    assert [*allowed] == ["create_record"]


def test_forbidden_actions_are_not_offered(site: EngineSite) -> None:
    site.host.runner.connect(
        "narrow",
        connector="salesforce",
        method="client_credentials",
        settings={**site.host.store.get("acme").settings, "allowed_actions": ["get_limits"]},
    )
    server = ConnectionServer(site.host.runner, "narrow", ToolOptions(listing="all"))

    async def work() -> Any:
        async with Client(server.server) as client:
            return (await client.list_tools()).tools

    assert [tool.name for tool in run(work)] == ["get_limits"]


def test_schemas_pass_unchanged_and_a_strict_validator_takes_them(site: EngineSite) -> None:
    entries = {action["name"]: action for action in site.host.runner.actions("acme")}
    offered = tools(site, listing="all", allow_writes=True)

    assert offered.keys() == entries.keys()
    for name, tool in offered.items():
        assert tool.input_schema == entries[name]["input"]
        assert tool.output_schema == entries[name]["output"]
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)


def test_the_default_list_is_a_small_part_of_all(site: EngineSite) -> None:
    def size(**options: Any) -> int:
        return sum(len(tool.model_dump_json()) for tool in tools(site, **options).values())

    assert size() < size(listing="all", allow_writes=True) / 4


def create_accounts(site: EngineSite, count: int) -> None:
    records = [{"Name": f"Account {number}"} for number in range(count)]
    site.host.runner.run("acme", "create_records", {"sobject": "Account", "records": records})


def test_a_query_gives_structured_content(site: EngineSite) -> None:
    create_accounts(site, 3)
    result = call(site, "query", {"soql": "SELECT Id, Name FROM Account LIMIT 2"})
    assert not result.is_error
    assert len(result.structured_content["records"]) == 2
    assert json.loads(result.content[0].text) == result.structured_content


def test_invalid_input_is_an_error_for_the_model(site: EngineSite) -> None:
    result = call(site, "query", {"soql": "SELECT Nmae FROM Account"})
    assert result.is_error
    details = json.loads(result.content[0].text.splitlines()[-1])
    assert details["code"] == "INVALID_FIELD"
    assert details["kind"] == "rejected"


def test_long_result_is_shortened_with_a_note(site: EngineSite) -> None:
    create_accounts(site, 100)
    names = {"soql": "SELECT FIELDS(ALL) FROM Account LIMIT 200"}
    result = call(site, "query", names, max_result=5_000)
    assert not result.is_error
    assert len(json.dumps(result.structured_content)) < 6_000
    assert "Shortened" in result.content[1].text


def test_the_gateway_lists_describes_and_runs(site: EngineSite) -> None:
    assert [*tools(site, listing="gateway")] == ["list_actions", "describe_action", "run_action"]

    async def work() -> Any:
        async with served(site, listing="gateway", allow_writes=True) as client:
            listed = await client.call_tool("list_actions", {"search": "create record"})
            inputs = {"sobject": "Account"}
            described = await client.call_tool(
                "describe_action", {"action": "create_record", "inputs": inputs}
            )
            created = await client.call_tool(
                "run_action",
                {"action": "create_record", "inputs": {**inputs, "fields": {"Name": "By MCP"}}},
            )
            return listed, described, created

    listed, described, created = run(work)
    names = [action["name"] for action in listed.structured_content["actions"]]
    assert "create_record" in names
    assert "BillingCity" in json.dumps(described.structured_content["input"])
    assert created.structured_content["id"].startswith("001")


@pytest.mark.parametrize("source", ["lookup?sobject=User", "objects", "reports", "../x"])
def test_unneeded_options_are_not_offered(site: EngineSite, source: str) -> None:
    """A list of actions is a limit: options would name records that none of them reads."""

    async def work() -> None:
        async with served(site, actions=["get_limits"]) as client:
            with pytest.raises(MCPError):
                await client.read_resource(f"connection://acme/options/{source}")

    run(work)


def test_live_schemas_and_options_are_resources(site: EngineSite) -> None:
    async def work() -> Any:
        async with served(site, listing="all", allow_writes=True) as client:
            schema = await client.read_resource(
                "connection://acme/schema/create_record?sobject=Contact"
            )
            options = await client.read_resource("connection://acme/options/objects?search=acc")
            with pytest.raises(MCPError):
                await client.read_resource("connection://other/schema/query")
            return schema.contents[0].text, json.loads(options.contents[0].text)

    schema, options = run(work)
    assert "LastName" in schema
    assert "Account" in [option["value"] for option in options["options"]]


def test_progress_of_long_work_reaches_the_client(site: EngineSite) -> None:
    observed: list[tuple[float, float | None]] = []

    async def note(done: float, total: float | None, _message: str | None) -> None:
        observed.append((done, total))

    async def work() -> Any:
        async with served(site, actions=["bulk_write"], allow_writes=True) as client:
            return await client.call_tool(
                "bulk_write",
                {
                    "sobject": "Account",
                    "operation": "insert",
                    "records": [{"Name": f"Bulk {number}"} for number in range(50)],
                },
                progress_callback=note,
            )

    result = run(work)
    assert not result.is_error, result.content[0].text
    assert observed


def test_the_second_connector_is_served_unchanged(tiny_host: Callable[[], Host]) -> None:
    host = tiny_host()
    server = ConnectionServer(host.runner, "echo", ToolOptions(allow_writes=True)).server

    async def work() -> Any:
        async with Client(server) as client:
            listed = await client.list_tools()
            return listed.tools, await client.call_tool("say", {"text": "hello"})

    listed, result = run(work)
    host.store.close()
    assert [entry.name for entry in listed] == ["say", "shout"]
    assert not result.is_error, result.content


def test_over_stdio_in_a_process_of_its_own(site: EngineSite) -> None:
    parameters = StdioServerParameters(
        command=PROGRAM, args=["mcp", "acme"], env={**os.environ, **site.environment}
    )

    async def work() -> Any:
        async with Client(parameters) as client:
            listed = await client.list_tools()
            query = {"soql": "SELECT COUNT() FROM Account"}
            return listed.tools, await client.call_tool("query", query)

    listed, result = run(work)
    assert "query" in [entry.name for entry in listed]
    assert not result.is_error


def test_over_http_only_with_the_token(address: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert httpx.post(address, json=body).status_code == 401
    wrong = {"Authorization": "Bearer another"}
    assert httpx.post(address, json=body, headers=wrong).status_code == 401
    rebound = {"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}
    assert httpx.post(address, json=body, headers=rebound).status_code in (403, 421)

    import httpx2

    async def work() -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(address, http_client=http)) as client,
        ):
            return await client.call_tool("query", {"soql": "SELECT Id FROM Account LIMIT 1"})

    result = run(work)
    assert result.structured_content["records"] == []
