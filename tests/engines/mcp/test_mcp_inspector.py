"""The official inspector, a client in another language, against our server.

`make test-mcp-inspector` installs it and Node, and runs these; elsewhere they are skipped.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from engines.conftest import EngineSite
from engines.mcp.conftest import PROGRAM, TOKEN

FOLDER = Path(__file__).parent / "inspector"
INSPECTOR = FOLDER / "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
NODE = os.environ.get("INSPECTOR_NODE", "")

pytestmark = pytest.mark.skipif(
    not NODE, reason="The MCP inspector is not installed: make test-mcp-inspector"
)


def inspect(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NODE, str(INSPECTOR), "--cli", *words],
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def answer(completed: subprocess.CompletedProcess[str]) -> Any:
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return json.loads(completed.stdout)


def over_stdio(site: EngineSite, home: Path, options: list[str], *words: str) -> Any:
    """Let the inspector start the server itself, as a client's configuration does."""
    # A client passes no variables on but those of its configuration.
    variables = [
        word for name, value in site.environment.items() for word in ("-e", f"{name}={value}")
    ]
    return inspect(home, *variables, *words, "--", PROGRAM, "mcp", "acme", *options)


def over_http(address: str, home: Path, token: str, *words: str) -> Any:
    header = f"Authorization: Bearer {token}"
    return inspect(home, address, "--transport", "http", "--header", header, *words)


@pytest.mark.parametrize("options", [[], ["--list", "all", "--allow-writes"]], ids=["core", "all"])
def test_no_tool_has_a_schema_that_clients_may_refuse(
    site: EngineSite, tmp_path: Path, options: list[str]
) -> None:
    """`--strict` ends with an error for schemas that some clients do not take."""
    listed = over_stdio(site, tmp_path, options, "--method", "tools/list", "--strict")
    tools = {tool["name"]: tool for tool in answer(listed)["tools"]}
    assert "query" in tools
    assert ("create_record" in tools) is bool(options)
    assert tools["query"]["annotations"]["readOnlyHint"] is True


def test_calls_a_tool_over_stdio(site: EngineSite, tmp_path: Path) -> None:
    words = ("--method", "tools/call", "--tool-name", "query", "--tool-arg")
    result = answer(over_stdio(site, tmp_path, [], *words, "soql=SELECT Id FROM Account LIMIT 1"))
    assert result["structuredContent"]["records"] == []


def test_an_error_of_a_tool_is_a_result_that_says_what_to_do(
    site: EngineSite, tmp_path: Path
) -> None:
    words = ("--method", "tools/call", "--tool-name", "query", "--tool-arg")
    completed = over_stdio(site, tmp_path, [], *words, "soql=SELECT Nmae FROM Account")
    assert "INVALID_FIELD" in completed.stdout
    assert "isError" in completed.stdout


def test_reads_a_live_schema_over_stdio(site: EngineSite, tmp_path: Path) -> None:
    uri = "connection://acme/schema/create_record?sobject=Contact"
    options = ["--allow-writes"]
    words = ("--method", "resources/read", "--uri", uri)
    result = answer(over_stdio(site, tmp_path, options, *words))
    assert "LastName" in result["contents"][0]["text"]


def test_calls_a_tool_over_http_with_the_token_alone(address: str, tmp_path: Path) -> None:
    words = ("--method", "tools/call", "--tool-name", "query", "--tool-arg")
    soql = "soql=SELECT Id FROM Account LIMIT 1"
    assert over_http(address, tmp_path, "another", *words, soql).returncode != 0
    result = answer(over_http(address, tmp_path, TOKEN, *words, soql))
    assert result["structuredContent"]["records"] == []
