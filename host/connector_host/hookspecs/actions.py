"""Hooks that run an action."""

from collections.abc import Awaitable, Mapping
from typing import TypedDict

from .connection import Connection
from .contract import Json, JsonObject, hookspec
from .run_context import RunContext


class ActionResult(TypedDict):
    """The result of an action.

    Attributes:
        output: Valid against the action's output schema.
        usage: `calls` that this run spent; `limit_used`, `limit_max` and `limit_left` of the
            service's quota, None when the service did not report it; `limit_floor` when the run
            leaves part of the quota for others.
        warnings: Sentences for the person who builds the workflow.
    """

    output: Json
    usage: JsonObject
    warnings: list[str]


@hookspec(firstresult=True)
def run_action(
    connector: str,
    action: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    context: RunContext | None,
) -> ActionResult | None:
    """Run an action and return its result; a `context` of None is an empty one.

    >>> registry.hook.run_action(
    ...     connector="salesforce",
    ...     action="delete_record",
    ...     connection=connection,
    ...     inputs={"sobject": "Account", "id": "001000000000001"},
    ...     context={"explain": True},
    ... )["output"]["calls"][0]["method"]
    'DELETE'
    """


@hookspec(firstresult=True)
def run_action_async(
    connector: str,
    action: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    context: RunContext | None,
) -> Awaitable[ActionResult] | None:
    """Run an action as `run_action` does, on the caller's event loop.

    >>> import asyncio
    >>> async def main():
    ...     return await registry.hook.run_action_async(
    ...         connector="salesforce",
    ...         action="delete_record",
    ...         connection=connection,
    ...         inputs={"sobject": "Account", "id": "001000000000001"},
    ...         context={"explain": True},
    ...     )
    >>> asyncio.run(main())["output"]["calls"][0]["method"]
    'DELETE'
    """
