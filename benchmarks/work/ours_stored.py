"""The connector on a connection that a store keeps, when its token has ended."""

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

    async def one() -> None:
        nonlocal failed
        try:
            await operation()
        except Exception:  # noqa: BLE001 - whatever a client raises is a call lost
            failed += 1

    with Measurement() as measurement:
        await run_at_once(one, task.count, task.count)
        measurement.figures["failed"] = failed


if __name__ == "__main__":
    run({"expired": expired})
