"""The fate of calls, decided without HTTP: the steps that the pipeline yields to its driver."""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from pydantic import SecretStr

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import (
    BadReply,
    ConnectorError,
    Forbidden,
    RateLimited,
    Rejected,
    RowLocked,
    Unauthorized,
    Unavailable,
)
from salesforce_connector.flow import Call, Fetch, Fetched, Flow, await_fetch
from salesforce_connector.http import retry
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline import Attempt, Pipeline, PipelineStep, Refresh, Send, Sleep
from salesforce_connector.http.result import Result
from salesforce_connector.http.wire_response import WireResponse
from salesforce_connector.policy import Policy

READ = Call("GET", "/limits")
CREATE = Call("POST", "/sobjects/Account", json={"Name": "Acme"})
LOCKED = (400, "UNABLE_TO_LOCK_ROW")
EXPIRED = (401, "INVALID_SESSION_ID")


@dataclass
class Script:
    """Carries out steps as a driver does, over no network.

    Attributes:
        steps: That the pipeline has yielded.
    """

    state: ConnectionState
    replies: list[Any]
    refreshes: list[str | ConnectorError] = field(default_factory=list)
    steps: list[PipelineStep] = field(default_factory=list)

    def run(self, flow: Flow[Any], result: Result | None = None, **options: bool) -> Any:
        pipeline = Pipeline(self.state, Policy(self.state.session.settings, self.state.fields))
        steps = pipeline.run(flow, result or Result(), **options)
        try:
            step = next(steps)
            while True:
                self.steps.append(step)
                try:
                    reply = self._carry_out(step)
                except ConnectorError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(reply)
        except StopIteration as stopped:
            return stopped.value

    @property
    def kinds(self) -> list[str]:
        return [type(step).__name__ for step in self.steps]

    @property
    def pauses(self) -> list[float]:
        return [step.seconds for step in self.steps if isinstance(step, Sleep)]

    def _carry_out(self, step: PipelineStep) -> Attempt | None:
        if isinstance(step, Send):
            return self.state.session.credentials, _response(self.replies.pop(0))
        if isinstance(step, Refresh):
            token = self.refreshes.pop(0)
            if isinstance(token, ConnectorError):
                raise token
            session = self.state.session
            fresh = session.credentials.model_copy(update={"access_token": SecretStr(token)})
            session._save(session.credentials, fresh, AcmeConnection())
            session.check.note_issued(session.credentials)
        return None


def _response(reply: Any) -> Any:
    match reply:
        case (int(status), str(code)):
            return WireResponse.of_json(status, [{"errorCode": code, "message": "No."}])
        case int():
            return WireResponse.of_json(reply, {})
        case _:
            return reply


def script(
    *replies: Any,
    refreshes: tuple[str | ConnectorError, ...] = (),
    credentials: Mapping[str, Any] = SIGNED_IN,
    **settings: Any,
) -> Script:
    state = ConnectionState(AcmeConnection(credentials, settings=settings))
    return Script(state, list(replies), list(refreshes))


def send_one(call: Call) -> Flow[int]:
    return (yield call).status_code


@pytest.fixture
def pauses() -> Generator[None]:
    """Pauses as they are outside of tests; nobody sleeps them here."""
    before, retry._pauses = retry._pauses, True
    yield
    retry._pauses = before


def test_a_create_is_not_sent_again_when_it_may_have_been_done() -> None:
    run = script(503)

    with pytest.raises(Unavailable):
        run.run(send_one(CREATE))

    assert run.kinds == ["Send"]


def test_an_error_that_stays_ends_after_five_attempts() -> None:
    run = script(*[LOCKED] * 5)

    with pytest.raises(RowLocked):
        run.run(send_one(CREATE))

    assert run.kinds == ["Send"] * 5


@pytest.mark.usefixtures("pauses")
def test_pauses_grow_and_are_all_different() -> None:
    run = script(*[LOCKED] * 4, 201)

    assert run.run(send_one(CREATE)) == 201

    assert [0.5 * 2**n <= pause <= 0.5 * 2**n + 1 for n, pause in enumerate(run.pauses)] == [
        True
    ] * 4
    assert len(set(run.pauses)) == 4


@pytest.mark.usefixtures("pauses")
def test_waits_as_long_as_retry_after_says() -> None:
    busy = WireResponse(503, [(b"Retry-After", b"7")])
    run = script(busy, busy, 200)

    assert run.run(send_one(READ)) == 200

    assert run.pauses == [7.0, 7.0]


@pytest.mark.usefixtures("pauses")
def test_a_retry_after_of_more_than_half_a_minute_is_left_to_the_host() -> None:
    run = script(WireResponse(503, [(b"Retry-After", b"31")]))

    with pytest.raises(Unavailable) as raised:
        run.run(send_one(READ))

    assert raised.value.retry_after == 31.0
    assert run.kinds == ["Send"]


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(("retry_for", "sends"), [(0.0, 1), (1.4, 2), (1_000.0, 5)])
def test_a_host_reports_how_long_the_connector_retries_by_itself(
    retry_for: float, sends: int
) -> None:
    run = script(*[LOCKED] * 5)

    with pytest.raises(RowLocked):
        run.run(send_one(CREATE), Result(retry_for=retry_for))

    assert run.kinds.count("Send") <= sends
    assert sum(run.pauses) <= retry_for


def test_the_daily_limit_is_not_retried_here() -> None:
    body = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    run = script(WireResponse.of_json(403, body))

    with pytest.raises(RateLimited) as raised:
        run.run(send_one(READ))

    assert raised.value.retry_after == 900.0
    assert run.kinds == ["Send"]


