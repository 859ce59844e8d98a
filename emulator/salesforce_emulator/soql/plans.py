"""Puts a query for records together, with its subqueries: SQL for its rows and for its ids.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_relationships.htm
"""

# SQL is built from the schema's names; values of a statement are bound as parameters.
# ruff: noqa: S608

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from salesforce_emulator.schema import Field, Schema
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.aggregates import is_grouped
from salesforce_emulator.soql.currency import corporate
from salesforce_emulator.soql.filters import filter_of, offset_of
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.operands import operand
from salesforce_emulator.soql.ordering import check_count, order_by
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.rows import Cell
from salesforce_emulator.soql.selection import Selection
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import Comparison, Junction, Membership, Query

MAX_BATCH: Final = 2_000  # records a page, REST query default and most
LONG_TEXT_BATCH: Final = 1_000  # records a page with a long text, as recorded
LONG_TEXTS_BATCH: Final = 200  # records a page with two custom long texts, REST guide
MAX_SUBQUERIES: Final = 20  # in one query, SOQL and SOSL limits
MAX_DEPTH: Final = 4  # subqueries within subqueries since v58: five levels with the root
_DEEP_SINCE: Final = 58.0  # the version; before it, one level


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """A query for records, compiled.

    Attributes:
        sobject: What the records are of.
        name: The key that a subquery's result goes under; empty for the root.
        root: The root's table in the SQL.
        selected: The columns.
        table: What they are read from, joins with it.
        where: The condition; its text is empty when there is none.
        order: What ORDER BY takes.
        limit: None when there is none.
        make: Makes a record of a row.
        id_at: Where a row has the record's id.
        link: SQL of a subquery's reference to its parent; empty for the root.
        link_at: Where a row has it.
        children: The subqueries, in order.
        batch: Records a page at most, whatever is requested.
    """

    sobject: str
    name: str
    root: str
    selected: Sql
    table: str
    where: Sql
    order: Sql
    limit: int | None
    offset: int
    make: Cell
    id_at: int
    link: str
    link_at: int
    children: "tuple[RecordPlan, ...]"
    batch: int

    def first(self, count: int) -> Sql:
        """Return the SQL of the first rows."""
        return self._query(self.selected, count if self.limit is None else min(count, self.limit))

    def ids(self) -> Sql:
        """Return the SQL of all ids, in order."""
        return self._query(Sql(f'{self.root}."Id"'), -1 if self.limit is None else self.limit)

    def by_ids(self, ids: str) -> Sql:
        """Return the SQL of rows by their ids, a JSON array, in its order."""
        text = (
            f"SELECT {self.selected.text} FROM json_each(?) AS k CROSS JOIN {self.table}"
            f' WHERE {self.root}."Id" = k.value ORDER BY k.key'
        )
        return Sql(text, (*self.selected.params, ids))

    def of_parents(self, ids: str) -> Sql:
        """Return the SQL of a subquery's rows for parents by their ids, a JSON array."""
        where = f"{self.where.text} AND " if self.where.text else ""
        text = (
            f"SELECT {self.selected.text} FROM {self.table}"
            f" WHERE {where}{self.link} IN (SELECT value FROM json_each(?))"
            f" ORDER BY {self.order.text}"
        )
        params = (*self.selected.params, *self.where.params, ids, *self.order.params)
        return Sql(text, params)

    def _query(self, selected: Sql, limit: int) -> Sql:
        where = f" WHERE {self.where.text}" if self.where.text else ""
        text = (
            f"SELECT {selected.text} FROM {self.table}{where} ORDER BY {self.order.text}"
            " LIMIT ? OFFSET ?"
        )
        params = (*selected.params, *self.where.params, *self.order.params)
        return Sql(text, (*params, limit, self.offset))


def plan_records(query: Query, scope: Scope, context: QueryContext) -> RecordPlan:
    """Compile a query for records, its subqueries too.

    Raises:
        SoqlError: It refers to an unknown name, or breaks a rule.
    """
    if _count_subqueries(query) > MAX_SUBQUERIES:
        raise errors.malformed(f"A query takes {MAX_SUBQUERIES} subqueries at most")
    return _Planner(scope.schema, context).plan(query, scope, "", "")


