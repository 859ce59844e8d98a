"""The actions of one connection as tools of `llm`, a command-line program and library.

`llm` finds this module by its entry point. The environment variable CONNECTOR_HOST_LLM_CONNECTION
names the connection; without it no tool is registered. Only actions that read data are offered
unless CONNECTOR_HOST_LLM_WRITES is `1`.

An error in a plugin would stop `llm` at its start, so errors are shown as warnings.

https://llm.datasette.io/en/stable/plugins/plugin-hooks.html#register-tools-register
"""

import json
import os
import warnings
from collections.abc import Callable
from typing import Any, Final

import llm

from connector_host.engines.fault import fault_of
from connector_host.engines.mcp.tools import (
    ToolOptions,
    bound_result,
    error_text,
    select_actions,
)
from connector_host.hookspecs import Json, JsonObject

CONNECTION_VARIABLE: Final = "CONNECTOR_HOST_LLM_CONNECTION"
WRITES_VARIABLE: Final = "CONNECTOR_HOST_LLM_WRITES"


@llm.hookimpl
def register_tools(register: Callable[[llm.Tool], None]) -> None:
    """Register a tool for each action that the connection may run."""
    connection = os.environ.get(CONNECTION_VARIABLE)
    if not connection:
        return
    try:
        for tool in tools_of(connection, allow_writes=os.environ.get(WRITES_VARIABLE) == "1"):
            register(tool)
    except Exception as error:  # noqa: BLE001 - see the module's docstring
        warnings.warn(f"No tools for {connection!r}: {error}", stacklevel=2)


def tools_of(connection: str, *, allow_writes: bool) -> list[llm.Tool]:
    """Return the core actions of a connection of the default store as tools."""
    from connector_host.host import Host

    runner = Host().runner
    options = ToolOptions(allow_writes=allow_writes)

    def tool(entry: JsonObject) -> llm.Tool:
        def run(**inputs: Json) -> str:
            try:
                result = runner.run(connection, entry["name"], inputs)
            except Exception as error:  # noqa: BLE001 - a model reads it, `fault_of` judges
                return "Error: " + error_text(fault_of(error, entry))
            output, note = bound_result(result["output"], options.max_result)
            text = "" if output is None else json.dumps(output, ensure_ascii=False)
            return f"{text}\n{note}".strip()

        schema: dict[str, Any] = entry["input"]
        return llm.Tool(entry["name"], entry["description"], schema, run)

    return [tool(action) for action in select_actions(runner.actions(connection), options).values()]
