"""The faults that are ordered of one org, and which request gets which."""

import random
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from salesforce_emulator.faults.fault import Fault

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

ADMIN_PATH = "/local-org/"
"""Below it are the local org's own routes; no fault happens to them."""


class Faults:
    """An org's faults, in the order in which they were ordered.

        faults_of(org).add("reset_after", method="POST", path="/sobjects/Account$")

    A request gets the first one that fits and is not spent. Chance is the same for the same seed
    and the same order of requests.
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(f"faults {seed}")  # noqa: S311 - the same, not secret
        self._lock = threading.Lock()
        self._ordered: list[Fault] = []

    def add(self, kind: str, **conditions: Any) -> Fault:
        """Schedule a fault; the arguments and their bounds are those of `Fault`.

        Raises:
            BadFault: There is no such fault, or a condition cannot be.
        """
        return self.order(Fault.from_json({"kind": kind, **conditions}))

    def order(self, fault: Fault) -> Fault:
        """Schedule an existing `Fault`."""
        with self._lock:
            self._ordered.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._ordered.clear()

    def __iter__(self) -> Iterator[Fault]:
        with self._lock:
            return iter(list(self._ordered))

    def take(self, method: str, path: str) -> Fault | None:
        """Return what happens to a request, and count it; None when nothing does."""
        if not self._ordered or path.startswith(ADMIN_PATH):
            return None
        with self._lock:
            for fault in self._ordered:
                if fault.spent or not fault.fits(method, path) or fault.passes():
                    continue
                if fault.probability < 1 and self._random.random() >= fault.probability:
                    continue
                fault.happened += 1
                return fault
        return None


def faults_of(org: "Org") -> Faults:
    """Return the faults that are ordered of an org."""
    return org.part(_new_faults)


def _new_faults(org: "Org") -> Faults:
    return Faults(org.seed)
