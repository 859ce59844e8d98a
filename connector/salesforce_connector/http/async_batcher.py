"""Gathers the calls that an event loop makes at one moment, and sends them together."""

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
from salesforce_connector.http.pipeline import Attempt

Send: TypeAlias = Callable[[Call, Connection, bool], Awaitable[Attempt]]

_Waiting: TypeAlias = tuple[BatchableCall, Connection, bool, "asyncio.Future[Attempt | None]"]


class AsyncBatcher:
    """The calls of one client; what the loop has gathered when it comes to the end of its round.

    Nothing is waited for: a call that comes alone is sent in the next round of the loop.
    """

    def __init__(self, send: Send, state: ConnectionState) -> None:
        """Make one; `send` sends a call at once."""
        self._send = send
        self._state = state
        self._waiting: dict[Key, list[_Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(
        self, call: Call | Fetch, connection: Connection, background: bool
    ) -> Attempt | None:
        """Send a call with others; None: it has to be sent alone.

        Args:
            call: To send.
            connection: The host's object of this call.
            background: Whether it is of background work.

        Raises:
            ConnectorError: As `send` does.
        """
        part = None if isinstance(call, Fetch) else read_call(call, self._state, background)
        if part is None:
            return None
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._flush)
        future: asyncio.Future[Attempt | None] = loop.create_future()
        self._waiting.setdefault(part.key, []).append((part, connection, background, future))
        return await future

    def _flush(self) -> None:
        groups, self._waiting = self._waiting, {}
        for group in groups.values():
            waiting = [item for item in group if not item[-1].done()]  # some may be cancelled
            for start in range(0, len(waiting), MAX_RECORDS):
                batch = waiting[start : start + MAX_RECORDS]
                if len(batch) == 1:
                    batch[0][-1].set_result(None)
                    continue
                # A task of its own: who cancels one call cancels no other.
                task = asyncio.create_task(self._send_batch(batch))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _send_batch(self, batch: list[_Waiting]) -> None:
        calls = [call for call, _, _, _ in batch]
        futures = [future for _, _, _, future in batch]
        try:
            attempt = await self._send(batch_call(calls), *batch[0][1:3])
            attempts = split_attempt(calls, attempt)
        except ConnectorError as error:
            for call, _, _, future in batch:
                if not future.done():
                    _fail(future, split_error(call, error))
            return
        except asyncio.CancelledError:  # the loop ends
            for future in futures:
                future.cancel()
            raise
        except Exception as exc:  # noqa: BLE001 - handed on to who waits
            for future in futures:
                if not future.done():
                    future.set_exception(exc)
            return
        for future, outcome in zip(futures, attempts, strict=True):
            if not future.done():
                future.set_result(outcome)


def _fail(future: "asyncio.Future[Attempt | None]", error: ConnectorError | None) -> None:
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
