"""Rows of a bulk query in the form that the REST API has: types, and parents as objects.

A bulk job gives text alone, a column for each field of a parent. The descriptions of the objects
say what the text is. A parent is null when none of its fields has a value.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from salesforce_connector.bulk.column_types import READERS, convert, describe_fields, target_of
from salesforce_connector.flow import Flow

_FROM: Final = re.compile(r"\s*SELECT\s[\w\s.,]+?\sFROM\s+(\w+)", re.IGNORECASE)


def object_of(soql: str) -> str | None:
    """Return the object of a query that selects nothing but fields; None for any other."""
    match = _FROM.match(soql)
    return match[1] if match else None


@dataclass(slots=True)
class _Node:
    """An object among the columns: the query's own, or a parent.

    Attributes:
        sobject: API name; empty for a parent that may be of several.
        cells: Position, name and reader of each column of its own.
        parents: By the relationship's name.
    """

    sobject: str
    cells: list[tuple[int, str, Callable[[str], Any]]] = field(default_factory=list)
    parents: dict[str, "_Node"] = field(default_factory=dict)


class RestRows:
    """Makes records of rows with the same columns."""

    def __init__(self, root: _Node, base: str) -> None:
        """Take the tree of the columns, and the path that addresses of records are under."""
        self._root = root
        self._base = base

    def records(self, rows: Iterable[Sequence[str]]) -> list[dict[str, Any]]:
        """Return rows as records."""
        return [self._record(self._root, row) or {} for row in rows]

    def _record(self, node: _Node, row: Sequence[str]) -> dict[str, Any] | None:
        record: dict[str, Any] = {}
        if node.sobject:
            record["attributes"] = {"type": node.sobject}
        empty = node is not self._root
        for index, name, reader in node.cells:
            cell = row[index]
            empty = empty and not cell
            record[name] = convert(reader, cell)
        for name, parent in node.parents.items():
            record[name] = self._record(parent, row)
            empty = empty and record[name] is None
        if empty:
            return None
        if node is self._root and isinstance(key := record.get("Id"), str):
            record["attributes"]["url"] = f"{self._base}/sobjects/{node.sobject}/{key}"
        return record


def rest_rows(sobject: str, names: Sequence[str], base: str) -> Flow[RestRows]:
    """Describe the objects of some columns, and give what makes records of their rows.

    Args:
        sobject: Of the query.
        names: Columns, those of parents dotted.
        base: `/services/data/vXX.X`.
    """
    root = _Node(sobject)
    fields = yield from describe_fields(sobject)
    described = {sobject.lower(): fields}
    for index, name in enumerate(names):
        node, node_fields = root, fields
        *steps, last = name.split(".")
        for step in steps:
            target = target_of(node_fields, step)
            if target.lower() not in described:
                described[target.lower()] = yield from describe_fields(target)
            node_fields = described[target.lower()]
            node = node.parents.setdefault(step, _Node(target))
        described_field = node_fields.get(last.lower())
        kind = described_field.type if described_field else ""
        node.cells.append((index, last, READERS.get(kind, str)))
    return RestRows(root, base)