def test_a_delay_of_the_flow_is_waited_for_before_the_call() -> None:
    run = script(200)

    run.run(send_one(Call("GET", "/jobs/query/1", delay=5.0)))

    assert run.steps[0] == Sleep(5.0)
    assert run.kinds == ["Sleep", "Send"]


def test_an_expired_token_is_refreshed_once_and_the_call_sent_again() -> None:
    run = script(EXPIRED, 200, refreshes=("ACCESS-2",))

    assert run.run(send_one(CREATE)) == 200

    assert run.kinds == ["Send", "Refresh", "Send"]


def test_a_first_token_is_fetched_before_the_first_call() -> None:
    run = script(200, refreshes=("ACCESS-1",), credentials={})

    run.run(send_one(READ))

    assert run.kinds == ["Refresh", "Send"]


def test_an_anonymous_call_asks_for_no_token() -> None:
    run = script(200, credentials={})

    run.run(send_one(Call("GET", "/services/data", anonymous=True)))

    assert run.kinds == ["Send"]


def test_a_refresh_that_fails_is_the_calls_error() -> None:
    refused = Unauthorized("expired access/refresh token", code="invalid_grant")
    run = script(EXPIRED, refreshes=(refused,))

    with pytest.raises(Unauthorized) as raised:
        run.run(send_one(READ))

    assert raised.value is refused


def test_a_refresh_may_pause_no_longer_than_the_call() -> None:
    run = script(EXPIRED, 200, refreshes=("ACCESS-2",))

    run.run(send_one(READ), Result(retry_for=3.0))

    assert isinstance(run.steps[1], Refresh)
    assert run.steps[1].retry_for == 3.0


def test_events_are_fetched_again_with_a_new_token() -> None:
    ended = Forbidden("Bad token.", code="UNAUTHENTICATED", session_problem="token_expired")
    result = Fetched([], None, datetime.now(UTC))
    run = script(ended, result, refreshes=("ACCESS-2",))

    assert run.run(await_fetch(Fetch("/event/X__e", "latest", 1, 1.0, "localhost:1"))) is result

    assert run.kinds == ["Send", "Refresh", "Send"]


def test_a_call_that_the_policy_refuses_is_not_sent() -> None:
    run = script(read_only=True)

    with pytest.raises(Forbidden):
        run.run(send_one(CREATE))

    assert run.steps == []


def test_a_trusted_flow_is_not_held_to_the_policy() -> None:
    run = script(200, allowed_objects=["Account"])

    assert run.run(send_one(Call("GET", "/limits/recordCount")), trusted=True) == 200


def test_an_unsupported_api_version_lists_the_versions_once() -> None:
    versions = WireResponse.of_json(
        200, [{"version": "60.0", "label": "x", "url": "/"}, {"version": "66.0", "label": "x"}]
    )
    gone = (404, "NOT_FOUND")
    missing = WireResponse.of_json(
        404, [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    )
    run = script(missing, versions, 200, gone)

    assert run.run(send_one(READ)) == 200
    with pytest.raises(ConnectorError):
        run.run(send_one(READ))

    assert run.state.root == "/services/data/v66.0"
    assert run.kinds == ["Send"] * 4


def test_a_cached_response_is_sent_for_once_and_then_checked() -> None:
    call = Call("GET", "/sobjects/Account/describe", cached=True)
    now = [0.0]
    run = script(WireResponse(200, [(b"ETag", b"x")], b"{}"), WireResponse(304, []))
    run.state.responses._clock = lambda: now[0]

    for seconds in (0.0, 20.0, 60.0, 80.0):
        now[0] = seconds
        assert run.run(send_one(call)) == 200

    assert run.kinds == ["Send", "Send"]


def test_usage_counts_every_response() -> None:
    result = Result()
    limit = WireResponse(200, [(b"Sforce-Limit-Info", b"api-usage=18/15000")])
    run = script(EXPIRED, LOCKED, limit, refreshes=("ACCESS-2",))

    run.run(send_one(CREATE), result)

    assert (result.usage.calls, result.usage.limit_used) == (3, 18)


def test_credentials_are_those_of_the_attempt() -> None:
    """Another caller may have refreshed meanwhile: then the new token is tried, not refreshed."""
    run = script(EXPIRED, 200)
    old = run.state.session.credentials
    steps = Pipeline(run.state, Policy(run.state.session.settings)).run(send_one(READ), Result())
    assert next(steps) == Send(READ)
    fresh = Credentials.load({**SIGNED_IN, "access_token": "ACCESS-2"})
    run.state.session._use(fresh)

    step = steps.send((old, _response(EXPIRED)))

    assert step == Refresh(old)  # which the driver answers at once: there is a newer token
    assert steps.send(None) == Send(READ)


def test_an_error_after_a_write_reports_that_something_was_written() -> None:
    def flow() -> Flow[None]:
        yield CREATE
        yield READ

    run = script(201, (404, "NOT_FOUND"))

    with pytest.raises(ConnectorError) as raised:
        run.run(flow())

    assert raised.value.sent


def test_an_unreadable_response_raises_a_connector_error() -> None:
    def flow() -> Flow[str]:
        response = yield CREATE
        return str(json.loads(response.content)["id"])

    run = script(201)

    with pytest.raises(BadReply) as raised:
        run.run(flow())

    assert raised.value.sent
    assert isinstance(raised.value.__cause__, KeyError)


def test_a_flows_own_sent_flag_is_preserved() -> None:
    """The results inside a 200 may say that nothing was written."""

    def flow() -> Flow[None]:
        yield CREATE
        raise Rejected("All records were rolled back.", code="ROLLED_BACK")

    with pytest.raises(Rejected) as raised:
        script(200).run(flow())

    assert not raised.value.sent
