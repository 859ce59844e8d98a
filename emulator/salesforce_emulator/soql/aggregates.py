"""What a group has a value of: the fields it is grouped by, and aggregates of its rows.

Texts group without regard to case.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_agg_functions.htm
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from salesforce_emulator.schema import Field
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.currency import corporate
from salesforce_emulator.soql.errors import SoqlError
from salesforce_emulator.soql.functions import AGGREGATES, DATE_PARTS
from salesforce_emulator.soql.names import ResolvedField, Scope
from salesforce_emulator.soql.operands import Operand, operand
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.structure import is_bare_count
from salesforce_emulator.soql.syntax import Call, Expression, Grouping, Path, Query

MAX_GROUPED: Final = 3  # fields of ROLLUP and CUBE, SOQL and SOSL reference

_NUMBERS: Final = frozenset({"int", "long", "double", "currency", "percent"})
_TEXTS: Final = frozenset({"string", "phone", "email", "url", "picklist", "combobox", "textarea"})
_NEVER: Final = frozenset({"boolean", "base64", "time", "address", "location", "multipicklist"})


def is_aggregate(expression: object) -> bool:
    """Return whether an item of SELECT is an aggregate, or FORMAT of one."""
    if not isinstance(expression, Call):
        return False
    if expression.function in AGGREGATES or expression.function == "GROUPING":
        return True
    return any(is_aggregate(arg) for arg in expression.args)


def is_grouped(query: Query) -> bool:
    """Return whether a query returns groups or totals instead of records.

    A date function makes it grouped, too: its argument must then be grouped by.
    """
    items = [column.item for column in query.columns]
    dated = any(isinstance(item, Call) and item.function in DATE_PARTS for item in items)
    return query.grouping is not None or dated or any(map(is_aggregate, items))


def is_row_count(query: Query) -> bool:
    """Return whether it is `SELECT COUNT()`, whose response has a totalSize and no record."""
    return any(is_bare_count(column.item) for column in query.columns)


class Groups:
    """What a query groups by, and the values that a group has.

    Attributes:
        keys: What is grouped by, in order.
    """

    def __init__(self, grouping: Grouping | None, scope: Scope, context: QueryContext) -> None:
        """Return the operands of GROUP BY.

        Raises:
            SoqlError: A field is unknown, cannot be grouped by, or comes twice.
        """
        self._scope = scope
        self._context = context
        self._kind = "LIST" if grouping is None else grouping.kind
        self.keys: list[Operand] = []
        by = grouping.by if grouping is not None else ()
        for item in by:
            key = self._key(item)
            if any(key.sql == other.sql for other in self.keys):
                raise errors.malformed(f"duplicate grouping expression: {item}", item.at)
            self.keys.append(key)
        if self._kind != "LIST" and len(by) > MAX_GROUPED:
            raise errors.malformed(
                f"GROUP BY {self._kind} takes {MAX_GROUPED} fields at most", by[-1].at
            )

    @property
    def sets(self) -> list[tuple[int, ...]]:
        """The groupings to unite, each a list of positions in `keys`."""
        positions = tuple(range(len(self.keys)))
        if self._kind == "LIST":
            return [positions]
        if self._kind == "ROLLUP":
            return [positions[:size] for size in range(len(positions), -1, -1)]
        sizes = range(len(positions), -1, -1)
        return [combination for size in sizes for combination in combinations(positions, size)]

    def shared(self, index: int) -> Sql:
        """Return the SQL of what the rows of a group have in common."""
        return _alike(self.keys[index])

    def value(
        self,
        expression: Expression,
        grouped: Sequence[int],
        refusal: Callable[[str, int], SoqlError] = errors.must_be_grouped,
    ) -> Operand:
        """Compile an expression that has one value a group.

        Args:
            grouped: The places in `keys` of the grouping at hand; the others are null in it.
            refusal: Makes the error of a field that is neither grouped nor aggregated.

        Raises:
            SoqlError: It is neither, or the aggregate takes no such field.
        """
        if isinstance(expression, Call) and expression.function in AGGREGATES:
            return self._aggregate(expression)
        if isinstance(expression, Call) and expression.function == "GROUPING":
            return self._grouping(expression, grouped)
        result = operand(expression, self._scope, self._context)
        index = self._key_at(result)
        if index is None:
            raise refusal(str(expression), expression.at)
        if index not in grouped:
            return replace(result, sql=Sql("NULL"))
        if _alike(result) != result.sql:  # of those alike, one
            return replace(result, sql=Sql(f"min({result.sql.text})", result.sql.params))
        return result

    def _key(self, expression: Expression) -> Operand:
        if is_aggregate(expression):
            raise errors.malformed(f"{expression} can not be grouped by", expression.at)
        key = operand(expression, self._scope, self._context)
        if isinstance(expression, Path) and not key.field.groupable:
            raise errors.ungroupable(key.name, key.at)
        return key

    def _key_at(self, operand: Operand) -> int | None:
        return next((at for at, key in enumerate(self.keys) if key.sql == operand.sql), None)

    def _grouping(self, call: Call, grouped: Sequence[int]) -> Operand:
        inner = call.args[0]
        if not isinstance(inner, Path | Call):
            raise TypeError(f"{call.text} is about no field")
        index = self._key_at(operand(inner, self._scope, self._context))
        if index is None or self._kind == "LIST":
            raise errors.malformed(
                "GROUPING() takes a field that the query groups by with ROLLUP or CUBE", call.at
            )
        return Operand(Sql("0" if index in grouped else "1"), _int(call), call.text, call.at, None)

    def _aggregate(self, call: Call) -> Operand:
        path = call.args[0]
        if not isinstance(path, Path):
            raise TypeError(f"{call.text} is about no field")
        resolved = self._scope.find(path)
        _check_aggregate(call, resolved)
        inner = Operand(Sql(resolved.sql), resolved.field, resolved.field.name, path.at, resolved)
        if not call.function.startswith("COUNT"):
            inner = corporate(inner, self._context)
        sql, created = _aggregate_value(call, inner)
        return Operand(sql, created, call.text, call.at, resolved)


def _aggregate_value(call: Call, inner: Operand) -> tuple[Sql, Field]:
    """Return the SQL of an aggregate, and a field of its type."""
    field, text, params = inner.field, inner.sql.text, inner.sql.params
    match call.function:
        case "COUNT":
            return Sql(f"count({text})"), _int(call)
        case "COUNT_DISTINCT":
            alike = _alike(inner)
            return Sql(f"count(DISTINCT {alike.text})", alike.params), _int(call)
        case "AVG":
            kind = "currency" if field.type == "currency" else "double"
            created = Field(name=call.text, label=call.text, type=kind, scale=field.scale)
            return Sql(f"avg({text})", params), created
        case "SUM" if field.type in {"int", "long"}:
            return Sql(f"sum({text})"), field
        case "SUM":
            return Sql(f"round(sum({text}), {field.scale})", params), field
        case _:
            collation = " COLLATE SALESFORCE" if field.type in _TEXTS else ""
            created = replace(field, filterable=True)
            return Sql(f"{call.function.lower()}({text}{collation})", params), created


def _int(call: Call) -> Field:
    return Field(name=call.text, label=call.text, type="int")


def _alike(key: Operand) -> Sql:
    """Return SQL that is equal for values that Salesforce considers equal."""
    if key.field.type in _TEXTS and not key.field.case_sensitive:
        return Sql(f"soql_fold({key.sql.text})", key.sql.params)
    return key.sql


def _check_aggregate(call: Call, resolved: ResolvedField) -> None:
    kind, name = resolved.field.type, resolved.field.name
    never = resolved.field.compound or kind == "base64"
    if call.function in {"SUM", "AVG"}:
        never = kind not in _NUMBERS
    elif call.function != "COUNT":
        never = kind in _NEVER
    if never:
        raise errors.not_aggregatable(name, call.function, call.at)
