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
from salesforce_connector.auth.session import Session
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError, Unavailable
from salesforce_connector.http.base_client import (
    ATTEMPTS,
    LONGEST_WAIT,
    MOST_AT_ONCE,
    MOST_TOKENS,
    USER_AGENT,
    Caller,
    Met,
    Result,
    Watch,
    wait,
)
from salesforce_connector.http.exchange import exchange_async
from salesforce_connector.http.token_refresh import OnLoop, apart, renew, renew_early
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
        session: Session | None = None,
        renewing: httpx.BaseTransport | None = None,
    ) -> None:
        """Make a client; see `Client`.

        Args:
            connection: The host's.
            transport: Where requests go, the network when None.
            user_agent: What Salesforce's logs show.
            session: The connection's, shared with its other clients; None for one of its own.
            renewing: Where requests for tokens go, from a thread; None: to `transport`, which
                then ends with the loop, and with it a renewal under way.
        """
        super().__init__(session or Session(connection), user_agent)
        self._owned = transport is None
        self._transport = transport or network_async()
        self._room = asyncio.BoundedSemaphore(MOST_AT_ONCE)
        given: object = transport
        both = given if isinstance(given, httpx.BaseTransport) else None
        self._renewing = renewing or both
        self._renewal: Future[bool] | None = None

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
            renewing = partial(renew, self.session, way=self._way())
            return await asyncio.to_thread(deliver, call, self.session, renewing)
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
        seen, fresh = self.session.credentials, False
        if not call.anonymous and self.session.foresight.wants(seen):
            await asyncio.wrap_future(apart(partial(renew_early, self.session, seen, self._way())))
            seen = self.session.credentials
        if seen.access_token is None and not call.anonymous:
            await self._renew(seen)
        seen, met = await self._try(call, usage)
        for _ in range(MOST_TOKENS):
            if fresh or call.anonymous or not self.session.is_mendable(seen, met):
                break
            fresh = await self._renew(seen)
            seen, met = await self._try(call, usage)
        if fresh:
            self.session.note_first_use(seen, met)
        return self.settle(call, met)

    async def _try(self, call: Call, usage: Usage) -> Met:
        async with self._room:
            if self._renewal and not (call.anonymous or self._renewal.done()):
                await asyncio.gather(asyncio.wrap_future(self._renewal), return_exceptions=True)
            seen = self.session.credentials
            try:
                answer = await exchange_async(self._transport, self.request(call, seen), call)
            except Unavailable as nothing:
                return seen, nothing
        usage.count(answer)
        return seen, answer

    async def _renew(self, seen: Credentials) -> bool:
        """Get a new token in a thread, once for all callers; see `renew`."""
        if self.session.credentials is not seen:
            return False
        if self._renewal is None or self._renewal.done():
            self._renewal = apart(partial(renew, self.session, seen, self._way()))
        return await asyncio.wrap_future(self._renewal)

    def _way(self) -> httpx.BaseTransport:
        return self._renewing or OnLoop(self._transport, asyncio.get_running_loop())
