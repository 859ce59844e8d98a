"""The rules for records of each object, as descriptions have shown them; they send nothing.

Rules that let a record through are never loaded again: Salesforce itself refuses what has changed
since.
"""

import threading
from collections import OrderedDict
from typing import Final

from salesforce_connector.metadata.object_outline import ObjectOutline
from salesforce_connector.metadata.record_rules import RecordRules

MAX_OBJECTS: Final = 100  # of one connection; most rules are shared by all connections


class KnownFields:
    """The rules of one connection's objects; safe to use from several threads.

    The least recently used object is dropped when there are too many.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._rules: OrderedDict[str, RecordRules] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, sobject: str) -> RecordRules | None:
        """Return the rules of an object, None when it was never described."""
        name = sobject.lower()
        with self._lock:
            rules = self._rules.get(name)
            if rules is not None:
                self._rules.move_to_end(name)
            return rules

    def learn(self, sobject: str, about: ObjectOutline) -> RecordRules:
        """Keep what a description shows."""
        rules = RecordRules.of(about)
        with self._lock:
            self._rules[sobject.lower()] = rules
            self._rules.move_to_end(sobject.lower())
            if len(self._rules) > MAX_OBJECTS:
                self._rules.popitem(last=False)
        return rules
