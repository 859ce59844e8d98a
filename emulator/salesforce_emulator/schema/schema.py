"""The sobjects of one org: the standard ones, and custom objects and fields added to them.

A schema is immutable: adding returns another. Additions of the default org are in `custom.py`. Most
standard objects are never used: those of the catalog are created on first use.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from salesforce_emulator.schema.catalog import catalog
from salesforce_emulator.schema.field import Field
from salesforce_emulator.schema.package_names import namespace_of, of_package
from salesforce_emulator.schema.sobject import ChildRelationship, SObject
from salesforce_emulator.schema.table import standard_objects


class Schema:
    """All sobjects of an org, in order; looked up without regard to case.

    Iterating yields its own sobjects, without those of the catalog; `every` yields all.
    """

    def __init__(self, objects: Iterable[SObject], *, catalogued: bool = False) -> None:
        """Make one.

        Args:
            catalogued: The schema includes the standard objects of the catalog.
        """
        self._objects = {item.name.lower(): item for item in objects}
        self._catalogued = catalogued
        self._prefixes: dict[str, SObject] = {}
        for entry in self._objects.values():  # four status tables share a prefix: the first has it
            self._prefixes.setdefault(entry.key_prefix, entry)

    @classmethod
    def standard(cls) -> "Schema":
        """Read the standard objects."""
        return cls(standard_objects(), catalogued=True)

    def __iter__(self) -> Iterator[SObject]:
        return iter(self._objects.values())

    def __len__(self) -> int:
        return len(self._objects)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __getitem__(self, name: str) -> SObject:
        """Return an sobject that must exist.

        Raises:
            KeyError: There is none; for a name that came over the wire use `get`.
        """
        result = self.get(name)
        if result is None:
            raise KeyError(name)
        return result

    def get(self, name: str) -> SObject | None:
        """Return an sobject by API name, in any case; None when there is none."""
        result = self._objects.get(name.lower())
        if result is None and self._catalogued:
            return catalog().get(name)
        return result

    def by_prefix(self, prefix: str) -> SObject | None:
        """Return the sobject that ids beginning with these three characters are of."""
        result = self._prefixes.get(prefix[:3])
        if result is None and self._catalogued:
            return catalog().by_prefix(prefix[:3])
        return result

    def every(self) -> Iterator[SObject]:
        """Return all sobjects, its own first."""
        yield from self
        if self._catalogued:
            yield from (item for item in catalog() if not self.owns(item.name))

    def owns(self, name: str) -> bool:
        """Return whether an sobject is there beside the catalog."""
        return name.lower() in self._objects

    def having(self, objects: Iterable[SObject]) -> "Schema":
        """Return a schema with these sobjects in place of its own."""
        return Schema(objects, catalogued=self._catalogued)

    def with_objects(self, *objects: SObject) -> "Schema":
        """Return this schema with more objects; parents learn of their new children.

        An object replaces one of the same name.
        """
        merged = {item.name: item for item in (*self, *objects)}
        return self.having(_related(merged, {item.name: item.fields for item in objects}))

    def with_fields(self, sobject: str, *fields: Field) -> "Schema":
        """Return this schema with more fields on one sobject; parents learn of their new children.

        Raises:
            KeyError: There is no such sobject.
        """
        extended = self[sobject].extended(fields=fields)
        merged = {item.name: item for item in self} | {extended.name: extended}
        return self.having(_related(merged, {extended.name: fields}))

    def with_target(
        self,
        sobject: str,
        field: str,
        target: str,
        relationship: str | None,
        *,
        cascades: bool = False,
    ) -> "Schema":
        """Return this schema with a reference that may point at one more sobject.

        Args:
            relationship: The name by which the target finds what points at it, if it has one.
            cascades: What points at it goes with it.

        Raises:
            KeyError: There is no such sobject or field.
        """
        below, above = self[sobject], self[target]
        reference = below.field(field)
        if reference is None:
            raise KeyError(f"{sobject}.{field}")
        if above.name in reference.reference_to:
            return self
        extended = replace(reference, reference_to=(*reference.reference_to, above.name))
        child = ChildRelationship(below.name, reference.name, relationship, cascades)
        changed = {
            below.name: below.with_field(extended),
            above.name: above.extended(children=(child,)),
        }
        return self.having(changed.get(item.name, item) for item in self)


def _related(
    objects: Mapping[str, SObject], added: Mapping[str, Iterable[Field]]
) -> Iterator[SObject]:
    """Add to each object the child relationships that the added reference fields make."""
    children: dict[str, list[ChildRelationship]] = {}
    for name, fields in added.items():
        for field in fields:
            if not field.custom or field.type != "reference":
                continue
            plural = objects[name].label_plural.replace(" ", "")
            plural = of_package(plural, namespace_of(field.name))
            child = ChildRelationship(
                name, field.name, f"{plural}__r", field.cascade_delete, field.restricted_delete
            )
            for target in field.reference_to:
                children.setdefault(target, []).append(child)
    for item in objects.values():
        new = [child for child in children.get(item.name, ()) if child not in item.children]
        yield item.extended(children=new) if new else item
