"""TYPEOF: the fields of a polymorphic parent, and of its parents, by what it is.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_typeof.htm
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesforce_emulator.schema import Field, SObject
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.name_object import NameObject
from salesforce_emulator.soql.names import Node, Scope
from salesforce_emulator.soql.rows import Cell, Row, Shape, record_url
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import Path, TypeOf, When

if TYPE_CHECKING:
    from salesforce_emulator.soql.selection import Selection


def add_typeof(selection: "Selection", scope: Scope, item: TypeOf, version: float) -> None:
    """Select what TYPEOF says.

    Raises:
        Refused: The relationship is not polymorphic, or a WHEN names what it cannot be.
    """
    nodes, reference = scope.reference(item.path)
    name = reference.relationship_name
    if len(reference.reference_to) < 2 or name is None:
        raise errors.malformed(
            f"TYPEOF is for polymorphic relationships alone, cannot use: {item.path}", item.at
        )
    key = nodes[-1].column(reference)
    id_at = selection.column(Sql(key))
    makers: dict[str, Cell] = {}
    for when in item.whens:
        target = _target(scope, reference, when)
        node = scope.joined(nodes[-1], f"{name}:{target.name}", target, key)
        shape = Shape(id_at, {"": (target.name, record_url(version, target))})
        _fill(selection, scope, shape, node, when.fields, len(nodes))
        makers[target.key_prefix] = shape.maker()
    if item.otherwise:
        others = NameObject(scope.schema, reference.reference_to)
        rest = Node(others, "", key)
        for target in others.targets:
            shape = Shape(id_at, {"": (target.name, record_url(version, target))})
            _fill(selection, scope, shape, rest, item.otherwise, len(nodes))
            makers.setdefault(target.key_prefix, shape.maker())
    holder = selection.parent_in(selection.shape, nodes, item.at)
    holder.add(name, _chosen(makers, id_at), item.at)


def _target(scope: Scope, reference: Field, when: When) -> SObject:
    target = scope.schema.get(when.sobject)
    if target is None:
        raise errors.unsupported_type(when.sobject, when.at)
    if target.name not in reference.reference_to:
        raise errors.malformed(f"{reference.relationship_name} can not be a {target.name}", when.at)
    return target


def _fill(
    selection: "Selection",
    scope: Scope,
    shape: Shape,
    node: Node,
    paths: Sequence[Path],
    above: int,
) -> None:
    for path in paths:
        selection.put(shape, scope.find_from(node, path, above))


def _chosen(makers: dict[str, Cell], id_at: int) -> Cell:
    def make(row: Row) -> object:
        maker = makers.get((row[id_at] or "")[:3])
        return None if maker is None else maker(row)

    return make
