"""What the connector runs, as an engine calls it: by its hooks."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.work.engine import BenchmarkConnection, hooks
from benchmarks.work.worker import FIELDS, SOQL, Task
from salesforce_actions.plugin import SalesforceConnector

CREATE = {"sobject": "Account", "fields": FIELDS}


def make_create_async(
    task: Task, plugin: SalesforceConnector | None = None, **options: bool
) -> Callable[[], Awaitable[Any]]:
    """Return what creates a record from an event loop; `options` are settings."""
    hook, connection = hooks(plugin), BenchmarkConnection(task, **options)

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


def allow_files(task: Task) -> None:
    """Let inputs name files of the worker's folder, as a host says in its environment."""
    os.environ["SALESFORCE_CONNECTOR_FILES_BELOW"] = task.folder


def make_query_job(task: Task) -> tuple[Callable[[str, dict[str, Any]], Any], str]:
    """Return what runs an action, and the id of a finished query job."""
    allow_files(task)
    operation = make_run(task)
    job = operation("bulk_query", {"soql": SOQL, "wait": False})["output"]["job"]["id"]
    operation("get_bulk_job", {"job_id": job, "kind": "query"})  # completes it
    return operation, job
