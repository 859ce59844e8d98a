"""The connector, as an engine uses it: by its hooks."""

import gzip
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks.work.counting import count_calls
from benchmarks.work.engine import BenchmarkConnection, hooks
from benchmarks.work.worker import (
    FIELDS,
    SOQL,
    Measurement,
    Task,
    require,
    run,
    run_arriving,
    run_at_once,
)
from salesforce_actions.plugin import SalesforceConnector

BULK_PAGE = 50_000  # rows of a page of the stub

CREATE = {"sobject": "Account", "fields": FIELDS}


def make_create_async(task: Task, **options: bool) -> Callable[[], Awaitable[Any]]:
    """Return what creates a record from an event loop; `options` are settings."""
    hook, connection = hooks(), BenchmarkConnection(task, **options)

    def operation() -> Awaitable[Any]:
        running: Awaitable[Any] = hook.run_action_async(
            connector="salesforce",
            action="create_record",
            connection=connection,
            inputs=CREATE,
            context={},
        )
        return running

    return operation


def make_create(task: Task, plugin: SalesforceConnector | None = None) -> Callable[[], Any]:
    """Return what creates a record from a thread."""
    hook, connection = hooks(plugin), BenchmarkConnection(task)

    def operation() -> Any:
        return hook.run_action(
            connector="salesforce",
            action="create_record",
            connection=connection,
            inputs=CREATE,
            context={},
        )

    return operation


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


def make_run(
    task: Task, plugin: SalesforceConnector | None = None
) -> Callable[[str, dict[str, Any]], Any]:
    """Return what runs an action; all is imported, and a socket is open."""
    hook, connection = hooks(plugin), BenchmarkConnection(task)

    def operation(action: str, inputs: dict[str, Any]) -> Any:
        return hook.run_action(
            connector="salesforce", action=action, connection=connection, inputs=inputs, context={}
        )

    operation("get_limits", {})
    return operation


def make_stream(task: Task) -> Callable[[str], Any]:
    """Return what streams a query by the hook of a name; all is imported, and a socket is open."""
    make_run(task)
    hook, connection = hooks(), BenchmarkConnection(task)

    def arguments(**context: Any) -> dict[str, Any]:
        return {
            "connector": "salesforce",
            "action": "query",
            "connection": connection,
            "inputs": {"soql": SOQL},
            "context": context,
        }

    # Models are built when they are first used, those of peers when they are imported.
    hook.run_action(**arguments(explain=True))
    return lambda name: getattr(hook, name)(**arguments())


def query_streamed(task: Task) -> None:
    stream = make_stream(task)
    with Measurement():
        count = sum(1 for page in stream("stream_action") for _ in page["records"])
    require(count == task.count, "all rows")


async def query_streamed_async(task: Task) -> None:
    stream = make_stream(task)
    count = 0
    with Measurement():
        async for page in stream("stream_action_async"):
            for _ in page["records"]:
                count += 1
    require(count == task.count, "all rows")


WORK = 0.010  # seconds that a consumer takes for a page


def query_consumed(task: Task) -> None:
    """Read a stream with work to do on each page."""
    stream = make_stream(task)
    count = 0
    with Measurement():
        for page in stream("stream_action"):
            count += len(page["records"])
            time.sleep(WORK)
    require(count == task.count, "all rows")


def query_page_by_page(task: Task) -> None:
    """Ask for page after page, with work to do on each: nothing is asked for ahead."""
    operation = make_run(task)
    count, cursor = 0, None
    with Measurement():
        while count == 0 or cursor:
            inputs = {"cursor": cursor} if cursor else {"soql": SOQL}
            page = operation("query_page", inputs)["output"]
            count, cursor = count + len(page["records"]), page["next_cursor"]
            time.sleep(WORK)
    require(count == task.count, "all rows")


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


def allow_files(task: Task) -> None:
    """Let inputs name files of the worker's folder, as a host says in its environment."""
    os.environ["SALESFORCE_CONNECTOR_FILES_BELOW"] = task.folder


def query_in_memory(task: Task) -> None:
    operation = make_run(task)
    make_stream(task)
    with Measurement():
        answer = operation("query", {"soql": SOQL, "limit": 1_000_000})
    require(len(answer["output"]["records"]) == task.count, "all rows")


def make_query_job(task: Task) -> tuple[Callable[[str, dict[str, Any]], Any], str]:
    """Return what runs an action, and the id of a finished query job."""
    allow_files(task)
    operation = make_run(task)
    job = operation("bulk_query", {"soql": SOQL, "wait": False})["output"]["job"]["id"]
    operation("get_bulk_job", {"job_id": job, "kind": "query"})  # completes it
    return operation, job


