"""Polls triggers, receives what services push to them, and delivers the events.

A cursor is stored once the events before it have been handed on; a pushed event is stored before
the service gets its answer, and delivered from there. So no event is lost, and one comes twice only
when a process ends between handing it on and noting that.
"""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final, cast

from connector_host import manifest as manifests
from connector_host.authorization import Authorizer, record_auth_failure, recording_auth_failure
from connector_host.errors import BadInput
from connector_host.hookspecs import (
    Json,
    JsonObject,
    TriggerBatch,
    WebhookBatch,
    WebhookRequest,
    WebhookResponse,
)
from connector_host.registry import Registry
from connector_host.schema_validation import ValidatorCache
from connector_host.store.protocol import ReceivingTrigger, Store, StoredConnection, StoredTrigger

MAX_DELIVERED: Final = 500  # events handed on at a time; each is opened in memory


@dataclass(frozen=True)
class PollResult:
    """What a poll did.

    Attributes:
        events: How many were handed on.
        more: Another poll would give events at once.
        warnings: Sentences for the builder, such as that events may have been missed.
    """

    events: int
    more: bool
    warnings: tuple[str, ...] = ()


class TriggerRunner:
    """The triggers of one `Runner`; its methods are the runner's too."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        authorizer: Authorizer,
        validators: ValidatorCache,
    ) -> None:
        self._registry = registry
        self._store = store
        self._authorizer = authorizer
        self._validators = validators

    def check_trigger(
        self, connection: str | StoredConnection, trigger: str, inputs: Mapping[str, Json]
    ) -> StoredConnection:
        """Check what a trigger is to be set up with, and give its connection."""
        stored = self._authorizer.get_for_use(connection)
        entry = self._entry(stored, trigger)
        self._validators.of(stored.connector, "trigger", entry, "input").check(
            dict(inputs), "input"
        )
        return stored

    def delivery(self, connection: str | StoredConnection, trigger: str) -> str:
        """Describe how a trigger's events come: `poll` or `webhook`."""
        entry = self._entry(self._authorizer.get_for_use(connection), trigger)
        return str(entry.get("delivery", "poll"))

    def poll(self, trigger: StoredTrigger, hand_on: Callable[[list[Json]], object]) -> PollResult:
        """Ask for the events since the last poll, hand them on, and store how far it came.

        The cursor is stored once `hand_on` has returned. If that raises, or this process ends in
        it, the same events come again at the next poll: each has an `id` to tell by.

        Args:
            hand_on: Called with the events, oldest first; not called when there are none.
        """
        with trigger.lock():
            batch = self.poll_once(
                trigger.connection, trigger.trigger, trigger.inputs, trigger.cursor
            )
            if batch["events"]:
                self._authorizer.record("polled", trigger.connection, trigger.trigger)
                hand_on(batch["events"])
            trigger.save(batch["cursor"])
        return _poll_result(batch)

    async def poll_async(
        self, trigger: StoredTrigger, hand_on: Callable[[list[Json]], Awaitable[object]]
    ) -> PollResult:
        """Poll on the caller's event loop; else as `poll`. The store is used in threads."""
        import asyncio  # 30 ms to import, and the loop that runs this has it

        async with _holding(trigger.lock()):
            inputs, cursor = await asyncio.to_thread(lambda: (trigger.inputs, trigger.cursor))
            batch = await self.poll_once_async(trigger.connection, trigger.trigger, inputs, cursor)
            if batch["events"]:
                what = ("polled", trigger.connection, trigger.trigger)
                await asyncio.to_thread(self._authorizer.record, *what)
                await hand_on(batch["events"])
            await asyncio.to_thread(trigger.save, batch["cursor"])
        return _poll_result(batch)

    def poll_once(
        self,
        connection: str | StoredConnection,
        trigger: str,
        inputs: Mapping[str, Json],
        cursor: Mapping[str, Json] | None,
    ) -> TriggerBatch:
        """Ask for the events since a cursor, for engines that store cursors themselves.

        Args:
            cursor: The `cursor` of the batch before; None for the first poll.
        """
        stored = self._authorizer.get_ready(connection)
        self.check_trigger(stored, trigger, inputs)
        with recording_auth_failure(stored):
            batch = self._registry.call(
                stored.connector,
                "poll_trigger",
                trigger=trigger,
                connection=stored,
                inputs=dict(inputs),
                cursor=cursor,
            )
        return cast("TriggerBatch", batch)

    async def poll_once_async(
        self,
        connection: str | StoredConnection,
        trigger: str,
        inputs: Mapping[str, Json],
        cursor: Mapping[str, Json] | None,
    ) -> TriggerBatch:
        """Poll on the caller's event loop; else as `poll_once`.

        A connector that has no such hook polls in a thread.
        """
        import asyncio

        stored = await asyncio.to_thread(self._authorizer.get_ready, connection)
        if not self._registry.has_hook(stored.connector, "poll_trigger_async"):
            return await asyncio.to_thread(self.poll_once, stored, trigger, inputs, cursor)
        await asyncio.to_thread(self.check_trigger, stored, trigger, inputs)
        try:
            batch = await self._registry.call(
                stored.connector,
                "poll_trigger_async",
                trigger=trigger,
                connection=stored,
                inputs=dict(inputs),
                cursor=cursor,
            )
        except Exception as exc:
            await asyncio.to_thread(record_auth_failure, stored, exc)
            raise
        return cast("TriggerBatch", batch)

    def receive_webhook(
        self, trigger: ReceivingTrigger, request: WebhookRequest
    ) -> WebhookResponse:
        """Store the events of a request that a service pushed, and give what to answer.

        Send the answer once this has returned: then the events are stored, each once, and
        `deliver` hands them on. Whoever sends a request is nobody in particular; what authorizes
        it is that the connector takes it for the connection's.

        Raises:
            BadInput: The trigger is polled, or its connector takes no requests.
            TooManyWaitingEvents: Too many events are yet to be delivered. Nothing was stored:
                answer so that the service sends the same again, such as with 503.
        """
        stored = self._store.get(trigger.connection)
        answer = self._registry.call_optional(
            stored.connector,
            "receive_webhook",
            trigger=trigger.trigger,
            connection=stored,
            request=request,
        )
        if answer is None:
            raise BadInput(f"The trigger {trigger.trigger!r} takes no requests.", "Poll it.")
        batch = cast("WebhookBatch", answer)
        # Without the trigger's lock: the service is not to wait for whom events are handed on to.
        if trigger.receive(batch["events"]):
            self._authorizer.record("received", trigger.connection, trigger.trigger)
        return batch["response"]

    def deliver(self, trigger: ReceivingTrigger, hand_on: Callable[[list[Json]], object]) -> int:
        """Hand on the pushed events that are stored and were not delivered yet; give how many.

        Args:
            hand_on: Called with some of them at a time, the oldest first. If it raises, or this
                process ends in it, the same events come again: each has an `id` to tell by.
        """
        delivered = 0
        with trigger.lock():
            while waiting := trigger.list_waiting(MAX_DELIVERED):
                hand_on([item.event for item in waiting])
                trigger.mark_delivered([item.row_id for item in waiting])
                delivered += len(waiting)
        return delivered

    def _entry(self, stored: StoredConnection, trigger: str) -> JsonObject:
        return manifests.get_part(self._registry.manifest(stored.connector), "triggers", trigger)


def _poll_result(batch: TriggerBatch) -> PollResult:
    return PollResult(len(batch["events"]), batch["more"], tuple(batch.get("warnings", ())))


@asynccontextmanager
async def _holding(lock: AbstractContextManager[object]) -> AsyncIterator[None]:
    """Hold a lock of the store from an event loop: it is taken and left in threads."""
    import asyncio

    guard = threading.Lock()
    taken = abandoned = False

    def take() -> None:
        nonlocal taken
        lock.__enter__()
        with guard:
            taken = not abandoned
        if not taken:
            lock.__exit__(None, None, None)

    try:
        await asyncio.to_thread(take)
    except asyncio.CancelledError:
        # The thread cannot be cancelled: it leaves the lock again, unless it has it already.
        with guard:
            abandoned = True
        if taken:
            await asyncio.to_thread(lock.__exit__, None, None, None)
        raise
    try:
        yield
    finally:
        await asyncio.shield(asyncio.to_thread(lock.__exit__, None, None, None))
