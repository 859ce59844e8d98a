"""The activities: every action of every connector, connection tests, and polls of triggers.

All are coroutines, so a worker needs no executor for them. An error has only the details of its
`fault.Fault`, so that histories stay small and contain no secret.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from connector_host.engines.fault import fault_of, is_repeatable
from connector_host.engines.temporal.requests import (
    POLL,
    RUN,
    TEST,
    EventBatch,
    PollRequest,
    RunRequest,
    RunSlice,
)
from connector_host.hookspecs import JsonObject, Progress
from connector_host.registry import Registry
from connector_host.runner import Runner

Activity = Callable[..., Awaitable[Any]]

HEARTBEAT_EVERY = 5.0  # seconds; at most a third of the heartbeat timeout in `workflows`
INTERRUPTED = "INTERRUPTED"
_READS: JsonObject = {
    "annotations": {"readOnlyHint": True}
}  # for the activities without a manifest entry


class SliceOver(Exception):
    """The run has used up its slice; `state` is where to resume it."""

    def __init__(self, state: JsonObject) -> None:
        super().__init__()
        self.state = state


class ConnectorActivities:
    """The activities of one runner."""

    def __init__(self, runner: Runner, registry: Registry) -> None:
        self._runner = runner
        self._registry = registry

    def all(self) -> list[Activity]:
        """Return the three generic activities, and one for each action: `CONNECTOR.ACTION`."""
        activities: list[Activity] = [self.run, self.poll, self.test]
        for connector in self._registry.names:
            entries = self._registry.manifest(connector)["actions"]
            activities += [self._action(connector, entry["name"]) for entry in entries]
        return activities

    def _action(self, connector: str, action: str) -> Activity:
        @activity.defn(name=f"{connector}.{action}")
        async def run(connection: str, inputs: JsonObject) -> JsonObject:
            request = RunRequest(connection, action, inputs, slice_for=None)
            part: RunSlice = await self.run(request)
            assert part.result is not None  # noqa: S101 - without a slice there is a result
            return part.result

        decorated: Activity = run
        return decorated

    @activity.defn(name=RUN)
    async def run(self, request: RunRequest) -> RunSlice:
        """Run an action, or a slice of it."""
        connection, action = request.connection, request.action
        with _without_traceback():
            entry = await asyncio.to_thread(self._runner.describe, connection, action)
        report = _Report(request, entry)
        began = asyncio.get_running_loop().time()

        def note(progress: Progress) -> None:
            report.note(progress)
            used = asyncio.get_running_loop().time() - began
            if request.slice_for is not None and progress["state"] and used >= request.slice_for:
                raise SliceOver(progress["state"])

        async with report.beating():
            try:
                result = await self._runner.run_async(
                    connection,
                    action,
                    request.inputs,
                    run_id=activity.info().workflow_id or "",
                    progress=note,
                    resume=report.state or None,
                    retry_for=request.retry_for,
                )
            except SliceOver as over:
                return RunSlice(None, over.state)
            except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
                report.end()
                raise _failure(error, entry) from None
        return RunSlice(dict(result), {})

    @activity.defn(name=POLL)
    async def poll(self, request: PollRequest) -> EventBatch:
        """Poll a trigger once; the workflow stores the cursor."""
        with _without_traceback():
            batch = await asyncio.to_thread(
                self._runner.poll_once,
                request.connection,
                request.trigger,
                request.inputs,
                request.cursor,
            )
        return EventBatch(batch["events"], batch["cursor"], batch["more"])

    @activity.defn(name=TEST)
    async def test(self, connection: str) -> JsonObject:
        """Test a connection and return the report."""
        with _without_traceback():
            return dict(await asyncio.to_thread(self._runner.test, connection))


class _Report:
    """The heartbeat of an attempt: its progress, and that a call may be in flight.

    After a worker has died, the next attempt reads it: it resumes work that can be resumed, and
    does not repeat an action that must not happen twice.
    """

    def __init__(self, request: RunRequest, entry: JsonObject) -> None:
        self.state: JsonObject = request.state
        self._latest: JsonObject = {"in_flight": True, "state": self.state}
        repeatable = is_repeatable(entry)
        details = activity.info().heartbeat_details
        before: JsonObject = details[0] if details else {}
        self.state = before.get("state") or self.state
        self._latest["state"] = self.state
        if before.get("in_flight") and not repeatable and not self.state:
            raise ApplicationError(
                f"The worker that ran {request.action!r} stopped in the middle of it, and a second "
                "run could do it twice. Check what was done before you run it again.",
                {"kind": "retryable", "code": INTERRUPTED, "sent": True},
                type=INTERRUPTED,
                non_retryable=True,
            )
        activity.heartbeat(self._latest)

    def note(self, progress: Progress) -> None:
        self._latest = {"in_flight": True, **progress}
        activity.heartbeat(self._latest)

    def end(self) -> None:
        """Record that the attempt has ended by itself, so that a retry is safe."""
        activity.heartbeat({**self._latest, "in_flight": False})

    @asynccontextmanager
    async def beating(self) -> AsyncGenerator[None]:
        """Send heartbeats on a timer, also while the connector waits."""

        async def beat() -> None:
            while True:
                await asyncio.sleep(HEARTBEAT_EVERY)
                activity.heartbeat(self._latest)

        task = asyncio.create_task(beat())
        try:
            yield
        finally:
            task.cancel()


@contextmanager
def _without_traceback() -> Generator[None]:
    """Translate an error into Temporal's, without a traceback."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the engine's edge: `fault_of` judges
        raise _failure(error, _READS) from None


def _failure(error: Exception, entry: JsonObject) -> ApplicationError:
    fault = fault_of(error, entry)
    delay = None if fault.retry_after is None else timedelta(seconds=fault.retry_after)
    return ApplicationError(
        str(fault),
        fault.details,
        type=fault.code,
        non_retryable=not fault.retry,
        next_retry_delay=delay if fault.retry else None,
    )
