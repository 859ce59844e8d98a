"""Routes for a connection's actions: allowed ones, live schemas, options, and runs."""

import asyncio
import time
import uuid
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connector_host.hookspecs import Json, JsonObject
from connector_host.web import event_stream
from connector_host.web.problems import refuse
from connector_host.web.requests import ApiRequest, answer_error, read


class RunningRuns:
    """The running runs of this process; only the user who started a run can cancel it."""

    def __init__(self) -> None:
        self._tasks: dict[str, tuple[str, asyncio.Task[Any]]] = {}

    def add(self, run_id: str, who: str, task: asyncio.Task[Any]) -> None:
        self._tasks[run_id] = (who, task)

    def remove(self, run_id: str) -> None:
        self._tasks.pop(run_id, None)

    def cancel(self, run_id: str, who: str) -> bool:
        """Cancel a run; False when the user has none of this id in this process."""
        owner, task = self._tasks.get(run_id, ("", None))
        if task is None or owner != who:
            return False
        task.get_loop().call_soon_threadsafe(task.cancel)
        return True


def allowed_actions(request: ApiRequest) -> Json:
    """List the names of the actions that a connection may run."""
    return [entry["name"] for entry in request.actor.runner.actions(request.path("connection"))]


def live_schema(request: ApiRequest) -> Json:
    """Return an action's schemas for the inputs chosen so far."""
    schemas = request.actor.runner.schema(
        request.path("connection"), request.path("action"), request.object("inputs")
    )
    return dict(schemas)


def list_options(request: ApiRequest) -> Json:
    """Return a page of options for a field."""
    page = request.actor.runner.options(
        request.path("connection"),
        request.path("source"),
        inputs=request.object("inputs"),
        search=request.text("search", ""),
        page=request.optional_text("page"),
    )
    return dict(page)


async def run(request: Request) -> Response:
    """Run an action; answer with its result, or with events for `Accept: text/event-stream`.

    The events are `started` (with the id for cancelling), `progress`, and last `result` or `error`.
    A client that disconnects cancels the run.
    """
    try:
        api_request = await read(request)
        inputs, explain = api_request.object("inputs"), bool(api_request.body.get("explain"))
    except Exception as exc:
        return answer_error(exc)
    actor = api_request.actor
    running: RunningRuns = request.app.state.running
    run_id = uuid.uuid4().hex

    async def work(tell: event_stream.Tell) -> Json:
        task = asyncio.current_task()
        if task is not None:
            running.add(run_id, actor.who, task)
        tell("started", {"run_id": run_id})
        began = time.perf_counter()
        try:
            result = await actor.runner.run_async(
                api_request.path("connection"),
                api_request.path("action"),
                inputs,
                run_id=run_id,
                explain=explain,
                progress=lambda progress: tell("progress", _shown(progress)),
            )
        finally:
            running.remove(run_id)
        return {**result, "seconds": time.perf_counter() - began, "run_id": run_id}

    if event_stream.MEDIA_TYPE in request.headers.get("accept", ""):
        return event_stream.stream(work)
    try:
        return JSONResponse(await work(lambda _name, _data: None))
    except Exception as exc:
        return answer_error(exc)


def cancel(request: ApiRequest) -> Json | Response:
    """Cancel a run of this process that the user has started."""
    running: RunningRuns = request.http.app.state.running
    if running.cancel(request.path("run"), request.actor.who):
        return None
    return refuse(404, "UNKNOWN_RUN", "No run of this id is running here.")


async def test(request: Request) -> Response:
    """Test a connection; with `Accept: text/event-stream`, each `check` is an event."""
    try:
        api_request = await read(request)
        name = api_request.path("connection")
    except Exception as exc:
        return answer_error(exc)
    runner = api_request.actor.runner

    async def work(tell: event_stream.Tell) -> Json:
        report = await run_in_threadpool(
            runner.test, name, on_check=lambda check: tell("check", dict(check))
        )
        return dict(report)

    if event_stream.MEDIA_TYPE in request.headers.get("accept", ""):
        return event_stream.stream(work)
    try:
        return JSONResponse(await work(lambda _name, _data: None))
    except Exception as exc:
        return answer_error(exc)


def _shown(progress: Any) -> JsonObject:
    """Return the progress of a run, without the state for resuming it."""
    return {key: value for key, value in dict(progress).items() if key != "state"}
