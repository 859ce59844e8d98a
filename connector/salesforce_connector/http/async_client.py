"""Runs flows over HTTP from an event loop; its twin for threads, `client`, says what is done."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import BaseModel

from salesforce_connector.action import Action, InputT, OutputT
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError, Unavailable
from salesforce_connector.flow import AwaitFirst, Call, Deliver, Fetch, Flow, Work
from salesforce_connector.http.base_client import USER_AGENT, BaseClient, EventSource, stream_of
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.exchange import exchange_async
from salesforce_connector.http.loop_transport import LoopTransport, run_in_thread
from salesforce_connector.http.no_response import NoResponse
from salesforce_connector.http.pipeline import Attempt, PipelineStep, Refresh, Send, Sleep, Spawn
from salesforce_connector.http.result import Result
from salesforce_connector.http.token_refresh import refresh, refresh_early
from salesforce_connector.http.transport import (
    AsyncTransport,
    SyncTransport,
    async_transport,
    network_async,
    sync_transport,
)
from salesforce_connector.raw_rows import dump
from salesforce_connector.record_pages import RecordPage

if TYPE_CHECKING:
    import httpx

    from salesforce_connector.http.async_batcher import AsyncBatcher

T = TypeVar("T")


class AsyncClient(BaseClient):
    """Runs actions on one connection from one event loop; see `Client`."""

    def __init__(
        self,
        connection: Connection,
        *,
        transport: "httpx.AsyncBaseTransport | AsyncTransport | None" = None,
        user_agent: str = USER_AGENT,
        state: ConnectionState | None = None,
        event_source: EventSource | None = None,
        refresh_transport: "httpx.BaseTransport | SyncTransport | None" = None,
    ) -> None:
        """Make a client; see `Client`.

        Args:
            connection: The host's.
            transport: Where requests go, the network when None.
            user_agent: What Salesforce's logs show.
            state: The connection's, shared with its other clients; None for one of its own.
            event_source: Fetches events, in a thread.
            refresh_transport: Where requests for tokens go, from a thread; None: to `transport`,
                which ends with the loop, and with it a refresh under way.
        """
        super().__init__(connection, state or ConnectionState(connection), user_agent, event_source)
        self._owned = transport is None
        self._transport = network_async() if transport is None else async_transport(transport)
        if refresh_transport is None and hasattr(transport, "handle_request"):
            refresh_transport = cast("httpx.BaseTransport", transport)  # it is of both kinds
        self._refresh_transport = (
            None if refresh_transport is None else sync_transport(refresh_transport)
        )
        self._batcher = self._make_batcher()
        self._running_refresh: Future[None] | None = None

    def _make_batcher(self) -> "AsyncBatcher | None":
        if not self.session.settings.batch_calls:
            return None
        from salesforce_connector.http.async_batcher import AsyncBatcher

        return AsyncBatcher(self._send, self.state)

    async def close(self) -> None:
        """Close the transport if it is the client's own."""
        if self._owned:
            await self._transport.aclose()

    async def run(
        self,
        action: Action[InputT, OutputT],
        inputs: Mapping[str, Any],
        result: Result | None = None,
        *,
        connection: Connection | None = None,
    ) -> Result:
        """Run an action; see `Client.run`."""
        result = Result() if result is None else result
        self.policy.check_action(action.name)
        args = self.read_inputs(action, inputs)
        output: BaseModel = await self.drive(action.flow(args), result, connection=connection)
        result.output = dump(output)
        return result

    def stream(
        self,
        action: Action[InputT, OutputT],
        inputs: Mapping[str, Any],
        result: Result,
        *,
        connection: Connection | None = None,
    ) -> AsyncIterator[RecordPage]:
        """Return the records of an action that streams, page by page; see `Client.stream`.

        Closing the iterator, or cancelling its reader, ends the work and all calls under way.
        """
        self.policy.check_action(action.name)
        flow = stream_of(action)(self.read_inputs(action, inputs))
        return self._stream(flow, result, connection or self.connection)

    async def _stream(
        self, flow: Flow[object], result: Result, connection: Connection
    ) -> AsyncIterator[RecordPage]:
        steps, tasks = self.pipeline.run(flow, result), list[asyncio.Task[Any]]()
        try:
            step = next(steps)
            while True:
                if isinstance(step, Deliver):
                    yield step.page
                    step = steps.send(None)
                    continue
                try:
                    if isinstance(step, Send):
                        reply: Any = await self._send(step.call, connection, step.background)
                    else:
                        reply = await self._carry_out(step, connection, tasks)
                except ConnectorError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(reply)
        except StopIteration:
            return
        finally:
            await _cancel(tasks)
            steps.close()

    async def drive(
        self,
        flow: Flow[T],
        result: Result,
        *,
        trusted: bool = False,
        connection: Connection | None = None,
    ) -> T:
        """Run a flow to its end; see `Client.drive`."""
        steps = self.pipeline.run(flow, result, trusted=trusted)
        connection = connection or self.connection
        tasks: list[asyncio.Task[Any]] = []
        try:
            step = next(steps)
            while True:
                try:
                    if isinstance(step, Send):
                        reply: Any = None
                        if self._batcher is not None:
                            outcome = self._batcher.add(step.call, connection, step.background)
                            reply = None if outcome is None else await outcome
                        if reply is None:
                            reply = await self._send(step.call, connection, step.background)
                    else:
                        reply = await self._carry_out(step, connection, tasks)
                except ConnectorError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(reply)
        except StopIteration as stopped:
            value: T = stopped.value
            return value
        finally:
            if tasks:
                await _cancel(tasks)
            steps.close()

    async def _carry_out(
        self, step: PipelineStep, connection: Connection, tasks: list[asyncio.Task[Any]]
    ) -> Any:
        match step:
            case Sleep():
                await asyncio.sleep(step.seconds)
            case Refresh():
                await self._refresh(step, connection)
            case Spawn():
                driving = self.drive(
                    step.flow, step.result, trusted=step.trusted, connection=connection
                )
                task = asyncio.create_task(driving)
                tasks.append(task)
                await asyncio.sleep(0)  # its request is written before a page blocks the loop
                return task
            case AwaitFirst():
                waiting: list[Any] = list(step.tasks)
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                ended = next(item for item in waiting if item in done)
                tasks.remove(ended)
                return ended
            case Work():
                return await asyncio.to_thread(step.run)
        return None

    async def _send(
        self,
        call: Call | Fetch,
        connection: Connection,
        background: bool = False,
        has_slot: bool = False,
    ) -> Attempt:
        if isinstance(call, Fetch):
            return await asyncio.to_thread(self.fetch_events, call)
        slots = self.state.long_calls
        if slots is not None and not has_slot and slots.limits(call):
            org_id = self.session.credentials.org_id
            end = await asyncio.to_thread(slots.begin, connection, org_id, call)
            try:
                return await self._send(call, connection, background, has_slot=True)
            finally:
                await asyncio.shield(asyncio.to_thread(end))
        budget = self.state.call_budget
        if budget is not None and not (call.anonymous or budget.take(background)):
            org_id = self.session.credentials.org_id
            await asyncio.to_thread(budget.renew, connection, org_id, background)
        try:
            await self._transport.acquire()
        except NoResponse as exc:
            return self.too_many_calls(exc)
        try:
            running = self._running_refresh
            if running is not None and not (call.anonymous or running.done()):
                await asyncio.gather(asyncio.wrap_future(running), return_exceptions=True)
            credentials = self.session.credentials
            try:
                return credentials, await exchange_async(
                    self._transport, self.writer.write(call, credentials), call
                )
            except Unavailable as error:
                return credentials, error
        finally:
            self._transport.release()

    async def _refresh(self, step: Refresh, connection: Connection) -> None:
        """Get a new token in a thread, once for all callers on this loop; see `refresh`."""
        session, transport = self.session, self._token_transport()
        if step.early:
            early = partial(refresh_early, session, step.stale, transport, connection)
            await asyncio.wrap_future(run_in_thread(early))
            return
        if session.credentials is not step.stale:
            return
        running = self._running_refresh
        if running is None or running.done():
            work = partial(refresh, session, step.stale, transport, connection, step.retry_for)
            running = self._running_refresh = run_in_thread(work)
        await asyncio.wrap_future(running)

    def _token_transport(self) -> SyncTransport:
        loop = asyncio.get_running_loop()
        return self._refresh_transport or LoopTransport(self._transport, loop)


async def _cancel(tasks: list[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
