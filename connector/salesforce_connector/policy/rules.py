"""A connection's restrictions, and the describes that are needed to enforce them.

It knows objects and relationships, not where a call has them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from salesforce_connector.flow import Call, Flow
from salesforce_connector.metadata.object_outline import ObjectOutline, fetch_outline
from salesforce_connector.policy.errors import not_allowed, read_only, unverifiable


class Rules:
    """What calls are held to.

    Attributes:
        read_only: Whether nothing may be changed.
        objects: The only objects that may be used; empty for all.
    """

    def __init__(self, *, read_only: bool, objects: Iterable[str]) -> None:
        self.read_only = read_only
        self.objects = frozenset(name.casefold() for name in objects)

    def check_write(self, what: str) -> None:
        """Record that a call changes something.

        Raises:
            Forbidden: Nothing may be changed.
        """
        if self.read_only:
            raise read_only(what)

    def check_object(self, sobject: Any) -> None:
        """Record that a call uses an object.

        Raises:
            Forbidden: It is not one of those allowed.
        """
        if not self.objects:
            return
        if not isinstance(sobject, str):
            raise unverifiable("it does not say which object it is about")
        if sobject.casefold() not in self.objects:
            raise not_allowed(sobject)

    def check_unknown_objects(self, what: str) -> None:
        """Record that a call does not show which objects it uses.

        Raises:
            Forbidden: Only some may be used.
        """
        if self.objects:
            raise unverifiable(what)

    def check_path(self, sobject: str, path: Iterable[str]) -> Flow[None]:
        """Record that a call reads along relationships to parents, from an object on.

        Raises:
            Forbidden: They lead to an object that is not allowed, or it is unknown where.
        """
        candidates = [sobject]
        for step in path:
            if not self.objects:
                return
            parents = set[str]()
            for candidate in candidates:
                parents |= _parents((yield from fetch_outline(candidate)), step)
            candidates = self._all(parents, f"{sobject} has no relationship {step} to follow")

    def child_object(self, sobject: str, relationship: str) -> Flow[str]:
        """Record that a call reaches children by a relationship's name; give their object."""
        about = yield from fetch_outline(sobject)
        name = relationship.casefold()
        children = {
            relationship.sobject
            for relationship in about.child_relationships
            if relationship.name is not None and relationship.name.casefold() == name
        }
        return self._all(children, f"{sobject} has no children {relationship}")[0]

    def check_related(self, sobject: str, step: str) -> Flow[None]:
        """Record a step from one record to what hangs on it: a file, a parent, children."""
        about = yield from fetch_outline(sobject)
        name = step.casefold()
        if any(field.name.casefold() == name and field.type == "base64" for field in about.fields):
            return
        children = {
            relationship.sobject
            for relationship in about.child_relationships
            if relationship.name is not None and relationship.name.casefold() == name
        }
        self._all(children | _parents(about, step), f"it is unknown where {step} leads")

    def check_ids(self, ids: Iterable[str]) -> Flow[None]:
        """Record that a call names records by id alone; their first characters identify the object.

        Raises:
            Forbidden: It is not an allowed object, or unknown.
        """
        if not self.objects:
            return
        from salesforce_connector.metadata.describe import read_objects  # for few calls

        summaries = read_objects((yield Call("GET", "/sobjects", cached=True)))
        names: dict[str, set[str]] = {}
        for summary in summaries:
            names.setdefault(summary.key_prefix or "", set()).add(summary.name)
        for record_id in ids:
            prefix = str(record_id)[:3]
            owners = names.get(prefix, set()) if len(prefix) == 3 else set()
            self._all(owners, f"it is unknown which object's ID begins with {prefix!r}")

    def check_record(self, sobject: str, record: Any) -> Flow[None]:
        """Record a record in a body: its type, and the parents and children in it."""
        self.check_object(sobject)
        if not self.objects:
            return
        if not isinstance(record, dict):
            raise unverifiable("a record in it is not an object")
        attributes = record.get("attributes")
        if isinstance(attributes, Mapping) and "type" in attributes:
            self.check_object(attributes["type"])
        for name, value in record.items():
            if name == "attributes" or not isinstance(value, Mapping):
                continue
            if isinstance(children := value.get("records"), list):
                below = yield from self.child_object(sobject, name)
                for child in children:
                    yield from self.check_record(below, child)
            else:
                yield from self.check_path(sobject, [name])

    def _all(self, names: set[str], unknown: str) -> list[str]:
        if not names:
            raise unverifiable(unknown)
        for name in sorted(names):
            self.check_object(name)
        return sorted(names)


def _parents(about: ObjectOutline, step: str) -> set[str]:
    name = step.casefold()
    return {
        target
        for field in about.fields
        if field.relationship_name is not None and field.relationship_name.casefold() == name
        for target in field.reference_to
    }
