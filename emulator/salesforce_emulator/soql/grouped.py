"""Puts a query for groups or totals together: its SQL, and what becomes of a row.

ROLLUP and CUBE are a UNION of groupings, as SQLite has one at a time.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_groupby.htm
"""

# SQL is built from the schema's names; values of a statement are bound as parameters.
# ruff: noqa: S608

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from salesforce_emulator.soql import errors
from salesforce_emulator.soql.aggregates import Groups
from salesforce_emulator.soql.conditions import Conditions
from salesforce_emulator.soql.currency import refuse_total
from salesforce_emulator.soql.filters import filter_of, offset_of
from salesforce_emulator.soql.formatting import formatter
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.operands import Operand
from salesforce_emulator.soql.ordering import check_count, checked_keys, direction
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.rows import Cell, Row, cell
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import Call, Column, Expression, Path, Query

MAX_GROUPS: Final = 2_000  # groups of an answer: no locator goes on from it


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A compiled grouped query; `sql` returns one row more than a response may have."""

    sql: Sql
    names: tuple[str, ...]
    cells: tuple[Cell, ...]

    def record(self, row: Row) -> dict[str, Any]:
        """Return the AggregateResult of a row; it has no url."""
        record: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        for name, value in zip(self.names, self.cells, strict=True):
            record[name] = value(row)
        return record


def plan_groups(query: Query, scope: Scope, context: QueryContext) -> GroupPlan:
    """Compile a query that groups or sums.

    Raises:
        SoqlError: Something selected or ordered by is neither grouped nor an aggregate, or the
            query has a clause that such queries do not take.
    """
    scope.name_sources(query.sources)
    check_count(query.orders)
    if query.grouping is None and query.limit is not None:
        raise errors.no_limit_on_totals("LIMIT", query.limit.at)
    if query.grouping is None and query.offset is not None:
        raise errors.no_limit_on_totals("OFFSET", query.offset.at)
    where = filter_of(query, scope, context)
    groups = Groups(query.grouping, scope, context)
    selects = [_Select(query, groups, positions, context) for positions in groups.sets]
    table = f'"{scope.sobject.name}" AS {scope.root.alias}{scope.joins()}'
    parts = [select.sql(table, where) for select in selects]
    params = tuple(param for part in parts for param in part.params)
    united = " UNION ALL ".join(part.text for part in parts)
    requested = MAX_GROUPS + 1 if query.limit is None else min(query.limit.value, MAX_GROUPS + 1)
    offset = offset_of(query)
    first = selects[0]
    text = f"SELECT * FROM ({united}){first.order()} LIMIT ? OFFSET ?"
    cells = tuple(column.cell for column in first.columns)
    return GroupPlan(Sql(text, (*params, requested, offset)), first.names(), cells)


@dataclass(frozen=True, slots=True)
class _Value:
    """One selected value of a group."""

    operand: Operand
    column: Column
    cell: Cell


class _Select:
    """One grouping's SELECT: the selected values, and after them what the answer is sorted by."""

    def __init__(
        self, query: Query, groups: Groups, positions: Sequence[int], context: QueryContext
    ) -> None:
        self._query = query
        self._groups = groups
        self._positions = positions
        self._context = context
        self._keys = self._sort_keys()
        self.columns = [self._column(at, column) for at, column in enumerate(query.columns)]
        self._having = Sql("")
        if query.having is not None:
            self._having = Conditions(self._resolve, context).compile(query.having)

    def sql(self, table: str, where: Sql) -> Sql:
        values = [column.operand.sql for column in self.columns] + [key for key, _ in self._keys]
        shared = [self._groups.shared(index) for index in self._positions]
        by = ", ".join(item.text for item in shared)
        if not by and self._query.grouping is not None:
            by = "NULL"  # the grand total of ROLLUP: no row where there is none to sum
        text = (
            f"SELECT {', '.join(value.text for value in values)} FROM {table}"
            f"{_clause('WHERE', where.text)}{_clause('GROUP BY', by)}"
            f"{_clause('HAVING', self._having.text)}"
        )
        params = [param for value in values for param in value.params]
        params += where.params
        params += [param for item in shared for param in item.params]
        return Sql(text, (*params, *self._having.params))

    def order(self) -> str:
        """Return the ORDER BY of the whole answer, by the places of the keys."""
        terms = [
            f"{len(self.columns) + at} {ending}" for at, (_, ending) in enumerate(self._keys, 1)
        ]
        return f" ORDER BY {', '.join(terms)}" if terms else ""

    def names(self) -> tuple[str, ...]:
        """Return the keys of a result: the alias, the field's name, or expr0, expr1 ...

        Raises:
            SoqlError: Two values have the same.
        """
        names: list[str] = []
        unnamed = 0
        for column in self.columns:
            name = column.column.alias
            if not name and isinstance(column.column.item, Path):
                name = column.operand.name
            elif not name:
                name, unnamed = f"expr{unnamed}", unnamed + 1
            if name.lower() in {other.lower() for other in names}:
                raise errors.duplicate_alias(name, column.column.at)
            names.append(name)
        return tuple(names)

    def _resolve(self, expression: Expression) -> Operand:
        return self._groups.value(expression, self._positions)

    def _column(self, at: int, column: Column) -> _Value:
        item = column.item
        if isinstance(item, Query):
            raise errors.malformed("A grouped query takes no subquery", column.at)
        if not isinstance(item, Path | Call):
            raise errors.malformed("A grouped query takes neither TYPEOF nor FIELDS()", column.at)
        if isinstance(item, Call) and item.function == "CONVERTCURRENCY":
            self._refuse_conversion(item)
        if isinstance(item, Call) and item.function == "FORMAT":
            return self._formatted(at, column, item)
        value = self._resolve(item)
        return _Value(value, column, cell(value.field, at))

    def _formatted(self, at: int, column: Column, call: Call) -> _Value:
        inner = call.args[0]
        if not isinstance(inner, Path | Call):
            raise TypeError(f"{call.text} is about no value")
        if isinstance(inner, Call) and inner.function == "CONVERTCURRENCY":
            self._refuse_conversion(inner)
        value = self._resolve(inner)
        show = formatter(value.field, self._context, call)
        several = self._context.currencies
        code = None if several is None else several.corporate
        return _Value(value, column, lambda row: show(row[at], code))

    def _refuse_conversion(self, call: Call) -> NoReturn:
        if self._context.currencies is None:
            raise errors.not_offered(f"{call.text}: it has one currency", call.at)
        refuse_total(call)
        raise errors.must_be_grouped(call.text, call.at)

    def _sort_keys(self) -> list[tuple[Sql, str]]:
        """Return what the answer is sorted by, and how: ORDER BY, or the groups in their order."""
        orders = self._query.orders
        keys = []
        for order in orders:
            by = self._groups.value(order.by, self._positions, errors.ordered_must_be_grouped)
            keys += [(key, direction(order)) for key in checked_keys(order, by)]
        if not orders:
            for index in range(len(self._groups.keys)):
                stored = index in self._positions
                keys.append((Sql("0" if stored else "1"), "ASC"))
                keys.append((self._groups.shared(index) if stored else Sql("NULL"), "ASC"))
        return keys


def _clause(keyword: str, text: str) -> str:
    return f" {keyword} {text}" if text else ""
