"""The only module that sends: runs flows over HTTP, for sync and for async callers.

A client adds the instance, the version and the token to each call, renews the token once when it
has ended, repeats what may be repeated, and turns every refusal into an error of `errors`. What a
call means is not its business.
"""

import asyncio
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode

import httpx
import stamina
from pydantic import BaseModel
from pydantic_core import to_json

from salesforce_connector.action import Action, Call, Flow, InputT, Note, OutputT
from salesforce_connector.auth.session import Session, has_ended
from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError, Retryable, from_answer, from_network
from salesforce_connector.limits import Usage
from salesforce_connector.transport import network, network_async
from salesforce_connector.validation import read_input

T = TypeVar("T")

API_VERSION: Final = "68.0"  # Winter '27, the newest that this connector was tested with

# Salesforce lets a query run 120 s before it answers.
TIMEOUT: Final = httpx.Timeout(10.0, read=150.0, write=60.0, pool=60.0)

ATTEMPTS: Final = 5
LONGEST_WAIT: Final = 30.0  # seconds; what wants more than this is for the engine's own schedule


@dataclass(slots=True)
class Result:
    """What a run gave: output as JSON, calls spent, and sentences for the builder."""

    output: Any
    usage: Usage
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Give it as the contract has it."""
        return {"output": self.output, "usage": self.usage.as_json(), "warnings": self.warnings}


class _Caller:
    """What both clients share: how a call becomes a request, and an answer a response or error."""

    def __init__(self, session: Session, user_agent: str) -> None:
        self.session = session
        self.version = session.settings.api_version or API_VERSION
        self._user_agent = user_agent

    def request(self, call: Call, token: str) -> httpx.Request:
        path = call.path
        if not path.startswith("/services/"):
            path = f"/services/data/v{self.version}{path}"
        if call.params:
            # %20, not +: some of what stands before Salesforce decodes only that.
            path += f"?{urlencode(call.params, quote_via=quote)}"
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": self._user_agent,
            **call.headers,
        }
        content = None
        if call.json is not None:
            content = to_json(call.json)
            headers["Content-Type"] = "application/json"
        timeout = TIMEOUT.as_dict()
        if call.timeout is not None:
            timeout["read"] = call.timeout
        return httpx.Request(
            call.method,
            self.session.base_url + path,
            headers=headers,
            content=content,
            extensions={"timeout": timeout},
        )

    def explain(self, action: Action[InputT, OutputT], inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Give the calls up to the first whose answer decides what comes next; send nothing."""
        flow = action.flow(read_input(action.input, inputs, action.name))
        step: Call | Note = next(flow)
        while isinstance(step, Note):
            step = flow.send(cast("httpx.Response", None))
        flow.close()
        request = self.request(step, token="")
        return {
            "calls": [{"method": step.method, "url": str(request.url), "body": step.json}],
            "note": "What follows depends on the answer. Nothing was sent.",
        }


class Client(_Caller):
    """Runs actions on one connection; safe to use from several threads.

    Args:
        connection: The host's.
        transport: Where requests go; the network when None. It is not closed by the client.
        user_agent: What Salesforce's logs show.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        transport: httpx.BaseTransport | None = None,
        user_agent: str = "salesforce-connector",
    ) -> None:
        super().__init__(Session(connection), user_agent)
        self._owned = transport is None
        self._transport = transport or network(self.session.base_url)
        self._gate = threading.Lock()

    def close(self) -> None:
        """Close the transport if it is the client's own."""
        if self._owned:
            self._transport.close()

    def run(self, action: Action[InputT, OutputT], inputs: Mapping[str, Any]) -> Result:
        """Run an action.

        Raises:
            ConnectorError: See `errors` for which, and what to do.
        """
        args = read_input(action.input, inputs, action.name)
        result = Result(output=None, usage=Usage())
        output: BaseModel = self.drive(action.flow(args), result)
        result.output = output.model_dump(mode="json")
        return result

    def drive(self, flow: Flow[T], result: Result) -> T:
        """Run a flow to its end; calls and notes are written into `result`."""
        answer = cast("httpx.Response", None)  # a generator is started by sending None
        try:
            while True:
                step = flow.send(answer)
                while isinstance(step, Call):
                    try:
                        answer = self._send(step, result.usage)
                    except ConnectorError as error:
                        step = flow.throw(error)
                    else:
                        step = flow.send(answer)
                result.warnings.append(step.message)
        except StopIteration as done:
            return cast("T", done.value)

    def exchange(self, request: httpx.Request) -> httpx.Response:
        """Send a request of a sign-in's own, as it is, and read the answer."""
        request.headers["User-Agent"] = self._user_agent
        request.extensions = {**request.extensions, "timeout": TIMEOUT.as_dict()}
        return self._answer(request, safe=True)

    def sign_in(self) -> None:
        """Get a token if there is none yet."""
        if self.session.token is None:
            self._renew(None)

    def _send(self, call: Call, usage: Usage) -> httpx.Response:
        if call.delay:
            time.sleep(call.delay)
        for attempt in stamina.retry_context(
            on=_wait, attempts=ATTEMPTS, wait_initial=0.5, wait_max=LONGEST_WAIT, timeout=120.0
        ):
            with attempt:
                return self._once(call, usage)
        raise AssertionError("a retry context ends by an answer or an error")

    def _once(self, call: Call, usage: Usage) -> httpx.Response:
        self.sign_in()
        token = cast("str", self.session.token)
        answer = self._answer(self.request(call, token), safe=call.safe)
        usage.count(answer)
        if has_ended(answer):
            self._renew(token)
            token = cast("str", self.session.token)
            answer = self._answer(self.request(call, token), safe=call.safe)
            usage.count(answer)
        if answer.is_success:
            return answer
        raise from_answer(answer, safe=call.safe)

    def _answer(self, request: httpx.Request, *, safe: bool) -> httpx.Response:
        try:
            answer = self._transport.handle_request(request)
            answer.request = request
            try:
                answer.read()
            finally:
                answer.close()
        except httpx.RequestError as exc:
            raise from_network(exc, request.url.host, safe=safe) from exc
        return answer

    def _renew(self, stale: str | None) -> None:
        """Get a new token, once for all threads; who comes second finds it and sends nothing."""
        with self._gate:
            if self.session.token != stale:
                return
            with self.session.connection.lock():
                request = self.session.begin_renewal(stale)
                if request is not None:
                    self.session.finish_renewal(self.exchange(request))


