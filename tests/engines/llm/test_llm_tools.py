"""The actions as tools of `llm`, driven by a model that calls what the prompt says."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from engines.conftest import EngineSite

LLM = str(Path(sys.executable).with_name("llm"))


def run_llm(site: EngineSite, folder: Path, *words: str, **environment: str) -> Any:
    return subprocess.run(
        [LLM, *words],
        env={**os.environ, **site.environment, "LLM_USER_PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def call(site: EngineSite, folder: Path, tool: str, arguments: Mapping[str, Any]) -> str:
    """Let the echo model call a tool, and give what the tool answered."""
    prompt = json.dumps({"tool_calls": [{"name": tool, "arguments": dict(arguments)}]})
    ended = run_llm(
        site, folder, "-m", "echo", "-T", tool, prompt, CONNECTOR_HOST_LLM_CONNECTION="acme"
    )
    assert ended.returncode == 0, ended.stderr
    output: str = ended.stdout
    return output


def test_nothing_is_registered_without_a_connection(site: EngineSite, tmp_path: Path) -> None:
    ended = run_llm(site, tmp_path, "tools", "list", "--json")
    names = [tool["name"] for tool in json.loads(ended.stdout)["tools"]]
    assert "query" not in names


def test_an_unknown_connection_does_not_end_llm(site: EngineSite, tmp_path: Path) -> None:
    ended = run_llm(site, tmp_path, "tools", "list", CONNECTOR_HOST_LLM_CONNECTION="nobody")
    assert ended.returncode == 0
    assert "nobody" in ended.stderr


@pytest.mark.parametrize(("writes", "offered"), [("0", False), ("1", True)])
def test_writing_actions_are_offered_with_allow_writes(
    site: EngineSite, tmp_path: Path, writes: str, offered: bool
) -> None:
    ended = run_llm(
        site,
        tmp_path,
        "tools",
        "list",
        "--json",
        CONNECTOR_HOST_LLM_CONNECTION="acme",
        CONNECTOR_HOST_LLM_WRITES=writes,
    )
    names = [tool["name"] for tool in json.loads(ended.stdout)["tools"]]
    assert "query" in names
    assert ("create_record" in names) is offered


def test_a_model_calls_an_action(site: EngineSite, tmp_path: Path) -> None:
    fields = {"sobject": "Account", "fields": {"Name": "For the model"}}
    site.host.runner.run("acme", "create_record", fields)
    output = call(site, tmp_path, "query", {"soql": "SELECT Name FROM Account"})
    assert "For the model" in output


def test_invalid_input_is_reported_to_the_model(site: EngineSite, tmp_path: Path) -> None:
    output = call(site, tmp_path, "query", {"soql": "SELECT Nmae FROM Account"})
    assert "INVALID_FIELD" in output
