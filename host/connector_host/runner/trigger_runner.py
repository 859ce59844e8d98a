"""Polls triggers, receives their webhooks, and delivers the events.

A cursor is stored after the events before it were delivered; a pushed event is stored before the
service gets a response, and delivered from the store. So no event is lost, and an event is
delivered twice only if the process ends after the delivery and before that is stored.
"""

import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
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

MAX_DELIVERED: Final = 500  # events delivered at a time; all of them are unsealed in memory


@dataclass(frozen=True)
class PollResult:
    """The result of a poll.

    Attributes:
        events: How many were delivered.
        more: Whether another poll would return events immediately.
        warnings: Sentences for the person who builds the workflow, such as that events may have
            been missed.
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
        """Check the inputs of a new trigger, and return its connection."""
        stored = self._authorizer.get_for_use(connection)
        entry = self._entry(stored, trigger)
        self._validators.of(stored.connector, "trigger", entry, "input").check(
            dict(inputs), "input"
        )
        return stored

    def delivery(self, connection: str | StoredConnection, trigger: str) -> str:
        """Return how a trigger's events arrive: `poll` or `webhook`."""
        entry = self._entry(self._authorizer.get_for_use(connection), trigger)
        return str(entry.get("delivery", "poll"))

    def poll(self, trigger: StoredTrigger, hand_on: Callable[[list[Json]], object]) -> PollResult:
        """Fetch the events since the last poll, deliver them, and store the new cursor.

        The cursor is stored after `hand_on` returns. If that raises, or this process ends in it,
        the next poll delivers the same events again, with the same ids.

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
        """Poll on the caller's event loop; see `poll`. The store is used in threads."""
        import asyncio  # 30 ms to import, and the loop that runs this has it

        async with _holding(trigger.lock()):
            inputs, cursor = await asyncio.to_thread(lambda: (trigger.inputs, trigger.cursor))
            batch = await self.poll_once_async(trigger.connection, trigger.trigger, inputs, cursor)
            if batch["events"]:
                await asyncio.to_thread(
                    self._authorizer.record, "polled", trigger.connection, trigger.trigger
                )
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
        """Fetch the events since a cursor, for engines that store cursors themselves.

        Args:
            cursor: The `cursor` of the previous batch; None for the first poll.
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
        """Poll on the caller's event loop; see `poll_once`.

        A connector without the hook polls in a thread.
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
        """Store the events of a request that a service pushed, and return the response to send.

        Send the response after this returns: then the events are stored, each once, and `deliver`
        delivers them. The sender is no user of the host; the connector checks that the request
        belongs to the connection.

        Raises:
            BadInput: The trigger is polled, or its connector receives no requests.
            TooManyWaitingEvents: Too many events wait to be delivered, and nothing was stored.
                Respond so that the service sends the request again, such as with 503.
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
            raise BadInput(f"The trigger {trigger.trigger!r} receives no requests.", "Poll it.")
        batch = cast("WebhookBatch", answer)
        # Without the trigger's lock: the service must not wait for a delivery.
        if trigger.receive(batch["events"]):
            self._authorizer.record("received", trigger.connection, trigger.trigger)
        return batch["response"]

    def deliver(self, trigger: ReceivingTrigger, hand_on: Callable[[list[Json]], object]) -> int:
        """Deliver the pushed events that wait in the store, and return how many.

        Args:
            hand_on: Called with some of them at a time, the oldest first. If it raises, or this
                process ends in it, the same events are delivered again, with the same ids.
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
async def _holding(lock: AbstractContextManager[object]) -> AsyncGenerator[None]:
    """Hold a lock of the store from an event loop: acquire and release it in threads."""
    import asyncio

    guard = threading.Lock()
    acquired = abandoned = False

    def take() -> None:
        nonlocal acquired
        lock.__enter__()
        with guard:
            acquired = not abandoned
        if not acquired:
            lock.__exit__(None, None, None)

    try:
        await asyncio.to_thread(take)
    except asyncio.CancelledError:
        # The thread cannot be cancelled: it releases the lock once it has acquired it.
        with guard:
            abandoned = True
        if acquired:
            await asyncio.to_thread(lock.__exit__, None, None, None)
        raise
    try:
        yield
    finally:
        await asyncio.shield(asyncio.to_thread(lock.__exit__, None, None, None))
