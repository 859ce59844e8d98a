"""Runs the flows by which a stage finds something out, such as a describe."""

from typing import TypeVar

from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call, Flow
from salesforce_connector.http.pipeline.steps import START, SendCall, Steps
from salesforce_connector.http.result import Result

T = TypeVar("T")


def run_lookup(flow: Flow[T], send: SendCall, result: Result) -> Steps[T]:
    """Run a flow that yields nothing but calls.

    Args:
        flow: To run.
        send: The stage where its calls begin; they are not held to the policy.
        result: Of the run that they count for.
    """
    try:
        step = flow.send(START)
        while True:
            assert isinstance(step, Call)  # noqa: S101 - for types
            try:
                response = yield from send(step, result)
            except ConnectorError as error:
                step = flow.throw(error)
            else:
                step = flow.send(response)
    except StopIteration as stopped:
        value: T = stopped.value
        return value
