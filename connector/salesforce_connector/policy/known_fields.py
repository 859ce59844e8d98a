"""The names that a write may use for each object, as describes have shown them; they send nothing.

A name that was there once is never asked for again: Salesforce itself refuses it when it is gone.
"""

import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from salesforce_connector.metadata.describe import ObjectDescription

MOST_OBJECTS: Final = 100  # of one connection; some 200 names each, which all connections share


@dataclass(frozen=True, slots=True)
class FieldNames:
    """What a record of one object may hold; all names in small letters.

    Attributes:
        fields: Its own, and `attributes`, which says what the record is.
        parents: Relationships by which a parent's external id may be given.
        children: Objects of the relationships by which a tree holds records below it.
    """

    fields: frozenset[str]
    parents: frozenset[str]
    children: Mapping[str, str]

    @classmethod
    def of(cls, about: ObjectDescription) -> "FieldNames":
        """Read them out of a describe."""
        named = [each.relationship_name for each in about.fields]
        return cls(
            frozenset({"attributes", *(_shared(each.name) for each in about.fields)}),
            frozenset(_shared(each) for each in named if each),
            {
                _shared(each.name): sys.intern(each.sobject)
                for each in about.child_relationships
                if each.name
            },
        )

    def below(self, name: str, value: Any) -> str | None:
        """Give the object of the records that a tree holds under a name; None: it holds none."""
        nested = isinstance(value, Mapping) and "records" in value
        return self.children.get(name.lower()) if nested else None

    def stranger(self, record: Mapping[str, Any]) -> str | None:
        """Give the first name of a record that the object has not; None: it has them all."""
        for name, value in record.items():
            known = name.lower()
            if known in self.fields or self.below(name, value):
                continue
            if not (isinstance(value, Mapping) and known in self.parents):
                return name
        return None


class SeenFields:
    """The names of one connection's objects; safe to use from several threads.

    The object that was used the longest time ago goes when there are too many.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._seen: OrderedDict[str, FieldNames] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, sobject: str) -> FieldNames | None:
        """Give what is known of an object, None when it was never described."""
        with self._guard:
            found = self._seen.get(sobject.lower())
            if found is not None:
                self._seen.move_to_end(sobject.lower())
            return found

    def learn(self, sobject: str, about: ObjectDescription) -> FieldNames:
        """Keep what a describe shows."""
        names = FieldNames.of(about)
        with self._guard:
            self._seen[sobject.lower()] = names
            self._seen.move_to_end(sobject.lower())
            if len(self._seen) > MOST_OBJECTS:
                self._seen.popitem(last=False)
        return names


def _shared(name: str) -> str:
    """Give a name in small letters, one object for all orgs: most have the same fields."""
    return sys.intern(name.lower())
