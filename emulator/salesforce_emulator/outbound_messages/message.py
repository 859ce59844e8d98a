"""Which outbound messages an org has, and when a save queues a notification of one.

https://help.salesforce.com/s/articleView?id=platform.workflow_om_considerations.htm
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from salesforce_emulator.http.loopback import is_loopback
from salesforce_emulator.outbound_messages.queue import Queue
from salesforce_emulator.records.declared.rules import declared_rules
from salesforce_emulator.records.save_context import SaveContext

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

ID_PREFIX: Final = "04k"  # key prefix of outbound messages


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """An outbound message, with the rule that sends it.

    Attributes:
        id: 18 characters; `ActionId` of the notification.
        fields: API names of the fields that are sent beside Id.
        endpoint: URL on this machine.
        on_create, on_update: Which saves may queue a notification.
        when: True of the records that it is for; None for all.
        only_newly: An update counts only when `when` was not true of the record before.
    """

    id: str
    name: str
    sobject: str
    fields: tuple[str, ...]
    endpoint: str
    on_create: bool = True
    on_update: bool = True
    when: Callable[[SaveContext], bool] | None = None
    only_newly: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.endpoint)
        if parts.scheme not in {"http", "https"} or not is_loopback(parts.hostname or ""):
            raise ValueError(f"{self.endpoint} is no http URL of this machine")

    def is_for(self, save: SaveContext) -> bool:
        """Return whether a save queues a notification."""
        if save.sobject.name != self.sobject:
            return False
        if not (self.on_create if save.new else self.on_update):
            return False
        if self.when is None:
            return True
        if not self.when(save):
            return False
        return not (self.only_newly and save.before is not None and self._held_before(save))

    def _held_before(self, save: SaveContext) -> bool:
        before = SaveContext(
            save.org, save.user_id, save.sobject, save.record_id,
            dict(save.before or {}), None, (), save.now,
        )  # fmt: skip
        return self.when is not None and self.when(before)


class OutboundMessages:
    """The outbound messages of one org.

    Attributes:
        queue: The notifications that are yet to be acknowledged.
    """

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._by_name: dict[str, OutboundMessage] = {}
        self.queue = Queue(org)

    def __iter__(self) -> Iterator[OutboundMessage]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def get(self, name: str) -> OutboundMessage | None:
        """Return the message of a name; None when there is none."""
        return self._by_name.get(name)

    def add(self, message: OutboundMessage) -> None:
        """Add one; saves from now on queue notifications of it.

        Raises:
            ValueError: There is one of its name.
        """
        if message.name in self._by_name:
            raise ValueError(f"there is an outbound message {message.name} already")
        if not self._by_name:
            declared_rules(self._org).after_save.append(self._queue)
        self._by_name[message.name] = message

    def _queue(self, save: SaveContext) -> None:
        for message in self:
            if message.is_for(save):
                self.queue.add(message.name, save.sobject.name, save.record_id)


def outbound_messages_of(org: "Org") -> OutboundMessages:
    """Return an org's outbound messages."""
    return org.part(OutboundMessages)
