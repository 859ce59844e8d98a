"""What a call looks like on the wire, and when it may be sent again; it sends nothing."""

import copy
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeAlias, cast
from urllib.parse import quote, urlencode

import httpx
from pydantic_core import to_json

from salesforce_connector.action import (
    Action,
    Call,
    Fetch,
    Flow,
    GetResumeState,
    InputT,
    LoadRecordRules,
    Note,
    OutputT,
    Progress,
    Step,
    T,
)
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.error_table import from_response
from salesforce_connector.errors import ConnectorError, Retryable, SessionProblem, Unavailable
from salesforce_connector.http import api_versions, soap
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.transport import LIMITS
from salesforce_connector.http.wire_request import TIMEOUT, BodySource, Prepared
from salesforce_connector.limits import Usage
from salesforce_connector.policy import Guard
from salesforce_connector.response import Response
from salesforce_connector.validation import read_input

USER_AGENT: Final = "salesforce-connector"

ATTEMPTS: Final = 5
LONGEST_WAIT: Final = 30.0  # seconds; what wants more than this is for the engine's own schedule


# A call takes its token when it may be sent: one that has ended is tried by so many at most.
MOST_AT_ONCE: Final = LIMITS.max_connections or 200

Outcome: TypeAlias = tuple[Credentials, Response | Unavailable]
"""The credentials that a request was sent with, and the response, or that there was none."""

Watch = Callable[[Mapping[str, Any]], object]
"""Called with progress: `done`, `total`, `message`, `state`; may raise to cancel the run."""


@dataclass(slots=True)
class Result:
    """What a run gave: output as JSON, calls spent, and sentences for the builder.

    Attributes:
        watch: Called with how far the run has come, None when nobody watches.
        resume: State of the last progress of the run that this one resumes.
    """

    output: Any = None
    usage: Usage = field(default_factory=Usage)
    warnings: list[str] = field(default_factory=list)
    watch: Watch | None = field(default=None, repr=False)
    resume: Mapping[str, Any] | None = field(default=None, repr=False)

    def record(self, step: Step) -> Any:
        """Take a step of a flow that is not a call; give what the flow is sent for it."""
        match step:
            case GetResumeState():
                return self.resume
            case Note():
                self.warnings.append(step.message)
            case Progress() if self.watch is not None:
                self.watch(
                    {
                        "done": step.done,
                        "total": step.total,
                        "message": step.message,
                        "state": dict(step.state),
                    }
                )
        return None

    def as_json(self) -> dict[str, Any]:
        """Give it as the contract has it."""
        return {"output": self.output, "usage": self.usage.as_json(), "warnings": self.warnings}


