"""Runs flows over HTTP, for threads; `async_client` does for event loops, and nothing else does.

A client gives each call to its transport, has the token renewed when it has ended, repeats what may
be repeated, and turns every refusal into an error of `errors`. What a call means is not its
business; what a request looks like stands in `requests`, how a token is renewed in `renewal`, how
events are fetched in `event_bus`.
"""

import threading
import time
from collections.abc import Mapping
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
from salesforce_connector.http.exchange import ask, exchange
from salesforce_connector.http.token_refresh import refresh, refresh_early
from salesforce_connector.http.transport import network
from salesforce_connector.limits import Usage
from salesforce_connector.pubsub.delivery import deliver
from salesforce_connector.raw_rows import dump
from salesforce_connector.response import Response
from salesforce_connector.validation import read_input

T = TypeVar("T")


class Client(Caller):
    """Runs actions on one connection; safe to use from several threads."""

    def __init__(
        self,
        connection: Connection,
        *,
        transport: httpx.BaseTransport | None = None,
        user_agent: str = USER_AGENT,
        state: ConnectionState | None = None,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            connection: The host's.
            transport: Where requests go, the network when None. The client closes only its own.
            user_agent: What Salesforce's logs show.
            state: The connection's, shared with its other clients; None for one of its own.

        Raises:
            Rejected: The connection's settings do not fit.
        """
        super().__init__(connection, state or ConnectionState(connection), user_agent)
        self._owned = transport is None
        self._transport = transport or network()
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)

    def close(self) -> None:
        """Close the transport if it is the client's own."""
        if self._owned:
            self._transport.close()

    def run(
        self,
        action: Action[InputT, OutputT],
        inputs: Mapping[str, Any],
        watch: Watch | None = None,
        resume: Mapping[str, Any] | None = None,
    ) -> Result:
        """Run an action; `watch` is told how far long work has come.

        Raises:
            ConnectorError: See `errors` for which, and what to do.
        """
        self.guard.admit(action.name)
        result = Result(watch=watch, resume=resume)
        args = read_input(action.input, inputs, action.name)
        output: BaseModel = self.drive(action.flow(args), result)
        result.output = dump(output)
        return result

    def drive(self, flow: Flow[T], result: Result, *, trusted: bool = False) -> T:
        """Run a flow to its end; calls spent and notes are written into `result`.

        A `trusted` flow is our own to the last call, such as Test Connection: what the connection
        may not do does not bind it.
        """
        talk = self.converse(flow, result, trusted=trusted)
        try:
            step = next(talk)
            while True:
                try:
                    answer = self._deliver(step, result.usage)
                except ConnectorError as error:
                    step = talk.throw(error)
                else:
                    step = talk.send(answer)
        except StopIteration as done:
            return cast(T, done.value)

    def ask(self, request: httpx.Request) -> Response:
        """Send a sign-in's own request once and read the answer, whatever it is."""
        return ask(request, self._transport)

    def _deliver(self, call: Call | Fetch, usage: Usage) -> Response | Fetched:
        if isinstance(call, Fetch):
            return deliver(call, self.state, self._refresh)
        if (kept := self.kept.fresh(call)) is not None:
            return kept
        if call.delay:
            time.sleep(call.delay)
        try:
            return self._once(call, usage)
        except ConnectorError as error:
            if wait(error) is False:
                raise
            first = error
        return self._repeat(call, usage, first)

    def _repeat(self, call: Call, usage: Usage, first: ConnectorError) -> Response:
        met: ConnectorError | None = first
        for attempt in stamina.retry_context(
            on=wait, attempts=ATTEMPTS, wait_initial=0.5, wait_max=LONGEST_WAIT, timeout=120.0
        ):
            with attempt:
                if met is not None:  # what was sent already counts as the first attempt
                    error, met = met, None
                    raise error
                return self._once(call, usage)
        raise AssertionError("a retry context ends by an answer or an error")

    def _once(self, call: Call, usage: Usage) -> Response:
        if call.anonymous:
            return self.settle(call, self._try(call, usage)[1])
        session, used, attempt = self.session, self.session.credentials, 1
        if session.early_refresh.needs_attention(used):
            refresh_early(session, used, self._transport, self.connection)
            used = session.credentials
        if used.access_token is None:
            self._refresh(used)
        used, outcome = self._try(call, usage)
        while session.needs_refresh(used, self.session_problem(call, outcome), attempt):
            self._refresh(used)
            used, outcome = self._try(call, usage)
            attempt += 1
        return self.settle(call, outcome)

    def _try(self, call: Call, usage: Usage) -> Outcome:
        with self._room:
            if self.session.refresh_lock.locked() and not call.anonymous:
                with self.session.refresh_lock:  # the token in use is of no more use
                    pass
            used = self.session.credentials
            try:
                response = exchange(self._transport, self.request(call, used).as_httpx(), call)
            except Unavailable as error:
                return used, error
        usage.count(response)
        return used, response

    def _refresh(self, stale: Credentials) -> None:
        refresh(self.session, stale, self._transport, self.connection)
