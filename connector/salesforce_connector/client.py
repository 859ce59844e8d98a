"""Runs flows over HTTP, for sync and for async callers; nothing else does.

A client gives each call to its transport, renews the token once when it has ended, repeats what may
be repeated, and turns every refusal into an error of `errors`. What a call means is not its
business; what a request looks like stands in `requests`.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any, Final, TypeVar, cast

import httpx
import stamina
from pydantic import BaseModel

from salesforce_connector.action import Action, Call, Flow, InputT, OutputT
from salesforce_connector.auth.session import Session, has_ended
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError
from salesforce_connector.exchange import exchange, exchange_async
from salesforce_connector.limits import Usage
from salesforce_connector.requests import (
    ATTEMPTS,
    LONGEST_WAIT,
    SIGN_IN,
    USER_AGENT,
    Caller,
    Result,
    Watch,
    prepare,
    wait,
)
from salesforce_connector.transport import network, network_async
from salesforce_connector.validation import read_input

T = TypeVar("T")

MOST_TOKENS: Final = 2  # that a call is tried with again: another process's, and one of its own


class Client(Caller):
    """Runs actions on one connection; safe to use from several threads."""

    def __init__(
        self,
        connection: Connection,
        *,
        transport: httpx.BaseTransport | None = None,
        user_agent: str = USER_AGENT,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            connection: The host's.
            transport: Where requests go, the network when None. The client closes only its own.
            user_agent: What Salesforce's logs show.

        Raises:
            Rejected: The connection's settings do not fit.
        """
        super().__init__(Session(connection), user_agent)
        self._owned = transport is None
        self._transport = transport or network()
        self._gate = threading.Lock()

    def close(self) -> None:
        """Close the transport if it is the client's own."""
        if self._owned:
            self._transport.close()

    def run(
        self,
        action: Action[InputT, OutputT],
        inputs: Mapping[str, Any],
        watch: Watch | None = None,
    ) -> Result:
        """Run an action; `watch` is told how far long work has come.

        Raises:
            ConnectorError: See `errors` for which, and what to do.
        """
        self.guard.admit(action.name)
        result = Result(watch=watch)
        args = read_input(action.input, inputs, action.name)
        output: BaseModel = self.drive(action.flow(args), result)
        result.output = output.model_dump(mode="json")
        return result

    def drive(self, flow: Flow[T], result: Result, *, trusted: bool = False) -> T:
        """Run a flow to its end; calls spent and notes are written into `result`.

        A `trusted` flow is our own to the last call, such as Test Connection: what the connection
        may not do does not bind it.
        """
        talk = self.converse(flow, result, trusted=trusted)
        try:
            call = next(talk)
            while True:
                try:
                    answer = self._deliver(call, result.usage)
                except ConnectorError as error:
                    call = talk.throw(error)
                else:
                    call = talk.send(answer)
        except StopIteration as done:
            return cast(T, done.value)

    def ask(self, request: httpx.Request) -> httpx.Response:
        """Send a sign-in's own request once and read the answer, whatever it is."""
        return exchange(self._transport, prepare(request), SIGN_IN)

    def _deliver(self, call: Call, usage: Usage) -> httpx.Response:
        if (kept := self.kept.fresh(call)) is not None:
            return kept
        if call.delay:
            time.sleep(call.delay)
        for attempt in stamina.retry_context(
            on=wait, attempts=ATTEMPTS, wait_initial=0.5, wait_max=LONGEST_WAIT, timeout=120.0
        ):
            with attempt:
                return self._once(call, usage)
        raise AssertionError("a retry context ends by an answer or an error")

    def _once(self, call: Call, usage: Usage) -> httpx.Response:
        token, fresh = None if call.anonymous else self._token(), False
        answer = self._try(call, token, usage)
        for _ in range(MOST_TOKENS):
            if token is None or fresh or not has_ended(answer):
                break
            fresh = self._renew(token)
            token = self.session.token
            answer = self._try(call, token, usage)
        return self.settle(call, answer)

    def _try(self, call: Call, token: str | None, usage: Usage) -> httpx.Response:
        answer = exchange(self._transport, self.request(call, token), call)
        usage.count(answer)
        return answer

    def _token(self) -> str | None:
        if self.session.token is None:
            self._renew(None)
        return self.session.token

    def _renew(self, stale: str | None) -> bool:
        """Get a new token, once for all threads; who comes second finds it and sends nothing.

        Gives whether it comes from Salesforce this moment; one that was found may have ended too.
        """
        with self._gate:
            if self.session.token != stale:
                return False
            with self.session.connection.lock():
                request = self.session.begin_renewal(stale)
                if request is None:
                    return False
                self.session.finish_renewal(self.ask(request))
                return True