class Caller:
    """What sync and async clients share.

    Attributes:
        connection: The host's object, which refreshed tokens are saved to.
        state: Shared by all clients of the connection.
        session: The connection's settings and token.
        guard: What the connection may do.
        user_agent: What Salesforce's logs show.
    """

    def __init__(self, connection: Connection, state: ConnectionState, user_agent: str) -> None:
        self.connection = connection
        self.state = state
        self.session = state.session
        self.guard = Guard(state.session.settings, state.fields)
        self.kept = state.responses
        self.user_agent = user_agent

    def with_connection(self, connection: Connection) -> Self:
        """Give this client for another object of the host's that stands for the same connection.

        A host may make one for each call: tokens are locked by and saved to that of the call.
        """
        if connection is self.connection:
            return self
        client = copy.copy(self)
        client.connection = connection
        return client

    @property
    def version(self) -> str:
        """Of the API, as in "68.0"."""
        return self.state.version

    @property
    def root(self) -> str:
        """The path that the API version is under."""
        return f"/services/data/v{self.version}"

    def body(self, call: Call) -> Any:
        """Give a call's JSON body, None when it has none."""
        return call.json(self.root) if callable(call.json) else call.json

    def request(self, call: Call, credentials: Credentials) -> Prepared:
        """Write a call as a request to the org; token and address are of one sign-in."""
        token = None if call.anonymous else credentials.bearer
        path = call.path
        if call.soap is not None:
            path = f"{path}/{self.version}"
        elif not path.startswith("/services/"):
            path = self.root + path
        if call.params:
            # %20, not +: some of what stands before Salesforce decodes only that.
            path += f"?{urlencode(call.params, quote_via=quote)}"
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": self.user_agent,
            **self.kept.conditions(call),
            **call.headers,
        }
        if token is not None and call.soap is None:
            headers["Authorization"] = f"Bearer {token}"
        content = BodySource(call.content()) if callable(call.content) else call.content
        if call.soap is not None:
            content = soap.envelope(call.soap, token)
            headers |= soap.HEADERS
        elif call.json is not None:
            content = to_json(self.body(call))
            headers["Content-Type"] = "application/json"
        elif content is not None:
            headers["Content-Type"] = call.content_type
        return Prepared(
            call.method,
            (credentials.instance_url or self.session.settings.base_url) + path,
            headers,
            content,
            TIMEOUT.read if call.timeout is None else call.timeout,
        )

    def converse(
        self, flow: Flow[T], result: Result, *, trusted: bool = False
    ) -> Generator[Call | Fetch, Any, T]:
        """Run a flow, and yield only what a client has to deliver for it.

        Args:
            flow: Its notes and progress go into `result`.
            trusted: What the connection may do does not bind it.
        """
        try:
            step = flow.send(START)
            while True:
                if not isinstance(step, Call | Fetch | LoadRecordRules):
                    step = flow.send(result.record(step))
                    continue
                try:
                    answer = yield from self._answered(step, trusted=trusted)
                except ConnectorError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as done:
            return cast(T, done.value)
        finally:
            flow.close()  # a watcher that cancels raises here, not in the flow

    def _answered(
        self, step: Call | Fetch | LoadRecordRules, *, trusted: bool
    ) -> Generator[Call | Fetch, Any, Response]:
        """Have a step delivered, if the connection may do it."""
        if isinstance(step, LoadRecordRules):
            rules = yield from self._run_policy(self.guard.record_rules(step))
            return cast(Response, rules)  # what it is: see `load_record_rules`
        if isinstance(step, Fetch):
            if not trusted:
                self.guard.listens(step.topic)
            return cast(Response, (yield step))  # what it is: see `fetched`
        if not (trusted or self.guard.open):
            yield from self._judge(step)
        answer = yield from self._served(step)
        if not trusted:
            self.guard.learn(step, answer)
        return answer

    def _judge(self, call: Call) -> Generator[Call, Response, None]:
        """Hold a call to what the connection may do; yields what it takes to know."""
        yield from self._run_policy(self.guard.judge(call, self.root, self.body(call)))

    def _run_policy(self, question: Flow[T]) -> Generator[Call, Response, T]:
        """Run a flow of the policy's own, which is held to nothing."""
        try:
            step = question.send(START)
            while isinstance(step, Call):
                try:
                    answer = yield from self._served(step)
                except ConnectorError as error:
                    step = question.throw(error)
                else:
                    step = question.send(answer)
            raise TypeError(f"a policy asks for calls alone, not {step!r}")
        except StopIteration as done:
            return cast(T, done.value)

    def _served(self, call: Call) -> Generator[Call, Response, Response]:
        """Have a call delivered; by another API version if the org does not serve this one."""
        try:
            return (yield call)
        except ConnectorError as error:
            state = self.state
            if state.version_settled or not api_versions.in_doubt(error, call):
                raise
            pinned = bool(self.session.settings.api_version)
            version = yield from api_versions.choose(state.version, pinned=pinned)
            known, state.version, state.version_settled = state.version, version, True
            if version == known:
                raise
        return (yield call)

    def session_problem(self, call: Call, outcome: Response | Unavailable) -> SessionProblem:
        """Say what the outcome of a call means for the session."""
        if isinstance(outcome, Unavailable):
            return outcome.session_problem
        if outcome.is_success or outcome.status_code in (304, *call.expect):
            return ""
        return from_response(outcome, safe=call.safe).session_problem

    def settle(self, call: Call, met: Response | Unavailable) -> Response:
        """Give what the flow is to get for an answer.

        Raises:
            ConnectorError: It is a refusal, or there was none.
        """
        if isinstance(met, Unavailable):
            raise met
        answer = self.kept.settle(call, met)
        if answer.is_success or answer.status_code in call.expect:
            return answer
        raise from_response(answer, safe=call.safe)

    def explain(self, action: Action[InputT, OutputT], inputs: Mapping[str, Any]) -> Result:
        """Give the first call, whose answer decides what comes next; send nothing."""
        self.guard.admit(action.name)
        flow = action.flow(read_input(action.input, inputs, action.name))
        step = next((step for step in flow if isinstance(step, Call)), None)
        flow.close()
        if step is None:
            return Result(output={"calls": []}, warnings=["Nothing would be sent."])
        request = self.request(step, self.session.credentials.without_tokens())
        written = {
            "method": step.method,
            "url": request.url,
            "body": self.body(step) or step.soap,
        }
        return Result(
            output={"calls": [written]},
            warnings=["Nothing was sent. Calls that may follow depend on the first answer."],
        )


def prepare(request: httpx.Request) -> httpx.Request:
    """Make a sign-in's own request ready to be sent."""
    request.headers.setdefault("User-Agent", USER_AGENT)
    request.extensions = {**request.extensions, "timeout": TIMEOUT.as_dict()}
    return request


def wait(error: Exception) -> bool | float:
    """Say whether to send a call again, and after how many seconds if Salesforce said so.

    Only what is certain to have had no effect is sent again.
    """
    if not isinstance(error, Retryable) or error.sent:
        return False
    if "TotalRequests" in error.message:  # a window of 24 hours: not inside this process
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= LONGEST_WAIT else False


SIGN_IN: Final = Call("POST", "", repeatable=True)
"""How a sign-in's own request is sent: once more does no harm."""

# A generator is started by sending it None, though it asks for answers.
START: Final = cast(Response, None)
