"""Compiles ORDER BY; without one, rows come in the order of their ids.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_orderby.htm
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from salesforce_emulator.soql import errors
from salesforce_emulator.soql.operands import Operand
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import Expression, Order

MAX_ORDERS: Final = 32  # fields in ORDER BY, SOQL and SOSL reference

_UNSORTABLE: Final = frozenset({"multipicklist", "base64"})
_TEXTS: Final = frozenset({"string", "phone", "email", "url", "combobox", "textarea"})


def order_by(orders: Sequence[Order], resolve: Callable[[Expression], Operand], last: str) -> Sql:
    """Return the SQL after ORDER BY; `last` decides between rows that are alike in all else.

    Raises:
        SoqlError: A field is unknown, or cannot be sorted by.
    """
    texts: list[str] = []
    params: list[Any] = []
    for order in orders:
        for key in checked_keys(order, resolve(order.by)):
            texts.append(f"{key.text} {direction(order)}")
            params += key.params
    return Sql(", ".join([*texts, last]), tuple(params))


def check_count(orders: Sequence[Order]) -> None:
    """Check the number of keys.

    Raises:
        SoqlError: There are.
    """
    if len(orders) > MAX_ORDERS:
        raise errors.malformed(f"ORDER BY takes {MAX_ORDERS} fields at most", orders[-1].by.at)


def direction(order: Order) -> str:
    """Return the direction of a key in SQL; nulls are first by default."""
    nulls = "LAST" if order.nulls_first is False else "FIRST"
    return f"{'DESC' if order.descending else 'ASC'} NULLS {nulls}"


def checked_keys(order: Order, by: Operand) -> list[Sql]:
    """Return what a field sorts by.

    Raises:
        SoqlError: It cannot be sorted by.
    """
    if not by.field.sortable or by.field.type in _UNSORTABLE or by.field.compound:
        raise errors.unsortable(by.name, order.by.at)
    return sort_keys(by)


def sort_keys(by: Operand) -> list[Sql]:
    """Return what a value sorts by: texts without regard to case, picklists by their own order."""
    text, params = by.sql.text, by.sql.params
    folded = Sql(f"soql_sort_key({text})", params)
    if by.field.type == "picklist" and by.field.picklist:
        cases = " ".join(f"WHEN ? THEN {at}" for at in range(len(by.field.picklist)))
        values = tuple(item.value for item in by.field.picklist)
        # What is no choice of the picklist comes after those that are.
        ranked = f"CASE WHEN {text} IS NULL THEN NULL ELSE CASE {text} {cases} ELSE ? END END"
        return [Sql(ranked, (*params, *params, *values, len(values))), folded]
    if by.field.type in _TEXTS or by.field.type == "picklist":
        return [by.sql if by.field.case_sensitive else folded]
    return [by.sql]
