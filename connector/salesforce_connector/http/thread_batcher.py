"""Gathers the calls of threads while some are under way, and sends them together.

A thread that finds fewer than `MAX_BUSY` calls under way sends its own at once. The others wait;
when a call has ended, one of the waiting threads sends all that have gathered by then.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

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

MAX_BUSY: Final = 4  # calls under way; more save fewer calls, fewer make each wait longer

Send: TypeAlias = Callable[[Call, Connection, bool], Attempt]


@dataclass(eq=False, slots=True)
class _Waiting:
    """A call that waits.

    Attributes:
        woken: Set once its thread has something to do.
        batch: The calls that its thread is to send, its own first; empty when another one sent it.
        attempt: Its outcome; None: send it alone.
        error: Of the batch; it is raised to the caller.
    """

    call: BatchableCall
    woken: threading.Event = field(default_factory=threading.Event)
    batch: "list[_Waiting]" = field(default_factory=list)
    attempt: Attempt | None = None
    error: Exception | None = None

    def result(self) -> Attempt | None:
        if self.error is not None:
            raise self.error
        return self.attempt


class ThreadBatcher:
    """The calls of one client; safe to use from several threads."""

    def __init__(self, send: Send, state: ConnectionState) -> None:
        """Make one; `send` sends a call at once."""
        self._send = send
        self._state = state
        self._lock = threading.Lock()
        self._busy = 0
        self._groups: dict[Key, list[_Waiting]] = {}

    def send(self, call: Call | Fetch, connection: Connection, background: bool) -> Attempt | None:
        """Send a call, together with others that wait; None: it has to be sent alone.

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
        waiting = _Waiting(part)
        with self._lock:
            if self._busy < MAX_BUSY:
                self._busy += 1
                waiting.batch = [waiting]
            else:
                self._groups.setdefault(part.key, []).append(waiting)
        if not waiting.batch:
            self._wait(waiting)
        if waiting.batch:
            try:
                return self._send_batch(waiting.batch, connection, background)
            finally:
                self._wake_next()
        return waiting.result()

    def _wait(self, waiting: _Waiting) -> None:
        try:
            waiting.woken.wait()
        except BaseException:  # Ctrl-C: the others must not wait for this thread
            with self._lock:
                group = self._groups.get(waiting.call.key, [])
                if waiting in group:
                    group.remove(waiting)
            for other in waiting.batch[1:]:
                other.woken.set()  # each is sent alone
            if waiting.batch:
                self._wake_next()
            raise

    def _send_batch(
        self, batch: list[_Waiting], connection: Connection, background: bool
    ) -> Attempt | None:
        """Send calls together; return the outcome of the first."""
        if len(batch) == 1:
            return self._send(batch[0].call.call, connection, background)
        calls = [waiting.call for waiting in batch]
        try:
            attempts = split_attempt(calls, self._send(batch_call(calls), connection, background))
            for waiting, attempt in zip(batch, attempts, strict=True):
                waiting.attempt = attempt
        except ConnectorError as error:
            for waiting in batch:
                waiting.error = split_error(waiting.call, error)
        except Exception as exc:  # noqa: BLE001 - of the host's objects; each caller gets it
            for waiting in batch:
                waiting.error = exc
        finally:
            for waiting in batch[1:]:
                waiting.woken.set()
        return batch[0].result()

    def _wake_next(self) -> None:
        """Let one of the waiting threads send the calls that have gathered."""
        with self._lock:
            while self._groups:
                key = next(iter(self._groups))
                group = self._groups.pop(key)
                if len(group) > MAX_RECORDS:
                    self._groups[key] = group[MAX_RECORDS:]
                if group:
                    group[0].batch = group[:MAX_RECORDS]
                    group[0].woken.set()
                    return
            self._busy -= 1