class AsyncClient(_Caller):
    """Runs actions on one connection from one event loop; see `Client`."""

    def __init__(
        self,
        connection: Connection,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        user_agent: str = "salesforce-connector",
    ) -> None:
        super().__init__(Session(connection), user_agent)
        self._owned = transport is None
        self._transport = transport or network_async(self.session.base_url)
        self._renewal: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Close the transport if it is the client's own."""
        if self._owned:
            await self._transport.aclose()

    async def run(self, action: Action[InputT, OutputT], inputs: Mapping[str, Any]) -> Result:
        """Run an action.

        Raises:
            ConnectorError: See `errors` for which, and what to do.
        """
        args = read_input(action.input, inputs, action.name)
        result = Result(output=None, usage=Usage())
        output: BaseModel = await self.drive(action.flow(args), result)
        result.output = output.model_dump(mode="json")
        return result

    async def drive(self, flow: Flow[T], result: Result) -> T:
        """Run a flow to its end; calls and notes are written into `result`."""
        answer = cast("httpx.Response", None)  # a generator is started by sending None
        try:
            while True:
                step = flow.send(answer)
                while isinstance(step, Call):
                    try:
                        answer = await self._send(step, result.usage)
                    except ConnectorError as error:
                        step = flow.throw(error)
                    else:
                        step = flow.send(answer)
                result.warnings.append(step.message)
        except StopIteration as done:
            return cast("T", done.value)

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        """Send a request of a sign-in's own, as it is, and read the answer."""
        request.headers["User-Agent"] = self._user_agent
        request.extensions = {**request.extensions, "timeout": TIMEOUT.as_dict()}
        return await self._answer(request, safe=True)

    async def sign_in(self) -> None:
        """Get a token if there is none yet."""
        if self.session.token is None:
            await self._renew(None)

    async def _send(self, call: Call, usage: Usage) -> httpx.Response:
        if call.delay:
            await asyncio.sleep(call.delay)
        async for attempt in stamina.retry_context(
            on=_wait, attempts=ATTEMPTS, wait_initial=0.5, wait_max=LONGEST_WAIT, timeout=120.0
        ):
            with attempt:
                return await self._once(call, usage)
        raise AssertionError("a retry context ends by an answer or an error")

    async def _once(self, call: Call, usage: Usage) -> httpx.Response:
        await self.sign_in()
        token = cast("str", self.session.token)
        answer = await self._answer(self.request(call, token), safe=call.safe)
        usage.count(answer)
        if has_ended(answer):
            await self._renew(token)
            token = cast("str", self.session.token)
            answer = await self._answer(self.request(call, token), safe=call.safe)
            usage.count(answer)
        if answer.is_success:
            return answer
        raise from_answer(answer, safe=call.safe)

    async def _answer(self, request: httpx.Request, *, safe: bool) -> httpx.Response:
        try:
            answer = await self._transport.handle_async_request(request)
            answer.request = request
            try:
                await answer.aread()
            finally:
                await answer.aclose()
        except httpx.RequestError as exc:
            raise from_network(exc, request.url.host, safe=safe) from exc
        return answer

    async def _renew(self, stale: str | None) -> None:
        """Get a new token, once for all callers.

        It is a task of its own: a caller that is cancelled must not end it between Salesforce's
        answer and the save, which would lose a rotated refresh token.
        """
        if self.session.token != stale:
            return
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew_alone(stale))
            self._renewal.add_done_callback(_heard)
        await asyncio.shield(self._renewal)

    async def _renew_alone(self, stale: str | None) -> None:
        # The lock and the store may block, so they are entered from a thread.
        lock = self.session.connection.lock()
        await asyncio.to_thread(lock.__enter__)
        try:
            request = await asyncio.to_thread(self.session.begin_renewal, stale)
            if request is not None:
                answer = await self.exchange(request)
                await asyncio.to_thread(self.session.finish_renewal, answer)
        finally:
            await asyncio.to_thread(lock.__exit__, None, None, None)


def _heard(task: asyncio.Task[None]) -> None:
    """Take note of a failure that no caller is left to hear of."""
    if not task.cancelled():
        task.exception()


def _wait(error: Exception) -> bool | float:
    """Say whether to repeat a call, and after how many seconds if Salesforce said so."""
    if not isinstance(error, Retryable) or error.sent:
        return False
    if "TotalRequests" in error.message:  # a window of 24 hours: not inside this process
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= LONGEST_WAIT else False
