"""Runs flows over HTTP for threads; `async_client` does for event loops.

A client sends, sleeps and refreshes when the pipeline says so. What becomes of a call is decided in
`pipeline`; what a request looks like in `request_writer`.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from salesforce_connector.action import Action, Call, Fetch, Flow, InputT, OutputT
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError, Unavailable
from salesforce_connector.http.base_client import USER_AGENT, BaseClient, EventSource
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.exchange import exchange
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.pipeline import Attempt, PipelineStep, Send, Sleep
from salesforce_connector.http.result import Result
from salesforce_connector.http.token_refresh import refresh, refresh_early
from salesforce_connector.http.transport import SyncTransport, network, sync_transport
from salesforce_connector.raw_rows import dump
from salesforce_connector.validation import read_input

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class Client(BaseClient):
    """Runs actions on one connection; safe to use from several threads."""

    def __init__(
        self,
        connection: Connection,
        *,
        transport: "httpx.BaseTransport | SyncTransport | None" = None,
        user_agent: str = USER_AGENT,
        state: ConnectionState | None = None,
        event_source: EventSource | None = None,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            connection: The host's.
            transport: Where requests go, the network when None. The client closes only its own.
            user_agent: What Salesforce's logs show.
            state: The connection's, shared with its other clients; None for one of its own.
            event_source: Fetches events; None where no trigger of the event bus is run.

        Raises:
            Rejected: The connection's settings do not fit.
        """
        super().__init__(connection, state or ConnectionState(connection), user_agent, event_source)
        self._owned = transport is None
        self._transport = network() if transport is None else sync_transport(transport)

    def close(self) -> None:
        """Close the transport if it is the client's own."""
        if self._owned:
            self._transport.close()

    def run(
        self,
        action: Action[InputT, OutputT],
        inputs: Mapping[str, Any],
        result: Result | None = None,
        *,
        connection: Connection | None = None,
    ) -> Result:
        """Run an action.

        Args:
            action: To run.
            inputs: What fits its model.
            result: Begun in the host's context; None for a context of nothing.
            connection: The host's object of this call, if it is another than the client's.

        Raises:
            ConnectorError: See `errors` for which, and what to do.
        """
        result = Result() if result is None else result
        self.policy.check_action(action.name)
        args = read_input(action.input, inputs, action.name)
        output: BaseModel = self.drive(action.flow(args), result, connection=connection)
        result.output = dump(output)
        return result

    def drive(
        self,
        flow: Flow[T],
        result: Result,
        *,
        trusted: bool = False,
        connection: Connection | None = None,
    ) -> T:
        """Run a flow to its end; calls spent and notes are written into `result`.

        Args:
            flow: To run.
            result: Of the run.
            trusted: Whether it is all ours, such as Test Connection: the policy does not apply.
            connection: See `run`.
        """
        steps = self.pipeline.run(flow, result, trusted=trusted)
        connection = connection or self.connection
        try:
            step = next(steps)
            while True:
                try:
                    reply = self._carry_out(step, connection)
                except ConnectorError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(reply)
        except StopIteration as stopped:
            value: T = stopped.value
            return value
        finally:
            steps.close()

    def _carry_out(self, step: PipelineStep, connection: Connection) -> Attempt | None:
        if isinstance(step, Send):
            return self._send(step.call, connection)
        if isinstance(step, Sleep):
            time.sleep(step.seconds)
        elif step.early:
            refresh_early(self.session, step.stale, self._transport, connection)
        else:
            refresh(self.session, step.stale, self._transport, connection, step.retry_for)
        return None

    def _send(self, call: Call | Fetch, connection: Connection) -> Attempt:
        session, transport = self.session, self._transport
        if isinstance(call, Fetch):
            return self.fetch_events(call)
        budget = self.state.call_budget
        if budget is not None and not (call.anonymous or budget.take()):
            budget.renew(connection, session.credentials.org_id)
        try:
            transport.acquire()
        except NoResponse as exc:
            return self.too_many_calls(exc)
        try:
            if not call.anonymous and session.refresh_lock.locked():
                with session.refresh_lock:  # the token in use is of no more use
                    pass
            credentials = session.credentials
            try:
                return credentials, exchange(transport, self.writer.write(call, credentials), call)
            except Unavailable as error:
                return credentials, error
        finally:
            transport.release()
