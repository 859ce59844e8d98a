"""The connector on a stored connection whose token has expired."""

from typing import Any

from benchmarks.work.engine import hooks
from benchmarks.work.stored_connection import open_connection
from benchmarks.work.worker import Measurement, Task, run, run_at_once


async def expired(task: Task) -> None:
    hook, connection = hooks(), open_connection(task.folder)

    def operation() -> Any:
        return hook.run_action_async(
            connector="salesforce",
            action="get_limits",
            connection=connection,
            inputs={},
            context={},
        )

    await operation()
    failed = 0

    async def attempt() -> None:
        nonlocal failed
        try:
            await operation()
        except Exception:  # noqa: BLE001 - any error is a lost call
            failed += 1

    with Measurement() as measurement:
        await run_at_once(attempt, task.count, task.count)
        measurement.figures["failed"] = failed


if __name__ == "__main__":
    run(expired)
