"""Actions whose delays are recorded, as a durable engine takes them, and not slept."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from salesforce_connector.action import Action
from salesforce_connector.flow import Call, Flow

InputT = TypeVar("InputT", bound=BaseModel)
OutputT = TypeVar("OutputT", bound=BaseModel)


def with_recorded_sleeps(
    action: Action[InputT, OutputT], wait: Callable[[float], object]
) -> Action[InputT, OutputT]:
    """Return an action that calls `wait` with the seconds that it would sleep."""

    def flow(args: InputT) -> Flow[OutputT]:
        inner = action.flow(args)
        try:
            step = next(inner)
            while True:
                if isinstance(step, Call) and step.delay:
                    wait(step.delay)
                    step = step._replace(delay=0.0)
                try:
                    answer = yield step
                except Exception as error:  # noqa: BLE001 - it is the inner flow's to judge
                    step = inner.throw(error)
                else:
                    step = inner.send(answer)
        except StopIteration as done:
            output: OutputT = done.value
            return output

    return action._replace(flow=flow)
