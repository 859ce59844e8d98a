"""Resolves paths of names to fields and the joins that lead to them.

A `Scope` is what one SELECT can name: its sobject, the parents that its paths go through, and the
aliases of its FROM. A parent is joined from the left, so that a row without one stays. A reference
that may point at several sobjects leads to the pseudo-object Name (`name_object.py`).

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_relationships_understanding.htm
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from salesforce_emulator.schema import Field, Schema, SObject
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.name_object import NameObject
from salesforce_emulator.soql.syntax import Path, Source

MAX_LEVELS: Final = 5  # relationships in one path, SOQL and SOSL limits
MAX_PARENTS: Final = 55  # child-to-parent relationships in one query, SOQL and SOSL limits


@dataclass(slots=True, eq=False)
class Node:
    """A table of a query: the root, or a parent of a field path.

    Attributes:
        sobject: What it is a row of; the pseudo-object Name when the reference is polymorphic.
        alias: Its name in the SQL.
        key: SQL of the id that leads here from the node before.
        relationship: The relationship's name as the schema spells it; empty for the root.
        parents: The nodes that lead on from here, by relationship in lower case.
    """

    sobject: SObject | NameObject
    alias: str
    key: str
    relationship: str = ""
    parents: "dict[str, Node]" = field(default_factory=dict)

    def column(self, field: Field) -> str:
        """Return the SQL of one of its stored fields."""
        if isinstance(self.sobject, NameObject):
            return self.sobject.value(field, self.key)
        return f'{self.alias}."{field.name}"'

    @property
    def id(self) -> str:
        """Return the SQL of its Id; NULL for a parent that does not exist."""
        return self.key if isinstance(self.sobject, NameObject) else f'{self.alias}."Id"'


@dataclass(frozen=True, slots=True)
class ResolvedField:
    """A resolved field: the nodes that lead to it, the root first, and the field itself."""

    nodes: tuple[Node, ...]
    field: Field
    path: Path

    @property
    def node(self) -> Node:
        return self.nodes[-1]

    @property
    def sql(self) -> str:
        return self.node.column(self.field)


class Scope:
    """What one SELECT can name, and the joins that it needs so far."""

    def __init__(self, schema: Schema, sobject: SObject, alias: str = "t") -> None:
        """Begin with the sobject of FROM; `alias` sets its tables apart from other SELECTs'."""
        self.schema = schema
        self.sobject = sobject
        self.root = Node(sobject, f"{alias}0", "")
        self._prefix = alias
        self._joined: list[Node] = []
        self._relationships = 0
        self._aliases: dict[str, tuple[str, ...]] = {sobject.name.lower(): ()}

    def name_sources(self, sources: Sequence[Source]) -> None:
        """Read the aliases of FROM: of the sobject, and of paths that begin at it.

        Raises:
            SoqlError: A path leads nowhere, or a second sobject is in FROM.
        """
        first, *others = sources
        if first.alias:
            self._aliases[first.alias.lower()] = ()
        for source in others:
            names = self._expand(source.path.names)
            if len(source.path.names) == len(names):  # it began with neither alias nor sobject
                raise errors.no_such_child(source.path.names[0], source.path.at)
            self._walk(names, source.path)
            alias = source.alias or source.path.names[-1]
            self._aliases[alias.lower()] = tuple(names)

    def find(self, path: Path) -> ResolvedField:
        """Find a field by its path.

        Raises:
            SoqlError: INVALID_FIELD, naming the relationship or the column that does not exist.
        """
        *names, last = self._expand(path.names)
        nodes = self._walk(names, path)
        return ResolvedField(nodes, self._field(nodes[-1], last, path), path)

    def find_from(self, start: Node, path: Path, above: int) -> ResolvedField:
        """Find a field by its path from a parent on, as TYPEOF's branches name it.

        Args:
            above: How many relationships lead to `start`.
        """
        *names, last = path.names
        nodes = self._walk(names, path, start, above)
        return ResolvedField(nodes, self._field(nodes[-1], last, path), path)

    def reference(self, path: Path) -> tuple[tuple[Node, ...], Field]:
        """Find the reference field that a path of relationships ends with, as TYPEOF names it."""
        *names, last = self._expand(path.names)
        nodes = self._walk(names, path)
        relationship = nodes[-1].sobject.relationship(last)
        if relationship is None:
            raise errors.no_such_relationship(last, path.at)
        return nodes, relationship

    def joined(self, node: Node, name: str, target: SObject | NameObject, key: str) -> Node:
        """Return the parent of a node that `key` leads to, joining it when it is not yet."""
        joined = node.parents.get(name.lower())
        if joined is None:
            joined = Node(target, f"{self._prefix}{len(self._joined) + 1}", key, name)
            node.parents[name.lower()] = joined
            self._joined.append(joined)
        return joined

    def joins(self) -> str:
        """Return the SQL that joins the parents."""
        return "".join(
            f' LEFT JOIN "{node.sobject.name}" AS {node.alias} ON {node.alias}."Id" = {node.key}'
            for node in self._joined
            if isinstance(node.sobject, SObject)
        )

    def _expand(self, names: Sequence[str]) -> list[str]:
        """Replace an alias by its path; drop the sobject's own name."""
        start = self._aliases.get(names[0].lower()) if len(names) > 1 else None
        return list(names) if start is None else [*start, *names[1:]]

    @staticmethod
    def _field(node: Node, name: str, path: Path) -> Field:
        field = node.sobject.field(name)
        if field is None:
            raise errors.no_such_column(name, node.sobject.name, path.at)
        return field

    def _walk(
        self, names: Sequence[str], path: Path, start: Node | None = None, above: int = 0
    ) -> tuple[Node, ...]:
        if above + len(names) > MAX_LEVELS:
            raise errors.too_many_levels(path.at)
        nodes = [start or self.root]
        for name in names:
            nodes.append(self._step(nodes[-1], name, path))
        return tuple(nodes)

    def _step(self, node: Node, name: str, path: Path) -> Node:
        joined = node.parents.get(name.lower())
        if joined is not None:
            return joined
        relationship = node.sobject.relationship(name)
        if relationship is None or relationship.relationship_name is None:
            raise errors.no_such_relationship(name, path.at)
        self._relationships += 1
        if self._relationships > MAX_PARENTS:
            raise errors.too_many_parents(path.at)
        return self.joined(
            node,
            relationship.relationship_name,
            self._target(relationship, path),
            node.column(relationship),
        )

    def _target(self, field: Field, path: Path) -> SObject | NameObject:
        if len(field.reference_to) > 1:
            return NameObject(self.schema, field.reference_to)
        target = self.schema.get(field.reference_to[0]) if field.reference_to else None
        if target is None:
            names = ", ".join(field.reference_to)
            raise errors.not_offered(f"the object {names} that {field.name} refers to", path.at)
        return target
