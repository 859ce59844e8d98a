"""Semi-joins and anti-joins: `Id IN (SELECT AccountId FROM Contact ...)`, and their restrictions.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm
"""

# SQL is built from the schema's names; values of a statement are bound as parameters.
# ruff: noqa: S608

from typing import Final

from salesforce_emulator.schema import Field, SObject
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.conditions import Conditions
from salesforce_emulator.soql.names import ResolvedField, Scope
from salesforce_emulator.soql.operands import Operand, operand
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import Condition, Junction, Negation, Path, Query, SemiJoin
from salesforce_emulator.soql.tables import not_deleted, root_of

MAX_SEMI_JOINS: Final = 2  # in one WHERE, SOQL and SOSL reference

_NOT_INSIDE: Final = frozenset(
    {"activityhistory", "attachment", "event", "eventattendee", "note", "openactivity", "task"}
)


class SemiJoins:
    """Compiles the semi-joins of one WHERE."""

    def __init__(self, scope: Scope, context: QueryContext, where: Condition) -> None:
        """Check the whole condition: a semi-join must be at its top level.

        Raises:
            SoqlError: One is beside OR or under NOT, or there are too many.
        """
        self._scope = scope
        self._context = context
        self._compiled = 0
        if _count(where, "AND") > MAX_SEMI_JOINS:
            raise errors.malformed("Maximum 2 semi join sub-selects are allowed")

    def compile(self, join: SemiJoin, left: Operand) -> Sql:
        """Return the SQL of `left IN (SELECT ...)`.

        Raises:
            SoqlError: It breaks one of the rules for semi-joins.
        """
        _check_left(join, left)
        inner = root_of(self._scope.schema, join.query)
        self._check_object(inner, join.query)
        self._compiled += 1
        scope = Scope(self._scope.schema, inner, f"s{self._compiled}_")
        scope.name_sources(join.query.sources)
        selected = _selected(join.query, scope)
        if not _targets(selected.field, inner) & _targets(left.field, self._scope.sobject):
            raise errors.malformed(
                f"The selected field '{selected.field.name}' in the subquery and the left operand"
                f" field in the where expression in the outer query '{left.name}' should point to"
                " the same object type",
                join.at,
            )
        return self._sql(join.query, left, scope, selected)

    def _check_object(self, inner: SObject, query: Query) -> None:
        if inner.name == self._scope.sobject.name:
            raise errors.malformed(
                "The inner and outer selects should not be on the same object type", query.at
            )
        if inner.name.lower() in _NOT_INSIDE:
            raise errors.malformed(
                f"Entity '{inner.name}' is not supported for semi join inner selects", query.at
            )

    def _sql(self, query: Query, left: Operand, scope: Scope, selected: ResolvedField) -> Sql:
        conditions, params = not_deleted(scope.root, self._context), left.sql.params
        if query.where is not None:
            inner = Conditions(
                lambda item: operand(item, scope, self._context), self._context, _nested
            )
            where = inner.compile(query.where)
            conditions, params = [*conditions, where.text], (*params, *where.params)
        clause = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        table = f'"{scope.sobject.name}" AS {scope.root.alias}{scope.joins()}'
        return Sql(f"{left.sql.text} IN (SELECT {selected.sql} FROM {table}{clause})", params)


def _nested(join: SemiJoin, _: Operand) -> Sql:
    raise errors.malformed("Nesting of semi join sub-selects is not supported", join.at)


def _count(condition: Condition, under: str) -> int:
    """Count the semi-joins in a condition below `under`: AND, OR or NOT."""
    if isinstance(condition, SemiJoin):
        if under == "OR":
            raise errors.malformed(
                "Semi join sub-selects are not allowed with the 'OR' operator", condition.at
            )
        if under == "NOT":
            raise errors.malformed(
                "Semi join sub-selects are only allowed at the top level WHERE expressions and not"
                " in nested WHERE expressions.",
                condition.at,
            )
        return 1
    if isinstance(condition, Negation):
        return _count(condition.part, "NOT")
    if isinstance(condition, Junction):
        inner = condition.operator if under == "AND" else under
        return sum(_count(part, inner) for part in condition.parts)
    return 0


def _check_left(join: SemiJoin, left: Operand) -> None:
    resolved = left.resolved
    plain = isinstance(join.left, Path) and resolved is not None and len(resolved.nodes) == 1
    if not plain or left.field.type not in {"id", "reference"}:
        raise errors.malformed(
            "The left operand field in the where expression for outer query should be an id field,"
            f" cannot use: '{join.left}'",
            join.at,
        )


def _selected(query: Query, scope: Scope) -> ResolvedField:
    column = query.columns[0]
    if not isinstance(column.item, Path):
        raise errors.malformed("A semi join sub-select selects one field", column.at)
    selected = scope.find(column.item)
    if selected.field.type not in {"id", "reference"}:
        raise errors.malformed(
            f"The inner select field '{column.item}' can not be used in a semi join", column.at
        )
    return selected


def _targets(field: Field, sobject: SObject) -> frozenset[str]:
    return frozenset({sobject.name} if field.type == "id" else field.reference_to)
