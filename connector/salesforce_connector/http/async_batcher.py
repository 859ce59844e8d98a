"""Gathers the calls that the tasks of an event loop make in one round, and sends them together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from salesforce_connector.connection import Connection
from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call, Fetch
from salesforce_connector.http.batch_calls import (
    MAX_RECORDS,
    BatchableCall,
    Key,
    batch_call,
    read_call,
    split_attempt,
    split_error,
)
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.eager_task import start_eagerly
from salesforce_connector.http.pipeline import Attempt

Send: TypeAlias = Callable[[Call, Connection, bool], Awaitable[Attempt]]

Outcome: TypeAlias = asyncio.Future[Attempt | None]
"""What becomes of a call; None: it has to be sent alone."""

_Waiting: TypeAlias = tuple[BatchableCall, Connection, bool, Outcome]


class AsyncBatcher:
    """The calls of one client.

    A batch that is full is written to its connection at once, while other tasks still make their
    calls. All others are sent at the end of the loop's round: there is no other wait, and a call
    that comes alone is sent in the next round.
    """

    def __init__(self, send: Send, state: ConnectionState) -> None:
        """Make one; `send` sends a call at once."""
        self._send = send
        self._state = state
        self._groups: dict[Key, list[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, call: Call | Fetch, connection: Connection, background: bool) -> Outcome | None:
        """Add a call to those that are sent together; None: it has to be sent alone.

        Args:
            call: To send.
            connection: The host's object of this call.
            background: Whether it is of background work.

        Returns:
            What is done once there is a response. Its exceptions are those of `send`; cancelling
            it does not cancel the calls that are sent with it.
        """
        part = None if isinstance(call, Fetch) else read_call(call, self._state, background)
        if part is None:
            return None
        loop = asyncio.get_running_loop()
        if not self._groups:
            loop.call_soon(self._send_all)
        outcome: Outcome = loop.create_future()
        group = self._groups.get(part.key)
        if group is None:
            group = self._groups[part.key] = []
        group.append((part, connection, background, outcome))
        if len(group) == MAX_RECORDS:
            self._groups[part.key] = []
            self._begin(group)
        return outcome

    def _send_all(self) -> None:
        groups, self._groups = self._groups, {}
        for group in groups.values():
            self._begin(group)

    def _begin(self, group: list[_Waiting]) -> None:
        batch = [waiting for waiting in group if not waiting[-1].done()]  # some may be cancelled
        if len(batch) == 1:
            batch[0][-1].set_result(None)
        elif batch:
            task = start_eagerly(self._send_batch(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send_batch(self, batch: list[_Waiting]) -> None:
        calls = [call for call, _, _, _ in batch]
        outcomes = [outcome for _, _, _, outcome in batch]
        try:
            attempt = await self._send(batch_call(calls), *batch[0][1:3])
            attempts = split_attempt(calls, attempt)
        except ConnectorError as error:
            for call, outcome in zip(calls, outcomes, strict=True):
                if not outcome.done():
                    _fail(outcome, split_error(call, error))
        except Exception as exc:  # noqa: BLE001 - of the host's objects; each caller gets it
            for outcome in outcomes:
                if not outcome.done():
                    outcome.set_exception(exc)
        else:
            for outcome, its_attempt in zip(outcomes, attempts, strict=True):
                if not outcome.done():
                    outcome.set_result(its_attempt)
        finally:
            for outcome in outcomes:
                outcome.cancel()  # where the loop ends before there is a response


def _fail(outcome: Outcome, error: ConnectorError | None) -> None:
    if error is None:
        outcome.set_result(None)
    else:
        outcome.set_exception(error)
