"""Decides the fate of each call: the policy, the API version, the cache, retries, the token.

It is a generator that yields what a driver has to do: `Send`, `Sleep` or `Refresh`; for a flow that
streams or runs others beside it, also `Deliver`, `Spawn`, `AwaitFirst` and `Work`. The drivers
(`client` for threads, `async_client` for event loops) do those and nothing else, so that all that
is decided stands here once, and is tested without HTTP.

Each stage is a generator around the next: flow -> policy and field check -> API version -> cache ->
retry -> auth -> `Send`.
"""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import BadReply, ConnectorError
from salesforce_connector.flow import (
    AwaitFirst,
    Begin,
    Call,
    Deliver,
    Fetch,
    Fetched,
    Flow,
    LoadRecordRules,
    Task,
    Work,
)
from salesforce_connector.http import call_log, retry
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.result import Result
from salesforce_connector.http.wire_response import WireResponse
from salesforce_connector.policy import Policy
from salesforce_connector.response import Response

if TYPE_CHECKING:
    from salesforce_connector.http.shared_metadata import SharedResponse

T = TypeVar("T")

_DELIVERED: Final = (Call, Fetch, LoadRecordRules)
_CONCURRENT: Final = (Begin, AwaitFirst, Deliver, Work)

# What Python raises where a value is not what it was taken for.
_MISREAD: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)

# A generator is started by sending it None, though it asks for responses.
START: Final = cast(Response, None)


@dataclass(frozen=True, slots=True)
class Send:
    """Send a call with the newest token, or fetch events; the driver replies with an `Attempt`."""

    call: Call | Fetch
    background: bool = False


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refresh:
    """Get a new access token, once for all callers; the driver raises what the refresh raises.

    Attributes:
        stale: The credentials that were of no use.
        early: Whether they still are of use, and may soon expire.
        retry_for: Seconds that the refresh may spend on pauses.
    """

    stale: Credentials
    early: bool = False
    retry_for: float = retry.RETRY_FOR


@dataclass(frozen=True, slots=True)
class Spawn:
    """Drive a flow beside this one; the driver replies with a `Task`."""

    flow: Flow[Any]
    result: Result
    trusted: bool


Attempt: TypeAlias = tuple[Credentials, WireResponse | Fetched | ConnectorError]
"""The credentials that a call was sent with, and the response, or why there is none."""

PipelineStep: TypeAlias = Send | Sleep | Refresh | Spawn | AwaitFirst | Deliver | Work
"""`AwaitFirst`, `Deliver` and `Work` are the flow's own, for the driver to carry out."""

Steps: TypeAlias = Generator[PipelineStep, Any, T]


