"""Drives a flow by hand: answers go in, and what it did comes out."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from salesforce_connector.action import Call, Flow, Note, Progress
from salesforce_connector.errors import ConnectorError, from_answer
from salesforce_connector.http.base_client import START


@dataclass
class Driven:
    """What a flow did until its end.

    Attributes:
        output: As it returned it; None when it raised.
        error: What it raised, None when it returned.
    """

    output: Any = None
    error: ConnectorError | None = None
    calls: list[Call] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)


Answer = httpx.Response | ConnectorError


def drive(flow: Flow[Any], *answers: Answer) -> Driven:
    """Give a flow its answers in order; a refusal is thrown in. All of them must be asked for."""
    done, left = Driven(), list(answers)
    try:
        step = flow.send(START)
        while True:
            match step:
                case Call():
                    done.calls.append(step)
                    assert left, f"one more call than answers: {step.method} {step.path}"
                    answer = _settled(step, left.pop(0))
                    if isinstance(answer, ConnectorError):
                        step = flow.throw(answer)
                    else:
                        step = flow.send(answer)
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
    assert not left, f"{len(left)} answers were not asked for"
    return done


def _settled(call: Call, answer: Answer) -> Answer:
    """Make an error of a refusal, as the client does, unless the call expects it."""
    if isinstance(answer, ConnectorError) or answer.is_success:
        return answer
    return answer if answer.status_code in call.expect else from_answer(answer, safe=call.safe)


def ok(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> httpx.Response:
    """Give an answer with JSON."""
    return httpx.Response(status, json=body, headers=headers)
