"""Writes the selection of a list of records as SOQL, with its parents and children.

https://developer.salesforce.com/docs/platform/graphql/guide/query-record-objects.html
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from salesforce_emulator.graphql.conditions import Conditions
from salesforce_emulator.graphql.errors import invalid, not_offered
from salesforce_emulator.graphql.fields import (
    ChildrenSelection,
    ConnectionSelection,
    FieldSelection,
    ParentSelection,
    RecordSelection,
)
from salesforce_emulator.schema import Schema

DEFAULT: Final = 10  # records of a list without `first`
MAX_RECORDS: Final = 2_000  # records of one page

_ARGUMENTS: Final = frozenset({"first", "after", "where", "orderBy", "scope", "upperBound"})
_SCOPES: Final = (None, "EVERYTHING", "MINE")


@dataclass(frozen=True, slots=True)
class Page:
    """Which records of a list are requested."""

    first: int
    offset: int


def page_of(selection: ConnectionSelection) -> Page:
    """Read `first` and `after`.

    Raises:
        GraphQLRequestError: One is out of bounds, or there is an argument that does not belong.
    """
    arguments, path = selection.selected.arguments, selection.selected.path
    for name in arguments:
        if name not in _ARGUMENTS:
            raise invalid(f"Unknown field argument {name}", path, [selection.selected.location])
    first = arguments.get("first")
    first = DEFAULT if first is None else first
    if type(first) is not int or not 1 <= first <= MAX_RECORDS:
        raise invalid(
            f"first must be between 1 and {MAX_RECORDS}", path, [selection.selected.location]
        )
    after = arguments.get("after")
    if after is None:
        return Page(first, 0)
    offset = _offset(after)
    if offset is None:
        raise invalid(f"after is no cursor of ours: {after}", path, [selection.selected.location])
    return Page(first, offset)


def cursor(position: int) -> str:
    """Return the cursor of a record: its position in the list, from 1."""
    return base64.b64encode(json.dumps({"o": position}).encode()).decode()


def _offset(text: object) -> int | None:
    try:
        message = json.loads(base64.b64decode(str(text), validate=True))
    except (ValueError, RecursionError):
        return None
    offset = message.get("o") if isinstance(message, dict) else None
    return offset if type(offset) is int and offset >= 0 else None


class Statements:
    """Writes SOQL of connections."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def of(self, selection: ConnectionSelection, limit: int) -> str:
        """Write the query for a list of records, as many as `limit`."""
        return f"{self._select(selection, selection.record.sobject.name)} LIMIT {limit}"

    def count(self, selection: ConnectionSelection) -> str:
        """Write the query that counts a list's records."""
        name = selection.record.sobject.name
        return f"SELECT COUNT() FROM {name}{self._filter(selection)}"  # noqa: S608 - SOQL

    def _select(self, selection: ConnectionSelection, source: str) -> str:
        columns = dict.fromkeys(("Id", *self._columns(selection.record, "")))
        arguments = selection.selected.arguments
        conditions = Conditions(self._schema, selection.selected.path)
        orders = [*conditions.order(arguments.get("orderBy"), selection.record.sobject)]
        order = f" ORDER BY {', '.join(orders)}" if orders else ""
        return f"SELECT {', '.join(columns)} FROM {source}{self._filter(selection)}{order}"  # noqa: S608

    def _filter(self, selection: ConnectionSelection) -> str:
        arguments, path = selection.selected.arguments, selection.selected.path
        scope = arguments.get("scope")
        if scope not in _SCOPES:
            raise not_offered(f"the scope {scope}", path)
        where = Conditions(self._schema, path).where(
            arguments.get("where"), selection.record.sobject
        )
        using = " USING SCOPE mine" if scope == "MINE" else ""
        return f"{using}{f' WHERE {where}' if where else ''}"

    def _columns(self, record: RecordSelection, prefix: str) -> Iterator[str]:
        names: dict[str, Any] = {}
        for item in record.items:
            if isinstance(item, FieldSelection):
                yield f"{prefix}{item.field.name}"
            elif isinstance(item, ParentSelection):
                yield from self._parent(item, prefix)
            elif isinstance(item, ChildrenSelection):
                if prefix:
                    raise not_offered("children of a parent", item.selected.path)
                if names.setdefault(item.relationship, item) is not item:
                    raise not_offered(f"{item.relationship} twice", item.selected.path)
                page_of(item.connection)
                yield f"({self._select(item.connection, item.relationship)})"

    def _parent(self, item: ParentSelection, prefix: str) -> Iterator[str]:
        """Write a parent's columns; where it may be of several types, as TYPEOF."""
        path = f"{prefix}{item.field.relationship_name}"
        several = item.field.polymorphic or len(item.field.reference_to) > 1
        if not several:
            (record,) = item.nodes.values()
            yield f"{path}.Id"
            yield from self._columns(record, f"{path}.")
            return
        whens = []
        for name, record in item.nodes.items():
            columns = dict.fromkeys(("Id", *self._columns(record, "")))
            if any(column.startswith(("(", "TYPEOF")) for column in columns):
                raise not_offered("lists and typed parents within '... on'", item.selected.path)
            whens.append(f"WHEN {name} THEN {', '.join(columns)}")
        yield f"TYPEOF {path} {' '.join(whens)} ELSE Id END" if whens else f"{path}.Id"