class Pipeline:
    """The stages of one connection; safe to share by threads and event loops."""

    def __init__(self, state: ConnectionState, policy: Policy) -> None:
        """Make the stages of a connection; nothing is sent yet."""
        self._state = state
        self._session = state.session
        self._policy = policy

    def run(self, flow: Flow[T], result: Result, *, trusted: bool = False) -> Steps[T]:
        """Run a flow to its end.

        Args:
            flow: Its notes and progress go into `result`.
            result: Of the run.
            trusted: Whether it is all ours, such as Test Connection: the policy does not apply.
        """
        wrote = False
        thrown: list[ConnectorError] = []
        try:
            step = flow.send(START)
            while True:
                if not isinstance(step, _DELIVERED):
                    if isinstance(step, _CONCURRENT):
                        try:
                            reply = yield from self._beside(step, result, trusted=trusted)
                        except ConnectorError as error:  # of work that may wait for a disk
                            thrown.append(error)
                            step = flow.throw(error)
                            continue
                        if isinstance(step, AwaitFirst):
                            thrown += _error_of_task(reply)
                    else:
                        reply = result.record(step)
                else:
                    try:
                        reply = yield from self._apply_policy(step, result, trusted=trusted)
                    except ConnectorError as error:
                        wrote = wrote or error.sent
                        thrown.append(error)
                        step = flow.throw(error)
                        continue
                    if isinstance(step, Call) and not step.reading and reply.is_success:
                        wrote = True
                try:
                    step = flow.send(reply)
                except _MISREAD as exc:
                    raise _misread(exc) from exc
        except StopIteration as stopped:
            value: T = stopped.value
            return value
        except ConnectorError as error:
            # What Salesforce says inside its response to a write, the flow has judged itself.
            if any(error is raised for raised in thrown):
                error.sent = error.sent or wrote
            elif isinstance(error, BadReply):
                error.sent = wrote  # a read that is misunderstood had no effect
            improved = yield from self._ask(self._policy.improve(error), result)
            if improved is error:
                raise
            raise improved from error.__cause__
        finally:
            flow.close()  # a watcher that cancels raises here, not in the flow

    def _beside(
        self, step: AwaitFirst | Begin | Deliver | Work, result: Result, *, trusted: bool
    ) -> Steps[Any]:
        """Begin a flow beside this one, wait for one, hand a page on, or do blocking work."""
        if not isinstance(step, Begin):
            ended = yield step
            if isinstance(step, AwaitFirst):
                result.absorb(ended)
            return ended
        beside = result.beside()
        task: Task = yield Spawn(step.flow, beside, trusted)
        result.note_task(task, beside)
        return task

    def _apply_policy(
        self, call: Call | Fetch | LoadRecordRules, result: Result, *, trusted: bool
    ) -> Steps[Response]:
        """Hold a call to what the connection may do, and to the fields that there are."""
        policy = self._policy
        if isinstance(call, LoadRecordRules):
            rules: Any = yield from self._ask(policy.load_record_rules(call), result)
            return rules  # type: ignore[no-any-return] # what it is: see `load_record_rules`
        if isinstance(call, Fetch):
            if not trusted:
                policy.check_topic(call.topic)
            events: Response = yield from self._authorize(call, result)
            return events  # what it is: see `fetched`
        if trusted or policy.is_open:
            return (yield from self._choose_version(call, result))
        body = self._state.body_of(call)
        yield from self._ask(policy.check(call, self._state.root, body), result)
        response = yield from self._choose_version(call, result)
        policy.learn(call, self._state.root, response)
        return response

    def _ask(self, flow: Flow[T], result: Result) -> Steps[T]:
        """Run a flow of ours that finds something out, such as a describe."""
        try:
            step = flow.send(START)
            while True:
                assert isinstance(step, Call)  # noqa: S101 - these flows yield nothing else
                try:
                    response = yield from self._choose_version(step, result)
                except ConnectorError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(response)
        except StopIteration as stopped:
            value: T = stopped.value
            return value

    def _choose_version(self, call: Call, result: Result) -> Steps[Response]:
        """Use another API version if the org does not serve this one."""
        state = self._state
        try:
            return (yield from self._use_cache(call, result))
        except ConnectorError as error:
            from salesforce_connector.http import api_versions  # for failures alone

            if state.version_settled or not api_versions.may_be_unsupported(error, call):
                raise
            state.version_settled = True  # what is asked next is not asked again
            pinned = bool(self._session.settings.api_version)
            cached = state.version
            try:
                version = yield from self._ask(api_versions.choose(cached, pinned=pinned), result)
            except ConnectorError as unanswered:
                state.version_settled = unanswered.kind != "retryable"
                raise
            if version == cached:
                raise
            state.version = version
        return (yield from self._use_cache(call, result))

    def _use_cache(self, call: Call, result: Result) -> Steps[Response]:
        """Answer from the cache where the call allows it."""
        if not call.cached:
            return (yield from self._retry(call, result))
        cache, shared = self._state.responses, self._state.shared_metadata
        if (response := cache.get_fresh(call)) is not None:
            return response
        if shared is None or not shared.takes(call):
            return cache.store(call, (yield from self._retry(call, result)))
        state, session = self._state, self._session
        if not cache.has(call):
            found: SharedResponse | None = yield Work(
                partial(shared.load, call, session.credentials, state.root)
            )
            if found is not None:
                cache.restore(call, found.response, found.age)
                if (response := cache.get_fresh(call)) is not None:
                    return response
        answer = yield from self._retry(call, result)
        if answer.status_code == 200:
            yield Work(partial(shared.save, call, answer, session.credentials, state.root))
        return cache.store(call, answer)

    def _retry(self, call: Call, result: Result) -> Steps[WireResponse]:
        """Send a call again that certainly had no effect and may work later."""
        if call.delay:
            yield Sleep(call.delay)
        attempt, seconds_left = 1, result.retry_for
        slot_seconds = self._state.slot_seconds(result.retry_for)
        while True:
            try:
                response: WireResponse = yield from self._authorize(call, result, attempt)
            except ConnectorError as error:
                if error.code == retry.NO_FREE_SLOT and slot_seconds > 0:
                    wait = retry.SLOTS.pause(error, 1, slot_seconds)
                    if wait is not None:
                        slot_seconds -= error.retry_after or 0.0
                        yield Sleep(wait)
                        continue
                pause = retry.CALLS.pause(error, attempt, seconds_left)
                if pause is None:
                    raise
                call_log.log_retry(self._session.connection_id, call, error, attempt, pause)
            else:
                return response
            attempt += 1
            if pause:
                seconds_left -= pause
                yield Sleep(pause)

    def _authorize(self, call: Call | Fetch, result: Result, attempt: int = 1) -> Steps[Any]:
        """Send a call with a token; again with a new one where that may help.

        Raises:
            ConnectorError: The response is an error, or there is none.
        """
        session, needs_token = self._session, isinstance(call, Fetch) or not call.anonymous
        if needs_token:
            current = session.credentials
            if session.early_refresh.needs_attention(current):
                yield Refresh(current, early=True)
                current = session.credentials
            if current.access_token is None:
                yield Refresh(current, retry_for=result.retry_for)
        sent = 0
        while True:
            started = call_log.now()
            used, outcome = yield Send(call, result.background)
            sent += 1
            error = self._error_of(call, outcome, result)
            if started is not None:
                call_log.log_call(session.connection_id, call, outcome, started, attempt, result)
            problem = "" if error is None else error.session_problem
            if not (needs_token and session.needs_refresh(used, problem, sent)):
                break
            yield Refresh(used, retry_for=result.retry_for)
        if error is not None:
            raise error
        return outcome

    def _error_of(
        self, call: Call | Fetch, outcome: WireResponse | Fetched | ConnectorError, result: Result
    ) -> ConnectorError | None:
        """Return the error that an outcome is; None when the flow is to get it."""
        if isinstance(outcome, ConnectorError):
            return outcome
        if isinstance(call, Fetch) or isinstance(outcome, Fetched):
            return None
        result.usage.count(outcome.head)
        if self._state.call_budget is not None:
            self._state.call_budget.note(result.usage, result.background)
        status = outcome.status_code
        if 200 <= status < 300 or (status == 304 and call.cached):
            return None
        from salesforce_connector.errors import body as error_body
        from salesforce_connector.errors import table as error_table  # for failures alone

        if status in call.expect and not (status == 404 and error_body.is_page(outcome)):
            return None
        return error_table.from_response(outcome, safe=call.safe, path=call.path)


def _error_of_task(task: Task) -> list[ConnectorError]:
    """Return the error that a flow beside another ended by; the other raises it as the result."""
    try:
        task.result()
    except ConnectorError as error:
        return [error]
    return []


def _misread(exc: Exception) -> BadReply:
    return BadReply(
        f"Salesforce's response could not be understood: {type(exc).__name__}.",
        code="BAD_REPLY",
        remedy="Report this, with the action and the API version.",
    )
