"""Drives a flow without HTTP: the test gives the responses, and reads what the flow did."""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx

from salesforce_connector.errors import ConnectorError
from salesforce_connector.errors.table import from_response
from salesforce_connector.flow import (
    AwaitFirst,
    Begin,
    Call,
    Deliver,
    Flow,
    GetRecords,
    GetResumeState,
    Note,
    Progress,
    Work,
)
from salesforce_connector.http.file_sink import sink_of
from salesforce_connector.http.pipeline import START

Reply = httpx.Response | ConnectorError
Server = Callable[[Call, bytes], Reply]


@dataclass
class FlowRun:
    """What a flow did until its end.

    Attributes:
        output: What it returned; None when it raised.
        error: What it raised; None when it returned.
        pages: Records that it delivered, page by page.
        resume: State of the run that it resumes, None for none.
        records: What the host passes beside the inputs.
    """

    output: Any = None
    error: ConnectorError | None = None
    calls: list[Call] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    pages: list[list[dict[str, Any]]] = field(default_factory=list)
    resume: Mapping[str, Any] | None = None
    records: object = None


class WaitingTask:
    """A flow that was begun beside another: it is driven to its end when it is waited for."""

    def __init__(self, flow: Flow[Any], run: FlowRun) -> None:
        self.flow = flow
        self.run = run

    def done(self) -> bool:
        return self.run.output is not None or self.run.error is not None

    def result(self) -> Any:
        if self.run.error is not None:
            raise self.run.error
        return self.run.output


def drive(flow: Flow[Any], *replies: Reply) -> FlowRun:
    """Give a flow its replies in order; an error is thrown into it. It must ask for all of them."""
    remaining = list(replies)

    def next_reply(call: Call) -> Reply:
        assert remaining, f"one more call than replies: {call.method} {call.path}"
        reply = remaining.pop(0)
        if isinstance(reply, ConnectorError) or reply.is_success:
            return reply
        # As the client does it: an error, unless the call expects this status.
        expected = reply.status_code in call.expect
        return reply if expected else from_response(reply, safe=call.safe)

    run = _drive(flow, next_reply)
    assert not remaining, f"{len(remaining)} replies were not asked for"
    return run


def serve(
    flow: Flow[Any],
    server: Server,
    resume: Mapping[str, Any] | None = None,
    *,
    records: object = None,
) -> FlowRun:
    """Drive a flow whose calls carry files: bodies are read, replies are written to their sinks.

    Args:
        flow: To drive.
        server: Gives the reply to a call and its body.
        resume: State of the run that it resumes.
        records: What the host passes beside the inputs.
    """
    run = FlowRun(resume=resume, records=records)
    for _ in _steps(flow, lambda call: _serve(call, server), run):
        pass
    return run


def serve_steps(
    flow: Flow[Any], server: Server, *, records: object = None
) -> Generator[FlowRun, None, None]:
    """Drive a flow a step at a time, as `serve` does; closing this gives the flow up."""
    return _steps(flow, lambda call: _serve(call, server), FlowRun(records=records))


def _serve(call: Call, server: Server) -> Reply:
    try:
        content = call.content() if callable(call.content) else call.content or b""
        body = content if isinstance(content, bytes) else b"".join(content)
        reply = server(call, body)
        if isinstance(reply, ConnectorError) or call.into is None:
            return reply
        raw = b"".join(cast("Iterable[bytes]", reply.stream)) if call.compressed else b""
        content = raw if call.compressed else reply.read()
        with sink_of(call) as sink:
            for start in range(0, len(content), 7):  # chunks that end anywhere
                sink.write(content[start : start + 7])
    except ConnectorError as error:
        return error
    return httpx.Response(reply.status_code, headers=reply.headers)


def _drive(flow: Flow[Any], reply_to: Callable[[Call], Reply]) -> FlowRun:
    run = FlowRun()
    for _ in _steps(flow, reply_to, run):
        pass
    return run


def _steps(
    flow: Flow[Any], reply_to: Callable[[Call], Reply], run: FlowRun
) -> Generator[FlowRun, None, None]:
    try:
        step = flow.send(START)
        while True:
            yield run
            match step:
                case Call():
                    run.calls.append(step)
                    reply = reply_to(step)
                    if isinstance(reply, ConnectorError):
                        step = flow.throw(reply)
                    else:
                        step = flow.send(reply)
                    continue
                case Note():
                    run.notes.append(step.message)
                case Progress():
                    run.progress.append(step)
                case Deliver():
                    run.pages.append(step.page.records())
                case Begin():
                    beside = FlowRun(calls=run.calls, notes=run.notes)
                    step = flow.send(WaitingTask(step.flow, beside))  # type: ignore[arg-type]
                    continue
                case AwaitFirst():
                    task = step.tasks[-1]  # those begun later end earlier
                    assert isinstance(task, WaitingTask)
                    for _ in _steps(task.flow, reply_to, task.run):
                        pass
                    step = flow.send(task)  # type: ignore[arg-type]
                    continue
                case Work():
                    try:
                        done = step.run()
                    except ConnectorError as error:
                        step = flow.throw(error)
                    else:
                        step = flow.send(done)
                    continue
                case GetRecords():
                    step = flow.send(run.records)  # type: ignore[arg-type]
                    continue
                case GetResumeState():
                    step = flow.send(cast(Any, run.resume))
                    continue
            step = flow.send(START)
    except StopIteration as stopped:
        run.output = stopped.value
    except ConnectorError as error:
        run.error = error
    finally:
        flow.close()


def ok(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> httpx.Response:
    """Return a response with JSON."""
    return httpx.Response(status, json=body, headers=headers)
