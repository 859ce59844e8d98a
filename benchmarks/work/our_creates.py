"""The connector's creates: in sequence, at once, batched, arriving; their calls and connections."""

from benchmarks.work.counting import count_calls
from benchmarks.work.engine import BenchmarkConnection, hooks
from benchmarks.work.our_operations import make_create, make_create_async
from benchmarks.work.worker import Measurement, Task, require, run, run_arriving, run_at_once


def creates(task: Task) -> None:
    operation = make_create(task)
    operation()
    with Measurement():
        for _ in range(task.count):
            operation()


async def creates_async(task: Task) -> None:
    operation = make_create_async(task)
    await operation()
    with Measurement():
        for _ in range(task.count):
            await operation()


async def creates_at_once(task: Task) -> None:
    operation = make_create_async(task)
    await run_at_once(operation, task.concurrency * 2, task.concurrency)
    with Measurement():
        await run_at_once(operation, task.count, task.concurrency)


async def creates_batched(task: Task) -> None:
    """Create records on a connection that batches calls; before, one alone."""
    operation = make_create_async(task, batch_calls=True)
    await operation()
    with Measurement():
        await run_at_once(operation, task.count, task.concurrency)


async def creates_arriving(task: Task) -> None:
    operation = make_create_async(task)
    await run_at_once(operation, task.concurrency, task.concurrency)
    with Measurement() as measurement:
        measurement.figures |= await run_arriving(operation, task)


def first_create(task: Task) -> None:
    with Measurement():
        answer = make_create(task)()
    require(len(answer["output"]["id"]) == 18, "a create")


async def measure_calls(task: Task) -> None:
    """Count Python and C calls of creates in sequence."""
    operation = make_create_async(task)
    for _ in range(20):
        await operation()
    with Measurement() as measurement, count_calls() as calls:
        for _ in range(task.count):
            await operation()
        measurement.figures["calls_each"] = calls.count / task.count


def measure_calls_sync(task: Task) -> None:
    operation = make_create(task)
    for _ in range(20):
        operation()
    with Measurement() as measurement, count_calls() as calls:
        for _ in range(task.count):
            operation()
        measurement.figures["calls_each"] = calls.count / task.count


def hold_connections(task: Task) -> None:
    """Hold many connections in one process, each used once."""
    hook = hooks()

    def operation(connection: BenchmarkConnection) -> None:
        hook.run_action(
            connector="salesforce",
            action="get_limits",
            connection=connection,
            inputs={},
            context={},
        )

    operation(BenchmarkConnection(task))
    connections = []
    with Measurement():
        for number in range(task.count):
            connection = BenchmarkConnection(task)
            connection.id = f"bench-{number}"
            operation(connection)
            connections.append(connection)


if __name__ == "__main__":
    run(
        creates,
        creates_async,
        creates_at_once,
        creates_batched,
        creates_arriving,
        first_create,
        measure_calls,
        measure_calls_sync,
        hold_connections,
    )