def plan_count(query: Query, scope: Scope, context: QueryContext) -> Sql:
    """Compile `SELECT COUNT()`: SQL that returns one number.

    Raises:
        SoqlError: It refers to an unknown name, or breaks a rule.
    """
    scope.name_sources(query.sources)
    for order in query.orders:
        raise errors.ordered_must_be_grouped(str(order.by), order.by.at)
    where = filter_of(query, scope, context)
    limit = -1 if query.limit is None else query.limit.value
    rows = (
        f'SELECT 1 FROM "{scope.sobject.name}" AS {scope.root.alias}{scope.joins()}'
        f"{f' WHERE {where.text}' if where.text else ''} LIMIT ? OFFSET ?"
    )
    return Sql(f"SELECT count(*) FROM ({rows})", (*where.params, limit, offset_of(query)))


class _Planner:
    """Compiles a query and those within it; each has tables of its own in the SQL."""

    def __init__(self, schema: Schema, context: QueryContext) -> None:
        self._schema = schema
        self._context = context

    def plan(
        self, query: Query, scope: Scope, name: str, link_field: str, depth: int = 0
    ) -> RecordPlan:
        scope.name_sources(query.sources)
        selection = Selection(scope, self._context)
        selection.take(query.columns, _most_rows(query))
        check_count(query.orders)
        order = order_by(
            query.orders,
            lambda item: corporate(operand(item, scope, self._context), self._context),
            f"{scope.root.id} ASC",
        )
        where = filter_of(query, scope, self._context)
        link = f'{scope.root.alias}."{link_field}"' if link_field else ""
        link_at = selection.column(Sql(link)) if link else -1
        children = tuple(
            self._child(child, query, scope, selection, depth + 1) for child in selection.children
        )
        return RecordPlan(
            sobject=scope.sobject.name,
            name=name,
            root=scope.root.alias,
            selected=selection.columns,
            table=f'"{scope.sobject.name}" AS {scope.root.alias}{scope.joins()}',
            where=where,
            order=order,
            limit=None if query.limit is None else query.limit.value,
            offset=offset_of(query),
            make=selection.shape.maker(),
            id_at=selection.shape.id_at,
            link=link,
            link_at=link_at,
            children=children,
            batch=_batch(selection.long_texts),
        )

    def _child(
        self, query: Query, parent: Query, scope: Scope, selection: Selection, depth: int
    ) -> RecordPlan:
        self._check_child(query, parent, depth)
        path = query.source.path
        here = {scope.sobject.name.lower(), parent.source.alias.lower()}
        *before, name = path.names
        is_known = not before or (len(before) == 1 and before[0].lower() in here)
        relationship = scope.sobject.child(name) if is_known else None
        if relationship is None or relationship.relationship_name is None:
            raise errors.no_such_child(str(path), path.at)
        sobject = self._schema.get(relationship.child_sobject)
        if sobject is None:
            raise errors.not_offered(f"the object {relationship.child_sobject}", path.at)
        selection.child(relationship.relationship_name, query.at)
        inner = Scope(self._schema, sobject)
        return self.plan(query, inner, relationship.relationship_name, relationship.field, depth)

    def _check_child(self, query: Query, parent: Query, depth: int) -> None:
        if depth > (MAX_DEPTH if self._context.version >= _DEEP_SINCE else 1):
            levels = MAX_DEPTH if self._context.version >= _DEEP_SINCE else 1
            raise errors.malformed(
                "SOQL statements cannot query aggregate relationships more than"
                f" {levels} level away from the root entity object.",
                query.at,
            )
        if is_grouped(query):
            raise errors.malformed("Only root queries support aggregate expressions", query.at)
        if query.offset is not None and (parent.limit is None or parent.limit.value != 1):
            raise errors.malformed(
                "OFFSET in a subquery needs LIMIT 1 in the query around it", query.offset.at
            )


def _most_rows(query: Query) -> int | None:
    """Return the most rows that a query can find by its LIMIT or its ids; None if unknown."""
    bounds = [] if query.limit is None else [query.limit.value]
    where = query.where
    parts = where.parts if isinstance(where, Junction) and where.operator == "AND" else (where,)
    for part in parts:
        if not isinstance(part, Comparison | Membership) or str(part.left).lower() != "id":
            continue
        if part.operator == "=":
            bounds.append(1)
        elif isinstance(part, Membership) and part.operator == "IN":
            bounds.append(len(part.values))
    return min(bounds, default=None)


def _batch(long_texts: Sequence[Field]) -> int:
    if sum(long_text.custom for long_text in long_texts) >= 2:
        return LONG_TEXTS_BATCH
    return LONG_TEXT_BATCH if long_texts else MAX_BATCH


def _count_subqueries(query: Query) -> int:
    inner = [column.item for column in query.columns if isinstance(column.item, Query)]
    return len(inner) + sum(map(_count_subqueries, inner))