class AsyncClient(Caller):
    """Runs actions on one connection from one event loop; see `Client`."""

    def __init__(
        self,
        connection: Connection,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        user_agent: str = USER_AGENT,
    ) -> None:
        """Make a client; see `Client`."""
        super().__init__(Session(connection), user_agent)
        self._owned = transport is None
        self._transport = transport or network_async()
        self._renewal: asyncio.Task[bool] | None = None

    async def close(self) -> None:
        """Close the transport if it is the client's own."""
        if self._owned:
            await self._transport.aclose()

    async def run(
        self,
        action: Action[InputT, OutputT],
        inputs: Mapping[str, Any],
        watch: Watch | None = None,
    ) -> Result:
        """Run an action; see `Client.run`."""
        self.guard.admit(action.name)
        result = Result(watch=watch)
        args = read_input(action.input, inputs, action.name)
        output: BaseModel = await self.drive(action.flow(args), result)
        result.output = output.model_dump(mode="json")
        return result

    async def drive(self, flow: Flow[T], result: Result) -> T:
        """Run a flow to its end; see `Client.drive`."""
        talk = self.converse(flow, result)
        try:
            call = next(talk)
            while True:
                try:
                    answer = await self._deliver(call, result.usage)
                except ConnectorError as error:
                    call = talk.throw(error)
                else:
                    call = talk.send(answer)
        except StopIteration as done:
            return cast(T, done.value)

    async def ask(self, request: httpx.Request) -> httpx.Response:
        """Send a sign-in's own request once and read the answer, whatever it is."""
        return await exchange_async(self._transport, prepare(request), SIGN_IN)

    async def _deliver(self, call: Call, usage: Usage) -> httpx.Response:
        if (kept := self.kept.fresh(call)) is not None:
            return kept
        if call.delay:
            await asyncio.sleep(call.delay)
        async for attempt in stamina.retry_context(
            on=wait, attempts=ATTEMPTS, wait_initial=0.5, wait_max=LONGEST_WAIT, timeout=120.0
        ):
            with attempt:
                return await self._once(call, usage)
        raise AssertionError("a retry context ends by an answer or an error")

    async def _once(self, call: Call, usage: Usage) -> httpx.Response:
        token, fresh = None if call.anonymous else await self._token(), False
        answer = await self._try(call, token, usage)
        for _ in range(MOST_TOKENS):
            if token is None or fresh or not has_ended(answer):
                break
            fresh = await self._renew(token)
            token = self.session.token
            answer = await self._try(call, token, usage)
        return self.settle(call, answer)

    async def _try(self, call: Call, token: str | None, usage: Usage) -> httpx.Response:
        answer = await exchange_async(self._transport, self.request(call, token), call)
        usage.count(answer)
        return answer

    async def _token(self) -> str | None:
        if self.session.token is None:
            await self._renew(None)
        return self.session.token

    async def _renew(self, stale: str | None) -> bool:
        """Get a new token, once for all callers; see `Client._renew`.

        It is a task of its own: a caller that is cancelled must not end it between Salesforce's
        answer and the save, which would lose a rotated refresh token.
        """
        if self.session.token != stale:
            return False
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew_alone(stale))
            self._renewal.add_done_callback(_hear)
        return await asyncio.shield(self._renewal)

    async def _renew_alone(self, stale: str | None) -> bool:
        async with _held(self.session.connection.lock()):
            request = await asyncio.to_thread(self.session.begin_renewal, stale)
            if request is None:
                return False
            answer = await self.ask(request)
            await asyncio.to_thread(self.session.finish_renewal, answer)
            return True


@asynccontextmanager
async def _held(lock: AbstractContextManager[object]) -> AsyncIterator[None]:
    """Hold a lock that may block, entered and left in threads; a cancelled wait leaves it too."""
    # Not a task: the end of a loop cancels those, but not what runs in a thread.
    entering = asyncio.get_running_loop().run_in_executor(None, lock.__enter__)
    try:
        await asyncio.shield(entering)
        yield
    finally:
        await asyncio.wait((entering,))
        if entering.exception() is None:
            await asyncio.to_thread(lock.__exit__, None, None, None)


def _hear(renewal: asyncio.Task[bool]) -> None:
    """Take note of a failure that no caller is left to hear of."""
    if not renewal.cancelled():
        renewal.exception()
