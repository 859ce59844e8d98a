"""Routes for actions on a connection: which are allowed, live schemas, options, and runs."""

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
    """The runs of this process that can be cancelled, each by who started it alone."""

    def __init__(self) -> None:
        self._tasks: dict[str, tuple[str, asyncio.Task[Any]]] = {}

    def add(self, run_id: str, who: str, task: asyncio.Task[Any]) -> None:
        self._tasks[run_id] = (who, task)

    def remove(self, run_id: str) -> None:
        self._tasks.pop(run_id, None)

    def cancel(self, run_id: str, who: str) -> bool:
        """Cancel a run; False when this process has none of this id that is theirs."""
        owner, task = self._tasks.get(run_id, ("", None))
        if task is None or owner != who:
            return False
        task.get_loop().call_soon_threadsafe(task.cancel)
        return True


def allowed_actions(request: ApiRequest) -> Json:
    """Name the actions that a connection may run."""
    return [entry["name"] for entry in request.actor.runner.actions(request.path("connection"))]


def live_schema(request: ApiRequest) -> Json:
    """Return an action's schemas for what is chosen so far."""
    schemas = request.actor.runner.schema(
        request.path("connection"), request.path("action"), request.object("inputs")
    )
    return dict(schemas)


def list_options(request: ApiRequest) -> Json:
    """Return a page of choices for a field."""
    page = request.actor.runner.options(
        request.path("connection"),
        request.path("source"),
        inputs=request.object("inputs"),
        search=request.text("search", ""),
        page=request.optional_text("page"),
    )
    return dict(page)


async def run(request: Request) -> Response:
    """Run an action; as events with `Accept: text/event-stream`, else the result alone.

    The events are `started` (with the id to cancel it by), `progress`, and last `result` or
    `error`. A client that goes away cancels the run.
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
    """Cancel a run that this process does and whoever asks has started."""
    running: RunningRuns = request.http.app.state.running
    if running.cancel(request.path("run"), request.actor.who):
        return None
    return refuse(404, "UNKNOWN_RUN", "No such run is going on here.")


async def test(request: Request) -> Response:
    """Test a connection; as events with `Accept: text/event-stream`: each `check` as it ends."""
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
    """Return what a connector tells of its progress, without the state to take it up from."""
    return {key: value for key, value in dict(progress).items() if key != "state"}
