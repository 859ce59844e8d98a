"""Drives a flow whose calls carry files: bodies are read, answers are poured where they belong."""

from collections.abc import Callable
from typing import Any

import httpx
from driven_flow import Driven

from salesforce_connector.action import Call, Flow, Note, Progress
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.base_client import START
from salesforce_connector.http.file_sink import sink_of

Server = Callable[[Call, bytes], httpx.Response | ConnectorError]


def serve(flow: Flow[Any], server: Server) -> Driven:
    """Drive a flow to its end; `server` gives the answer to a call and its body."""
    done = Driven()
    try:
        step = flow.send(START)
        while True:
            match step:
                case Call():
                    done.calls.append(step)
                    step = _served(flow, step, server)
                    continue
                case Note():
                    done.notes.append(step.message)
                case Progress():
                    done.progress.append(step)
            step = flow.send(START)
    except StopIteration as stopped:
        done.output = stopped.value
    except ConnectorError as error:
        done.error = error
    return done


def _served(flow: Flow[Any], call: Call, server: Server) -> Any:
    try:
        content = call.content() if callable(call.content) else call.content or b""
        body = content if isinstance(content, bytes) else b"".join(content)
    except ConnectorError as error:
        return flow.throw(error)
    answer = server(call, body)
    if isinstance(answer, ConnectorError):
        return flow.throw(answer)
    if call.into is not None:
        try:
            with sink_of(call) as sink:
                for start in range(0, len(answer.content), 7):  # pieces that end anywhere
                    sink.write(answer.content[start : start + 7])
        except ConnectorError as error:
            return flow.throw(error)
        answer = httpx.Response(answer.status_code, headers=answer.headers)
    return flow.send(answer)
