"""Carries out the steps of a pipeline for the fuzz tests: nothing is waited for, all in one thread.

Flows beside a flow are driven to their end when they are begun.
"""

from typing import Any

from fuzz.altered_answers import AlteredAnswers
from memory_connection import MemoryConnection

from salesforce_connector.errors import ConnectorError, Unavailable
from salesforce_connector.flow import AwaitFirst, Call, Fetch
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.exchange import exchange
from salesforce_connector.http.pipeline import Attempt, Pipeline, Refresh, Send, Spawn
from salesforce_connector.http.request_writer import RequestWriter
from salesforce_connector.http.result import Result
from salesforce_connector.http.token_refresh import refresh, refresh_early
from salesforce_connector.policy import Policy

MAX_SENDS = 60  # of a flow; one that polls for ever is left


def drive(
    connection: MemoryConnection,
    transport: AlteredAnswers,
    flow: Any,
    writes: list[bool],
    *,
    trusted: bool = False,
) -> Any:
    """Run a flow on answers; gives its output, None when it was left.

    Args:
        connection: Signed in.
        transport: Answers.
        flow: Of an action, a trigger or a hook.
        writes: Filled with whether each call had an effect, as far as its answer says.
        trusted: Whether the policy does not apply.
    """
    state = ConnectionState(connection)
    driver = _Driver(state, connection, transport, writes)
    return driver.run(flow, Result(retry_for=0.0), trusted=trusted)


class _Ended:
    """A flow that has come to its end."""

    def __init__(self, value: Any, error: ConnectorError | None) -> None:
        self._value, self._error = value, error

    def done(self) -> bool:
        return True

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._value


class _Driver:
    def __init__(
        self,
        state: ConnectionState,
        connection: MemoryConnection,
        transport: AlteredAnswers,
        writes: list[bool],
    ) -> None:
        self._state = state
        self._connection = connection
        self._transport = transport
        self._writes = writes
        self._writer = RequestWriter(state, "fuzz")
        self._pipeline = Pipeline(state, Policy(state.session.settings, state.fields))
        self._sends = 0

    def run(self, flow: Any, result: Result, *, trusted: bool) -> Any:
        steps = self._pipeline.run(flow, result, trusted=trusted)
        try:
            step = next(steps)
            while self._sends < MAX_SENDS:
                try:
                    reply = self._carry_out(step)
                except ConnectorError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(reply)
        except StopIteration as stopped:
            return stopped.value
        finally:
            steps.close()
        return None

    def _carry_out(self, step: Any) -> Any:
        match step:
            case Send():
                return self._send(step.call)
            case Refresh():
                self._refresh(step)
            case Spawn():
                return self._spawn(step)
            case AwaitFirst():
                return step.tasks[0]
        return None

    def _send(self, call: Call | Fetch) -> Attempt:
        self._sends += 1
        credentials = self._state.session.credentials
        if isinstance(call, Fetch):
            return credentials, Unavailable("The bus is closed.", code="CLOSED")
        try:
            request = self._writer.write(call, credentials)
            response = exchange(self._transport, request, call)
        except Unavailable as error:
            self._writes.append(False)
            return credentials, error
        except ConnectorError:
            self._writes.append(False)
            raise
        self._writes.append(response.is_success and not call.reading)
        return credentials, response

    def _refresh(self, step: Refresh) -> None:
        self._sends += 1
        session = self._state.session
        if step.early:
            refresh_early(session, step.stale, self._transport, self._connection)
        else:
            refresh(session, step.stale, self._transport, self._connection, retry_for=0.0)

    def _spawn(self, step: Spawn) -> _Ended:
        try:
            return _Ended(self.run(step.flow, step.result, trusted=step.trusted), None)
        except ConnectorError as error:
            return _Ended(None, error)
