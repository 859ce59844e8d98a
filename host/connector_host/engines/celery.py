"""Every action of every connector as a Celery task.

    app = Celery("acme", broker=...)
    register_tasks(app)                     # in the module that workers import
    app.send_task("CONNECTOR.create_record", ["acme", {"sobject": "Account", ...}])

Messages contain the connection's name and the inputs; each worker process opens the store itself,
at its first task, so that no fork copies an open store.

https://docs.celeryq.dev/en/stable/userguide/tasks.html
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from celery import Celery, Task

from connector_host.engines.fault import RETRY_FOR, Fault, fault_of, is_repeatable
from connector_host.hookspecs import JsonObject
from connector_host.host import Host
from connector_host.registry import Registry

MAX_RETRIES: Final = 10
FIRST_DELAY: Final = 2.0  # seconds; doubles, up to LONGEST_DELAY
LONGEST_DELAY: Final = 600.0


class ActionFailed(Exception):
    """A call that failed and is not retried; `args` are a sentence and the details, as JSON."""

    def __init__(self, message: str, details: JsonObject) -> None:
        super().__init__(message, details)
        self.details = details


def register_tasks(app: Celery, open_host: Callable[[], Host] = Host) -> list[str]:
    """Register a task for each action, and `connector.test_connection`; return their names.

    The arguments of a task are a connection's name and the inputs; it returns the action's result.
    An action that may run twice without harm is acknowledged when it is done, so that nothing is
    lost when a worker dies; others are acknowledged when they start, so that none runs twice.

    Args:
        open_host: Opens the store; called once in each worker process.
    """

    @lru_cache(maxsize=1)
    def host() -> Host:
        return open_host()

    names = ["connector.test_connection"]

    @app.task(name=names[0], shared=False)
    def test_connection(connection: str) -> JsonObject:
        return {**host().runner.test(connection)}

    registry = Registry.load()
    for connector in registry.names:
        for entry in registry.manifest(connector)["actions"]:
            name = f"{connector}.{entry['name']}"
            _register_action(app, name, entry, host)
            names.append(name)
    return names


def _register_action(app: Celery, name: str, entry: JsonObject, host: Callable[[], Host]) -> None:
    repeatable = is_repeatable(entry)

    @app.task(
        name=name,
        bind=True,
        shared=False,  # of this app alone
        acks_late=repeatable,
        reject_on_worker_lost=repeatable,
        max_retries=MAX_RETRIES,
    )
    def run(self: Task, connection: str, inputs: JsonObject | None = None) -> JsonObject:
        try:
            result = host().runner.run(
                connection,
                entry["name"],
                inputs or {},
                run_id=self.request.id or "",
                retry_for=RETRY_FOR,
            )
        except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
            fault = fault_of(error, entry)
        else:
            return dict(result)
        raise _failure_or_retry(self, fault)


def _failure_or_retry(task: Task, fault: Fault) -> BaseException:
    """Return the exception to raise: the failure, or Celery's request to retry."""
    failed = ActionFailed(str(fault), fault.details)
    if not fault.retry:
        return failed
    delay = min(FIRST_DELAY * 2**task.request.retries, LONGEST_DELAY)
    retry: BaseException = task.retry(exc=failed, countdown=fault.retry_after or delay, throw=False)
    return retry
