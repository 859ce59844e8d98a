"""Compiles WHERE and HAVING to SQL.

A condition is true or it is not: where a value is missing, `=` and `<` do not hold, and what is
after NOT, != or NOT IN does.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_conditionexpression.htm
"""

from collections.abc import Callable, Sequence
from typing import Final

from salesforce_emulator.soql import errors, sql
from salesforce_emulator.soql.comparisons import compare, id_value, includes
from salesforce_emulator.soql.literals import string_value
from salesforce_emulator.soql.operands import Operand
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import (
    Comparison,
    Condition,
    Expression,
    Junction,
    Literal,
    Membership,
    Negation,
    SemiJoin,
)
from salesforce_emulator.soql.text_comparison import among, is_one_of

Resolve = Callable[[Expression], Operand]
"""Finds what is left of an operator."""

CompileSemiJoin = Callable[[SemiJoin, Operand], Sql]

_MANY: Final = 50  # alternatives; ours: from here on it pays to look for those of one field
_OPPOSITE: Final = {"AND": "OR", "OR": "AND"}
_TEXTS: Final = frozenset({"string", "phone", "email", "url", "picklist", "combobox", "textarea"})
_IDS: Final = frozenset({"id", "reference"})


class Conditions:
    """Compiles the conditions of one clause."""

    def __init__(
        self, resolve: Resolve, context: QueryContext, semi_join: CompileSemiJoin | None = None
    ) -> None:
        """Compile conditions of one clause; without `semi_join` it allows none."""
        self._resolve = resolve
        self._context = context
        self._semi_join = semi_join

    def compile(self, condition: Condition, *, negative: bool = False) -> Sql:
        """Return SQL that is true where the condition holds, or where it does not.

        Raises:
            SoqlError: A name is unknown, or a value or operator does not fit its field.
        """
        if isinstance(condition, Negation):
            return self.compile(condition.part, negative=not negative)
        if isinstance(condition, Junction):
            operator = _OPPOSITE[condition.operator] if negative else condition.operator
            values = _merge(condition.parts) if condition.operator == "OR" else condition.parts
            # The deepest goes first: SQLite's parser then needs least room.
            parts = sorted(values, key=_depth, reverse=True)
            return sql.joined(operator, [self.compile(part, negative=negative) for part in parts])
        positive, opposite = self._leaf(condition)
        return sql.negated(positive) if opposite != negative else positive

    def _leaf(self, condition: Comparison | Membership | SemiJoin) -> tuple[Sql, bool]:
        """Return SQL, and True when the condition is its opposite."""
        left = self._resolve(condition.left)
        if not left.field.filterable:
            raise errors.unfilterable(left.name, left.at)
        if isinstance(condition, SemiJoin):
            if self._semi_join is None:
                raise errors.malformed("Semi join sub-selects are not allowed here", left.at)
            return self._semi_join(condition, left), condition.negated
        if isinstance(condition, Comparison):
            negative = condition.operator == "!="
            operator = "=" if negative else condition.operator
            return compare(left, operator, condition.value, self._context), negative
        if condition.operator in {"INCLUDES", "EXCLUDES"}:
            return _including(left, condition.values), condition.operator == "EXCLUDES"
        return self._one_of(left, condition.values), condition.operator == "NOT IN"

    def _one_of(self, left: Operand, values: Sequence[Literal]) -> Sql:
        """Compile `left IN (values)`; many texts or ids go as one value."""
        strings = [value for value in values if value.kind == "string" and value.value]
        others = [value for value in values if value.kind != "string" or not value.value]
        if left.field.type not in _TEXTS | _IDS:
            strings, others = [], [*values]
        if {"currency", "number"} <= {value.kind for value in others}:
            raise errors.malformed(
                "IN takes either amounts with a currency code or amounts without", left.at
            )
        parts = [compare(left, "=", value, self._context) for value in others]
        texts = [string_value(value) for value in strings]
        if texts and left.field.type in _IDS:
            parts.append(among(left.sql, [id_value(left, text) for text in texts]))
        elif texts:
            parts.append(is_one_of(left, texts))
        return sql.joined("OR", parts)


def _including(left: Operand, values: Sequence[Literal]) -> Sql:
    if left.field.type != "multipicklist":
        raise errors.invalid_field(
            "includes or excludes operator only valid on multipicklist field", left.at
        )
    return sql.joined("OR", [includes(left, value) for value in values])


def _depth(condition: Condition) -> int:
    return condition.depth if isinstance(condition, Negation | Junction) else 0


def _merge(parts: Sequence[Condition]) -> Sequence[Condition]:
    """Rewrite a long `Name = 'a' OR Name = 'b'` as `Name IN ('a', 'b')`, which is faster."""
    if len(parts) < _MANY:
        return parts
    others: list[Condition] = []
    equalities: dict[str, list[Comparison]] = {}
    for part in parts:
        if isinstance(part, Comparison) and part.operator == "=" and part.value.kind == "string":
            equalities.setdefault(str(part.left).lower(), []).append(part)
        else:
            others.append(part)
    for same in equalities.values():
        values = tuple(item.value for item in same)
        others.append(Membership(same[0].left, "IN", values, same[0].at))
    return others
