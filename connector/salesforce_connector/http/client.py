"""Runs flows over HTTP for threads; `async_client` does for event loops.

A client sends, sleeps and refreshes when the pipeline says so. What becomes of a call is decided in
`pipeline`; what a request looks like in `request_writer`.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from salesforce_connector.action import Action, InputT, OutputT
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError, Unavailable
from salesforce_connector.flow import AwaitFirst, Call, Deliver, Fetch, Flow, Work
from salesforce_connector.http.base_client import USER_AGENT, BaseClient, EventSource, stream_of
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.exchange import exchange
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.pipeline import Attempt, PipelineStep, Refresh, Send, Sleep, Spawn
from salesforce_connector.http.result import Result
from salesforce_connector.http.thread_tasks import ThreadTasks
from salesforce_connector.http.token_refresh import refresh, refresh_early
from salesforce_connector.http.transport import SyncTransport, network, sync_transport
from salesforce_connector.raw_rows import dump
from salesforce_connector.record_pages import RecordPage

if TYPE_CHECKING:
    import httpx

    from salesforce_connector.http.thread_batcher import ThreadBatcher

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
        self._batcher = self._make_batcher()
        self._transport = network() if transport is None else sync_transport(transport)

    def _make_batcher(self) -> "ThreadBatcher | None":
        if not self.session.settings.batch_calls:
            return None
        from salesforce_connector.http.thread_batcher import ThreadBatcher

        return ThreadBatcher(self._send, self.state)

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
        args = self.read_inputs(action, inputs)
        output: BaseModel = self.drive(action.flow(args), result, connection=connection)
        result.output = dump(output)
        return result

    def stream(
        self,
        action: Action[InputT, OutputT],
        inputs: Mapping[str, Any],
        result: Result,
        *,
        connection: Connection | None = None,
    ) -> Iterator[RecordPage]:
        """Return the records of an action that streams, page by page; see `run`.

        Nothing is sent before the first page is read. Closing the iterator ends the work: a
        call that is under way then is read to its end on its own thread, and none follows it.

        Raises:
            ConnectorError: At once, or in the place of a page.
        """
        self.policy.check_action(action.name)
        flow = stream_of(action)(self.read_inputs(action, inputs))
        return self._stream(flow, result, connection or self.connection)

    def _stream(
        self, flow: Flow[object], result: Result, connection: Connection
    ) -> Iterator[RecordPage]:
        steps, tasks = self.pipeline.run(flow, result), ThreadTasks()
        try:
            step = next(steps)
            while True:
                if isinstance(step, Deliver):
                    yield step.page
                    step = steps.send(None)
                    continue
                try:
                    if isinstance(step, Send):  # of a stream, alone: a page waits for no other call
                        reply: Any = self._send(step.call, connection, step.background)
                    else:
                        reply = self._carry_out(step, connection, tasks)
                except ConnectorError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(reply)
        except StopIteration:
            return
        finally:
            tasks.cancel()
            steps.close()

    def drive(
        self,
        flow: Flow[T],
        result: Result,
        *,
        trusted: bool = False,
        connection: Connection | None = None,
        tasks: ThreadTasks | None = None,
    ) -> T:
        """Run a flow to its end; calls spent and notes are written into `result`.

        Args:
            flow: To run.
            result: Of the run.
            trusted: Whether the flow is the connector's own, such as Test Connection: the policy
                does not apply.
            connection: See `run`.
            tasks: Those that the flow is one of; None for a flow that runs by itself.
        """
        steps = self.pipeline.run(flow, result, trusted=trusted)
        connection = connection or self.connection
        own = tasks
        try:
            step = next(steps)
            while True:
                try:
                    if isinstance(step, Send):
                        reply: Any = None
                        if self._batcher is not None:
                            reply = self._batcher.send(step.call, connection, step.background)
                        if reply is None:
                            reply = self._send(step.call, connection, step.background)
                    else:
                        own = own or ThreadTasks()
                        reply = self._carry_out(step, connection, own)
                except ConnectorError as error:
                    step = steps.throw(error)
                else:
                    if tasks is not None:
                        tasks.check()
                    step = steps.send(reply)
        except StopIteration as stopped:
            value: T = stopped.value
            return value
        finally:
            if own is not None and own is not tasks:
                own.cancel()
            steps.close()

    def _carry_out(self, step: PipelineStep, connection: Connection, tasks: ThreadTasks) -> Any:
        match step:
            case Sleep():
                tasks.sleep(step.seconds)
            case Refresh(early=True):
                refresh_early(self.session, step.stale, self._transport, connection)
            case Refresh():
                refresh(self.session, step.stale, self._transport, connection, step.retry_for)
            case Spawn():

                def run(tasks: ThreadTasks) -> Any:
                    return self.drive(
                        step.flow,
                        step.result,
                        trusted=step.trusted,
                        connection=connection,
                        tasks=tasks,
                    )

                return tasks.begin(run)
            case AwaitFirst():
                return tasks.first_ended(step.tasks)
            case Work():
                return step.run()
        return None

    def _send(
        self,
        call: Call | Fetch,
        connection: Connection,
        background: bool = False,
        has_slot: bool = False,
    ) -> Attempt:
        session, transport = self.session, self._transport
        if isinstance(call, Fetch):
            return self.fetch_events(call)
        slots = self.state.long_calls
        if slots is not None and not has_slot and slots.limits(call):
            end = slots.begin(connection, session.credentials.org_id, call)
            try:
                return self._send(call, connection, background, has_slot=True)
            finally:
                end()
        budget = self.state.call_budget
        if budget is not None and not (call.anonymous or budget.take(background)):
            budget.renew(connection, session.credentials.org_id, background)
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