def bulk_to_csv_one_by_one(task: Task) -> None:
    bulk_to_csv(task, pages_at_once=1)


def bulk_to_csv(task: Task, **inputs: int) -> None:
    operation, job = make_query_job(task)
    path = Path(task.folder) / "accounts.csv"
    with Measurement() as measurement:
        operation("bulk_query", {"job_id": job, "format": "csv", "path": str(path), **inputs})
        measurement.figures["bytes"] = path.stat().st_size
    with path.open("rb") as file:
        require(sum(1 for _ in file) == task.count + 1, "all rows and one header")


def bulk_to_gzip(task: Task) -> None:
    """Write one gzipped file; each page but the first is compressed anew."""
    bulk_to_gzip_files(task, headers=1)


def bulk_to_gzip_pages(task: Task) -> None:
    """Write a gzipped file for each page, as it comes."""
    bulk_to_gzip_files(task, headers=task.count // BULK_PAGE, one_file_per_page=True)


def bulk_to_gzip_files(task: Task, headers: int, **inputs: bool) -> None:
    operation, job = make_query_job(task)
    inputs_of_file = {"format": "csv_gzip", "path": str(Path(task.folder) / "accounts.csv.gz")}
    with Measurement() as measurement:
        result = operation("bulk_query", {"job_id": job, **inputs_of_file, **inputs})
        paths = result["output"]["files"]
        measurement.figures["bytes"] = sum(Path(path).stat().st_size for path in paths)
    lines = 0
    for path in paths:
        with gzip.open(path, "rb") as file:
            lines += sum(1 for _ in file)
    require(lines == task.count + headers, "all rows and the headers")


def bulk_from_iterator(task: Task) -> None:
    make_run(task)
    hook, connection = hooks(), BenchmarkConnection(task)
    records = (
        {"Name": f"Account {number}", "Phone": f"+49 30 {number:08d}", "Description": "Middle"}
        for number in range(task.count)
    )
    inputs = {"sobject": "Account", "operation": "insert", "from_engine": True, "wait": False}
    with Measurement():
        hook.run_action(
            connector="salesforce",
            action="bulk_write",
            connection=connection,
            inputs=inputs,
            context={"records": records},
        )


def bulk_from_csv(task: Task) -> None:
    allow_files(task)
    operation, path = make_run(task), str(Path(task.folder) / "upload.csv")
    inputs = {"sobject": "Account", "operation": "insert", "path": path, "wait": False}
    with Measurement():
        operation("bulk_write", inputs)


def list_objects_twice(task: Task) -> None:
    """List the objects of an org twice, as a form does when it is opened."""
    hook, connection = hooks(), BenchmarkConnection(task)
    with Measurement() as measurement:
        for _ in range(2):
            page = hook.list_options(
                connector="salesforce",
                source="objects",
                connection=connection,
                inputs={},
                search="",
                page=None,
            )
        measurement.figures["options"] = len(page["options"])


async def measure_calls(task: Task) -> None:
    """Count Python and C calls of creates in sequence."""
    operation = make_create_async(task)
    for _ in range(20):
        await operation()
    with Measurement() as measurement, count_calls() as calls:
        for _ in range(task.count):
            await operation()
        measurement.figures["calls_each"] = calls.made / task.count


def measure_calls_sync(task: Task) -> None:
    operation = make_create(task)
    for _ in range(20):
        operation()
    with Measurement() as measurement, count_calls() as calls:
        for _ in range(task.count):
            operation()
        measurement.figures["calls_each"] = calls.made / task.count


def checks(task: Task) -> None:
    """Check an input as a run does before it sends anything."""
    from salesforce_actions.actions.create_record import create_record
    from salesforce_connector.validation import read_input

    with Measurement():
        for _ in range(task.count):
            read_input(create_record.input, CREATE, create_record.name)


WORKS: dict[str, Callable[[Task], Any]] = {
    item.__name__: item
    for item in (
        creates,
        creates_async,
        creates_at_once,
        creates_batched,
        creates_arriving,
        first_create,
        query_in_memory,
        query_streamed,
        query_streamed_async,
        query_consumed,
        query_page_by_page,
        hold_connections,
        bulk_to_csv,
        bulk_to_csv_one_by_one,
        bulk_to_gzip,
        bulk_to_gzip_pages,
        bulk_from_iterator,
        bulk_from_csv,
        list_objects_twice,
        measure_calls,
        measure_calls_sync,
        checks,
    )
}

if __name__ == "__main__":
    run(WORKS)
