"""What is left of an operator, in ORDER BY and in GROUP BY: a field, or a function of one.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_functions.htm
"""

from dataclasses import dataclass, replace
from typing import Final

from salesforce_emulator.schema import Field, SObject
from salesforce_emulator.schema.rendering import parts
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.functions import AGGREGATES, DATE_PARTS
from salesforce_emulator.soql.names import ResolvedField, Scope
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import Call, Expression, Geolocation, Path

_LABELLED: Final = frozenset({"picklist", "multipicklist", "combobox"})


@dataclass(frozen=True, slots=True)
class Operand:
    """A value of each row, as SQL.

    Attributes:
        field: The field; for a function, a field of the function's type.
        name: As errors and results call it.
        resolved: The resolved field, or None when there is none (COUNT()).
    """

    sql: Sql
    field: Field
    name: str
    at: int
    resolved: ResolvedField | None


def operand(expression: Expression, scope: Scope, context: QueryContext) -> Operand:
    """Compile a field or a function with one value a row.

    Raises:
        SoqlError: A name is unknown, the field is not one the function takes, or the function is
            an aggregate.
    """
    if isinstance(expression, Path):
        resolved = scope.find(expression)
        field = resolved.field
        return Operand(Sql(resolved.sql), field, field.name, expression.at, resolved)
    if expression.function in DATE_PARTS:
        return _date_part(expression, scope, context)
    if expression.function == "TOLABEL":
        return _label(expression, scope)
    if expression.function == "DISTANCE":
        return _distance(expression, scope)
    if expression.function in AGGREGATES or expression.function == "GROUPING":
        raise errors.malformed(
            f"Aggregate functions are not allowed here: {expression.text}", expression.at
        )
    if expression.function == "CONVERTTIMEZONE":
        raise errors.malformed(
            "convertTimezone() is allowed in a date function alone", expression.at
        )
    raise errors.malformed(f"{expression.text} is allowed in SELECT alone", expression.at)


def field_of(call: Call, scope: Scope) -> ResolvedField:
    """Find the field that a call is about, in a call within it, too."""
    inner = call.args[0]
    while isinstance(inner, Call):
        inner = inner.args[0]
    if not isinstance(inner, Path):
        raise TypeError(f"{call.text} is about no field")
    return scope.find(inner)


def _date_part(call: Call, scope: Scope, context: QueryContext) -> Operand:
    resolved = field_of(call, scope)
    inner = call.args[0]
    zoned = isinstance(inner, Call)
    kind = resolved.field.type
    wants_time = zoned or call.function == "HOUR_IN_DAY"
    if kind not in ({"datetime"} if wants_time else {"date", "datetime"}):
        raise errors.wrong_function(resolved.field.name, call.function, call.at)
    zone = str(context.zone) if zoned and kind == "datetime" else ""
    created = Field(name=call.text, label=call.text, type="int")
    if call.function == "HOUR_IN_DAY":
        sql = Sql(f"soql_hour({resolved.sql}, ?)", (zone,))
    elif call.function == "DAY_ONLY":
        created = replace(created, type="date")
        sql = Sql(f"soql_day({resolved.sql}, ?)", (zone,))
    else:
        sql = Sql(
            f"soql_date_part(?, soql_day({resolved.sql}, ?), ?, ?)",
            (call.function, zone, context.fiscal_start, int(context.fiscal_named_by_end)),
        )
    return Operand(sql, created, call.text, call.at, resolved)


_TRANSLATED: Final = frozenset({"RecordType"})
"""Objects whose names the translation workbench translates; here they are as they are."""


def _label(call: Call, scope: Scope) -> Operand:
    """Compile toLabel: each picklist value becomes its label."""
    resolved = field_of(call, scope)
    result = resolved.field
    if result.name_field and resolved.node.sobject.name in _TRANSLATED:
        return Operand(Sql(resolved.sql), result, result.name, call.at, resolved)
    if result.type not in _LABELLED:
        raise errors.wrong_function(result.name, call.text.partition("(")[0], call.at)
    renamed = [item for item in result.picklist if item.label != item.value]
    if not renamed or result.type == "multipicklist":
        if renamed:
            raise errors.not_offered(f"toLabel() of the multipicklist {result.name}", call.at)
        return Operand(Sql(resolved.sql), result, result.name, call.at, resolved)
    cases = " ".join("WHEN ? THEN ?" for _ in renamed)
    params = tuple(text for item in renamed for text in (item.value, item.label))
    sql = Sql(f"CASE {resolved.sql} {cases} ELSE {resolved.sql} END", params)
    return Operand(sql, replace(result, type="string"), result.name, call.at, resolved)


def _distance(call: Call, scope: Scope) -> Operand:
    _, point, unit = call.args
    if not isinstance(point, Geolocation) or not isinstance(unit, str):
        raise TypeError(f"{call.text} has other arguments")
    resolved = field_of(call, scope)
    column = resolved.node.column
    latitude, longitude = map(column, coordinates(resolved))
    sql = Sql(
        f"soql_distance({latitude}, {longitude}, ?, ?, ?)",
        (point.latitude, point.longitude, unit.lower()),
    )
    created = Field(name=call.text, label=call.text, type="double")
    return Operand(sql, created, call.text, call.at, resolved)


def coordinates(resolved: ResolvedField) -> tuple[Field, Field]:
    """Return latitude and longitude of a location or an address.

    Raises:
        SoqlError: The field has none.
    """
    name, sobject = resolved.field.name, resolved.node.sobject
    names = {}
    if resolved.field.compound and isinstance(sobject, SObject):
        names = parts(sobject, resolved.field)
    latitude, longitude = (sobject.field(names.get(key, "")) for key in ("latitude", "longitude"))
    if latitude is None or longitude is None:
        raise errors.wrong_function(name, "DISTANCE", resolved.path.at)
    return latitude, longitude
