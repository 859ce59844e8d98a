"""Runs flows over HTTP from an event loop; its twin for threads, `client`, says what is done."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar, cast

import httpx
import stamina
from pydantic import BaseModel

from salesforce_connector.action import Action, Call, Fetch, Fetched, Flow, InputT, OutputT
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError, Unavailable
from salesforce_connector.http.base_client import (
    ATTEMPTS,
    LONGEST_WAIT,
    MOST_AT_ONCE,
    USER_AGENT,
    Caller,
    Outcome,
    Result,
    Watch,
    wait,
)
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.exchange import exchange_async
from salesforce_connector.http.token_refresh import (
    LoopTransport,
    refresh,
    refresh_early,
    run_in_thread,
)
from salesforce_connector.http.transport import network_async
from salesforce_connector.limits import Usage
from salesforce_connector.pubsub.delivery import deliver
from salesforce_connector.raw_rows import dump
from salesforce_connector.response import Response
from salesforce_connector.validation import read_input

T = TypeVar("T")


class AsyncClient(Caller):
    """Runs actions on one connection from one event loop; see `Client`."""

    def __init__(
        self,
        connection: Connection,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        user_agent: str = USER_AGENT,
        state: ConnectionState | None = None,
        refresh_transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Make a client; see `Client`.

        Args:
            connection: The host's.
            transport: Where requests go, the network when None.
            user_agent: What Salesforce's logs show.
            state: The connection's, shared with its other clients; None for one of its own.
            refresh_transport: Where requests for tokens go, from a thread; None: to `transport`,
                which ends with the loop, and with it a refresh under way.
        """
        super().__init__(connection, state or ConnectionState(connection), user_agent)
        self._owned = transport is None
        self._transport = transport or network_async()
        self._room = asyncio.BoundedSemaphore(MOST_AT_ONCE)
        given: object = transport
        both = given if isinstance(given, httpx.BaseTransport) else None
        self._refresh_transport = refresh_transport or both
        self._running = _RunningRefresh()

    async def close(self) -> None:
        """Close the transport if it is the client's own."""
        if self._owned:
            await self._transport.aclose()

    async def run(
        self,
        action: Action[InputT, OutputT],
        inputs: Mapping[str, Any],
        watch: Watch | None = None,
        resume: Mapping[str, Any] | None = None,
    ) -> Result:
        """Run an action; see `Client.run`."""
        self.guard.admit(action.name)
        result = Result(watch=watch, resume=resume)
        args = read_input(action.input, inputs, action.name)
        output: BaseModel = await self.drive(action.flow(args), result)
        result.output = dump(output)
        return result

    async def drive(self, flow: Flow[T], result: Result) -> T:
        """Run a flow to its end; see `Client.drive`."""
        talk = self.converse(flow, result)
        try:
            step = next(talk)
            while True:
                try:
                    answer = await self._deliver(step, result.usage)
                except ConnectorError as error:
                    step = talk.throw(error)
                else:
                    step = talk.send(answer)
        except StopIteration as done:
            return cast(T, done.value)

    async def _deliver(self, call: Call | Fetch, usage: Usage) -> Response | Fetched:
        if isinstance(call, Fetch):
            send = self._token_transport()
            again = partial(refresh, self.session, transport=send, connection=self.connection)
            return await asyncio.to_thread(deliver, call, self.state, again)
        if (kept := self.kept.fresh(call)) is not None:
            return kept
        if call.delay:
            await asyncio.sleep(call.delay)
        try:
            return await self._once(call, usage)
        except ConnectorError as error:
            if wait(error) is False:
                raise
            first = error
        return await self._repeat(call, usage, first)

    async def _repeat(self, call: Call, usage: Usage, first: ConnectorError) -> Response:
        met: ConnectorError | None = first
        async for attempt in stamina.retry_context(
            on=wait, attempts=ATTEMPTS, wait_initial=0.5, wait_max=LONGEST_WAIT, timeout=120.0
        ):
            with attempt:
                if met is not None:  # what was sent already counts as the first attempt
                    error, met = met, None
                    raise error
                return await self._once(call, usage)
        raise AssertionError("a retry context ends by an answer or an error")

    async def _once(self, call: Call, usage: Usage) -> Response:
        if call.anonymous:
            return self.settle(call, (await self._try(call, usage))[1])
        session, used, attempt = self.session, self.session.credentials, 1
        if session.early_refresh.needs_attention(used):
            send = self._token_transport()
            early = partial(refresh_early, session, used, send, self.connection)
            await asyncio.wrap_future(run_in_thread(early))
            used = session.credentials
        if used.access_token is None:
            await self._refresh(used)
        used, outcome = await self._try(call, usage)
        while session.needs_refresh(used, self.session_problem(call, outcome), attempt):
            await self._refresh(used)
            used, outcome = await self._try(call, usage)
            attempt += 1
        return self.settle(call, outcome)

    async def _try(self, call: Call, usage: Usage) -> Outcome:
        async with self._room:
            if not call.anonymous and (running := self._running.get()) is not None:
                await asyncio.gather(asyncio.wrap_future(running), return_exceptions=True)
            used = self.session.credentials
            try:
                response = await exchange_async(self._transport, self.request(call, used), call)
            except Unavailable as error:
                return used, error
        usage.count(response)
        return used, response

    async def _refresh(self, stale: Credentials) -> None:
        """Get a new token in a thread, once for all callers; see `refresh`."""
        if self.session.credentials is not stale:
            return
        running = self._running.get()
        if running is None:
            send = self._token_transport()
            work = partial(refresh, self.session, stale, send, self.connection)
            running = self._running.future = run_in_thread(work)
        await asyncio.wrap_future(running)

    def _token_transport(self) -> httpx.BaseTransport:
        loop = asyncio.get_running_loop()
        return self._refresh_transport or LoopTransport(self._transport, loop)


class _RunningRefresh:
    """The refresh that calls on one loop wait for together."""

    def __init__(self) -> None:
        self.future: Future[None] | None = None

    def get(self) -> Future[None] | None:
        """Give it, None when there is none or it is done."""
        return None if self.future is None or self.future.done() else self.future
