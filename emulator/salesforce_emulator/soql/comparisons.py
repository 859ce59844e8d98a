"""Compares a field with a value, by the field's type: which operators and values it takes.

Each comparison is SQL that is true where it holds; where a side is missing it may be NULL, which
counts as false.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm
"""

from collections.abc import Callable
from typing import Any, Final

from salesforce_emulator.schema.ids import parse_id
from salesforce_emulator.soql import currency, dates, errors
from salesforce_emulator.soql.literals import string_value
from salesforce_emulator.soql.operands import Operand
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql import Sql, joined
from salesforce_emulator.soql.sql_functions import fold
from salesforce_emulator.soql.syntax import Literal
from salesforce_emulator.soql.text_comparison import compare_text

_Compare = Callable[[Operand, str, Literal, QueryContext], Sql]


def compare(left: Operand, operator: str, value: Literal, context: QueryContext) -> Sql:
    """Compile `left operator value` for one of = < <= > >= LIKE; != is its opposite.

    Raises:
        SoqlError: The field takes no such operator, or no such value.
    """
    family = _FAMILIES.get(left.field.type)
    if family is None:
        raise errors.unfilterable(left.name, left.at)
    if value.kind == "null":
        return _compare_null(left, operator)
    return family(left, operator, value, context)


def includes(left: Operand, value: Literal) -> Sql:
    """Compile one value of INCLUDES: all the choices between its semicolons are chosen."""
    if value.kind != "string":
        raise errors.quotes_missing(left.name, "multipicklist", left.at)
    choices = [fold(choice) for choice in string_value(value).split(";") if choice]
    if not choices:
        return _missing(left)
    text = f"instr(';' || soql_fold({left.sql.text}) || ';', ?) > 0"
    return joined("AND", [Sql(text, (*left.sql.params, f";{choice};")) for choice in choices])


def id_value(left: Operand, text: str) -> str:
    """Return the 18 characters of an id in a condition, those of an id that cannot be too.

    Raises:
        SoqlError: It is no id: INVALID_QUERY_FILTER_OPERATOR, as recorded.
    """
    record_id = parse_id(text)
    if record_id is not None:
        return record_id
    if len(text) == 18 and text.isascii() and text.isalnum():
        return text  # recorded: one with a wrong checksum matches nothing
    raise errors.invalid_id(text, left.at)


def _missing(left: Operand) -> Sql:
    return Sql(f"{left.sql.text} IS NULL", left.sql.params)


def _compare_null(left: Operand, operator: str) -> Sql:
    if operator != "=":
        raise errors.malformed("null can be compared by = and != alone", left.at)
    if left.field.type == "boolean":
        return Sql(f"ifnull({left.sql.text}, 0) = 0", left.sql.params)
    return _missing(left)


def _plain(left: Operand, operator: str, value: Any) -> Sql:
    return Sql(f"{left.sql.text} {operator} ?", (*left.sql.params, value))


def _id(left: Operand, operator: str, value: Literal, _: QueryContext) -> Sql:
    if operator == "LIKE":
        raise errors.invalid_operator("id", left.at)
    if value.kind != "string":
        raise errors.quotes_missing(left.name, "id", left.at)
    text = string_value(value)
    return _plain(left, operator, id_value(left, text)) if text else _compare_null(left, operator)


def _text(left: Operand, operator: str, value: Literal, _: QueryContext) -> Sql:
    if value.kind != "string":
        raise errors.quotes_missing(left.name, "string", left.at)
    if operator == "=" and not value.value:
        return _missing(left)  # Salesforce stores an empty string as null
    return compare_text(left, operator, value)


def _choices(left: Operand, operator: str, value: Literal, _: QueryContext) -> Sql:
    """Compare a multipicklist: `'A;B'` is equal when these are chosen, and no other."""
    if operator != "=":
        raise errors.invalid_operator("multipicklist", left.at)
    stored = includes(left, value)
    values = {fold(choice) for choice in string_value(value).split(";") if choice}
    if not values:
        return stored
    length = len(";".join(map(str, values)))
    same = Sql(f"length({left.sql.text}) = ?", (*left.sql.params, length))
    return joined("AND", [stored, same])


def _number(left: Operand, operator: str, value: Literal, context: QueryContext) -> Sql:
    kind = "int" if left.field.type in {"int", "long"} else "double"
    if operator == "LIKE":
        raise errors.invalid_operator(left.field.type, left.at)
    if value.kind == "currency" and left.field.type == "currency":
        return currency.compare(left, operator, value, context)
    if value.kind != "number":
        raise errors.wrong_type(left.name, kind, quoted=value.kind == "string", at=left.at)
    return _plain(left, operator, value.value)


def _boolean(left: Operand, operator: str, value: Literal, _: QueryContext) -> Sql:
    if operator != "=":
        raise errors.invalid_operator("boolean", left.at)
    if value.kind != "boolean":
        raise errors.wrong_type(left.name, "boolean", quoted=value.kind == "string", at=left.at)
    return Sql(f"ifnull({left.sql.text}, 0) = ?", (*left.sql.params, int(bool(value.value))))


def _date(left: Operand, operator: str, value: Literal, context: QueryContext) -> Sql:
    if operator == "LIKE":
        raise errors.invalid_operator("date", left.at)
    if value.kind == "relative":
        _refuse_function(left, value)
        first, after = (day.isoformat() for day in dates.span(value, context))
        return _within(left, operator, first, after)
    if value.kind != "date":
        raise errors.wrong_type(left.name, "date", quoted=True, at=left.at)
    return _plain(left, operator, value.value)


def _datetime(left: Operand, operator: str, value: Literal, context: QueryContext) -> Sql:
    if operator == "LIKE":
        raise errors.invalid_operator("dateTime", left.at)
    if value.kind == "relative":
        return _within(left, operator, *dates.bounds(dates.span(value, context), context))
    if value.kind != "datetime":
        raise errors.wrong_type(left.name, "dateTime", quoted=True, at=left.at)
    return _plain(left, operator, value.value)


def _time(left: Operand, operator: str, value: Literal, _: QueryContext) -> Sql:
    if operator == "LIKE":
        raise errors.invalid_operator("time", left.at)
    if value.kind != "time":
        raise errors.wrong_type(left.name, "time", quoted=True, at=left.at)
    return _plain(left, operator, value.value)


def _within(left: Operand, operator: str, first: str, after: str) -> Sql:
    """Compare with a span: before it, in it, or after it."""
    if operator == "=":
        text = f"({left.sql.text} >= ? AND {left.sql.text} < ?)"
        return Sql(text, (*left.sql.params, first, *left.sql.params, after))
    edge = first if operator in {"<", ">="} else after
    return _plain(left, "<" if operator in {"<", "<="} else ">=", edge)


def _refuse_function(left: Operand, value: Literal) -> None:
    if left.resolved is None or left.resolved.field is not left.field:
        raise errors.malformed(
            f"The date function {left.name} can not be compared with the date literal {value.text}",
            left.at,
        )


_FAMILIES: Final[dict[str, _Compare]] = {
    **dict.fromkeys(("id", "reference"), _id),
    **dict.fromkeys(("string", "textarea", "phone", "email", "url"), _text),
    **dict.fromkeys(("picklist", "combobox"), _text),
    **dict.fromkeys(("int", "long", "double", "currency", "percent"), _number),
    "multipicklist": _choices,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
}
