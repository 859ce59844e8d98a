"""What one org has that does things, by name."""

import random
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from salesforce_emulator.automation.apex_rest import ApexRest
from salesforce_emulator.automation.approval_process import ApprovalProcess
from salesforce_emulator.automation.emails import Email
from salesforce_emulator.automation.invocable import STANDARD, Invocable
from salesforce_emulator.automation.quick_actions import GLOBAL, QuickAction
from salesforce_emulator.reports.report import Report


class Named(Protocol):
    """Something that has an API name."""

    @property
    def name(self) -> str: ...


Item = TypeVar("Item", bound=Named)


class Registry(Generic[Item]):
    """Things by API name, in any case, in the order they were added."""

    def __init__(self) -> None:
        self._by_name: dict[str, Item] = {}

    def __iter__(self) -> Iterator[Item]:
        return iter(tuple(self._by_name.values()))

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def add(self, item: Item) -> None:
        """Add one; one of the same name goes."""
        self._by_name[item.name.lower()] = item

    def get(self, name: str) -> Item | None:
        """Give the one of a name; None when there is none."""
        return self._by_name.get(name.lower())


class Automation:
    """What one org has of flows, Apex and the like; may be added to while it runs.

    Attributes:
        actions: Flows and invocable Apex, by kind; `add` adds one.
        apex_rest: Endpoints below `/services/apexrest`.
        quick_actions: The global ones that every org has, and what is added.
        approval_processes: What `approval_process.declare` added.
        reports: What `reports.report.declare` added.
        report_wait: Seconds that such a run takes by the org's clock; may be set.
        outbox: E-mails that were sent, in order.
    """

    def __init__(self, seed: int) -> None:
        self.actions: dict[str, Registry[Invocable]] = {"apex": Registry(), "flow": Registry()}
        self.apex_rest: Registry[ApexRest] = Registry()
        self.quick_actions: list[QuickAction] = [*GLOBAL]
        self.approval_processes: Registry[ApprovalProcess] = Registry()
        self.reports: Registry[Report] = Registry()
        self.report_wait: float = 0
        self.outbox: list[Email] = []
        # To be the same for the same seed, not to be secret.
        self._random = random.Random(f"interviews {seed}")  # noqa: S311

    def add(self, action: Invocable) -> None:
        """Add a flow or invocable Apex.

        Raises:
            ValueError: It is of another kind.
        """
        if action.kind == STANDARD or action.kind not in self.actions:
            raise ValueError(f"{action.kind} actions are not added")
        self.actions[action.kind].add(action)

    def of_kind(self, kind: str) -> tuple[Invocable, ...]:
        """Give the custom actions of a kind, in the order they were added."""
        return tuple(self.actions.get(kind, ()))

    def quick_actions_of(self, sobject: str | None) -> list[QuickAction]:
        """Give an sobject's quick actions, and the global ones; None gives those alone."""
        name = "" if sobject is None else sobject.lower()
        return [
            each
            for each in self.quick_actions
            if each.sobject is None or each.sobject.lower() == name
        ]

    def interview_guid(self) -> str:
        """Give the GUID of the next flow interview."""
        return f"{self._random.getrandbits(136):034x}-{self._random.getrandbits(16):04x}"
