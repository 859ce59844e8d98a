"""The tasks: one for each action, one for each trigger.

Prefect retries, and only errors for which `fault` allows it: a call that may have taken effect is
not repeated unless a second run changes nothing more. Nothing is cached.

https://docs.prefect.io/v3/concepts/tasks
"""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger
from prefect.runtime import task_run
from prefect.tasks import Task, exponential_backoff

from connector_host.engines.fault import Fault, fault_of, is_repeatable
from connector_host.engines.prefect.blocks import (
    ConnectionBlock,
    context_of,
    get_connection,
    registry,
)
from connector_host.hookspecs import Json, JsonObject, Progress, RunContext
from connector_host.manifest import get_part

RETRIES: Final = 5
FIRST_DELAY: Final = 2.0  # seconds; doubles at each retry
JITTER: Final = 0.5
_READS: Final[JsonObject] = {"annotations": {"readOnlyHint": True}}


class ActionFailed(Exception):
    """The failure of a task.

    Attributes:
        fault: Code, remedy, and whether the call may have taken effect.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault

    def __str__(self) -> str:
        return f"{self.fault} [{self.fault.code}]"


@cache
def action_task(connector: str, action: str, *, asynchronous: bool = False) -> Task[Any, Any]:
    """Return the task of an action, from a connection and the inputs to the output.

    The connection is a block, the text `TYPE/NAME` of a saved one, or the name of a connection in
    the connector's own store. `with_options` changes retries, tags, names and so on.

    Args:
        asynchronous: Return a coroutine task, for flows that are coroutines.

    Raises:
        UnknownName: There is no such connector or action; the error suggests the nearest.
    """
    entry = get_part(registry().manifest(connector), "actions", action)

    def run(connection: ConnectionBlock | str, inputs: Mapping[str, Json] | None = None) -> Json:
        try:
            block = get_connection(connection, connector)
            result = block.run(action, inputs or {}, _context())
        except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
            fault = fault_of(error, entry)
        else:
            return _hand_on(action, {**result})
        raise ActionFailed(fault)

    async def run_async(
        connection: ConnectionBlock | str, inputs: Mapping[str, Json] | None = None
    ) -> Json:
        try:
            block = await asyncio.to_thread(get_connection, connection, connector)
            result = await block.run_async(action, inputs or {}, _context())
        except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
            fault = fault_of(error, entry)
        else:
            return _hand_on(action, {**result})
        raise ActionFailed(fault)

    return _task(run_async if asynchronous else run, connector, entry)


@cache
def trigger_task(connector: str, trigger: str) -> Task[Any, Any]:
    """Return the task that polls a trigger once.

    Its arguments are a connection, the trigger's inputs and a cursor (None for the first poll); it
    returns `events`, the next `cursor`, and whether there is `more`. Save the cursor after the
    events are handled (`save_cursor`).

    Raises:
        UnknownName: There is no such connector or trigger; the error suggests the nearest.
    """
    entry = get_part(registry().manifest(connector), "triggers", trigger)

    def poll(
        connection: ConnectionBlock | str,
        inputs: Mapping[str, Json] | None = None,
        cursor: JsonObject | None = None,
    ) -> JsonObject:
        try:
            batch = get_connection(connection, connector).poll(trigger, inputs or {}, cursor)
        except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
            fault = fault_of(error, _READS)
        else:
            for warning in batch.get("warnings", ()):
                get_run_logger().warning("%s", warning)
            return {**batch}
        raise ActionFailed(fault)

    return _task(poll, connector, {**entry, **_READS})


def _task(run: Any, connector: str, entry: JsonObject) -> Task[Any, Any]:
    repeatable = is_repeatable(entry)

    async def may_retry(_task: Any, _run: Any, state: Any) -> bool:
        """Return whether to retry, after the delay that the service requested."""
        error = state.data
        if not isinstance(error, ActionFailed):  # such as the task's own timeout
            return repeatable
        if error.fault.retry:
            await asyncio.sleep(error.fault.retry_after or 0)
        return error.fault.retry

    new_task: Task[Any, Any] = task(
        run,
        name=f"{connector}.{entry['name']}",
        description=entry["description"],
        cache_policy=NO_CACHE,
        retries=RETRIES,
        retry_delay_seconds=exponential_backoff(FIRST_DELAY),
        retry_jitter_factor=JITTER,
        retry_condition_fn=may_retry,
    )
    return new_task


def _context() -> RunContext:
    log = get_run_logger()

    def note(progress: Progress) -> None:
        total = progress["total"]
        of = "" if total is None else f" of {total}"
        log.info("%s%s %s", progress["done"], of, progress["message"])

    return context_of(str(task_run.id or ""), note)


def _hand_on(action: str, result: JsonObject) -> Json:
    log, usage = get_run_logger(), result["usage"]
    left = usage.get("limit_left", "unknown")
    log.info("%s: %s calls, %s of the quota left", action, usage.get("calls"), left)
    for warning in result["warnings"]:
        log.warning("%s", warning)
    return result["output"]
