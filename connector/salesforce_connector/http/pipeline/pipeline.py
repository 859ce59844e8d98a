"""Runs a flow: sends its steps through the stages, and responses or errors back to it."""

from typing import Any, Final, TypeVar

from salesforce_connector.errors import BadReply, ConnectorError
from salesforce_connector.flow import (
    AwaitFirst,
    Begin,
    Call,
    Deliver,
    Fetch,
    Flow,
    LoadRecordRules,
    Task,
    Work,
)
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline.authorization import Authorization
from salesforce_connector.http.pipeline.cached_responses import CachedResponses
from salesforce_connector.http.pipeline.lookup import run_lookup
from salesforce_connector.http.pipeline.policy_check import PolicyCheck
from salesforce_connector.http.pipeline.retries import Retries
from salesforce_connector.http.pipeline.steps import START, Spawn, Steps
from salesforce_connector.http.pipeline.version_choice import VersionChoice
from salesforce_connector.http.result import Result
from salesforce_connector.policy import Policy

T = TypeVar("T")

_FOR_STAGES: Final = (Call, Fetch, LoadRecordRules)
_FOR_DRIVER: Final = (Begin, AwaitFirst, Deliver, Work)

# What Python raises where a response is not of the shape that a flow reads.
_UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class Pipeline:
    """All stages of one connection; safe to share by threads and event loops."""

    def __init__(self, state: ConnectionState, policy: Policy) -> None:
        """Put the stages in their order; nothing is sent yet."""
        self._policy = policy
        authorization = Authorization(state)
        retries = Retries(state, authorization)
        cache = CachedResponses(state, retries.send)
        self._versions = VersionChoice(state, cache.send)
        self._policy_check = PolicyCheck(state, policy, self._versions.send, authorization)

    def run(self, flow: Flow[T], result: Result, *, trusted: bool = False) -> Steps[T]:
        """Run a flow to its end.

        Args:
            flow: To run; it is closed in any case.
            result: Of the run; gets what the flow notes, and the calls that it spends.
            trusted: Whether the flow is the connector's own, such as Test Connection: the policy
                does not apply.

        Raises:
            ConnectorError: The flow did, or let pass what a call ended by. `sent` is true if the
                flow may have written something before.
        """
        wrote = False
        thrown: tuple[ConnectorError, ...] = ()  # into the flow
        try:
            step = flow.send(START)
            while True:
                if isinstance(step, _FOR_STAGES):
                    try:
                        reply = yield from self._policy_check.send(step, result, trusted=trusted)
                    except ConnectorError as error:
                        wrote = wrote or error.sent
                        thrown = (*thrown, error)
                        step = flow.throw(error)
                        continue
                    if isinstance(step, Call) and not step.reading and reply.is_success:
                        wrote = True
                elif isinstance(step, _FOR_DRIVER):
                    try:
                        reply = yield from self._run_beside(step, result, trusted=trusted)
                    except ConnectorError as error:  # of work that may wait for a disk
                        thrown = (*thrown, error)
                        step = flow.throw(error)
                        continue
                    if isinstance(step, AwaitFirst):
                        thrown = (*thrown, *_error_of(reply))
                else:
                    reply = result.record(step)  # a host that cancels raises here
                try:
                    step = flow.send(reply)
                except _UNREADABLE as exc:
                    raise _unreadable(exc) from exc
        except StopIteration as stopped:
            value: T = stopped.value
            return value
        except ConnectorError as error:
            # An error of the flow's own stays as it is: the flow has read the result of its write.
            if any(error is one for one in thrown):
                error.sent = error.sent or wrote
            elif isinstance(error, BadReply):
                error.sent = wrote  # a read that is misunderstood had no effect
            improvement = self._policy.improve(error)
            improved = yield from run_lookup(improvement, self._versions.send, result)
            if improved is error:
                raise
            raise improved from error.__cause__
        finally:
            flow.close()  # where the host has cancelled, it is still waiting

    def _run_beside(
        self, step: AwaitFirst | Begin | Deliver | Work, result: Result, *, trusted: bool
    ) -> Steps[Any]:
        """Begin a flow beside this one, wait for one, deliver a page, or do blocking work."""
        if not isinstance(step, Begin):
            reply = yield step
            if isinstance(step, AwaitFirst):
                result.absorb(reply)
            return reply
        beside = result.beside()
        task: Task = yield Spawn(step.flow, beside, trusted)
        result.note_task(task, beside)
        return task


def _error_of(task: Task) -> list[ConnectorError]:
    """Return the error that a flow ended by which ran beside another: it raises it there."""
    try:
        task.result()
    except ConnectorError as error:
        return [error]
    return []


def _unreadable(exc: Exception) -> BadReply:
    return BadReply(
        f"Salesforce's response could not be understood: {type(exc).__name__}.",
        code="BAD_REPLY",
        remedy="Report this, with the action and the API version.",
    )
