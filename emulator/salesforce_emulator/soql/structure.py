"""Rules of a statement that need no schema: COUNT() alone, bare semi-joins.

Salesforce's own parser refuses the same before it looks at an object.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_count.htm
"""

from collections.abc import Sequence
from typing import TypeGuard

from salesforce_emulator.soql import errors
from salesforce_emulator.soql.syntax import Call, Column, Grouping, Query


def is_bare_count(item: object) -> TypeGuard[Call]:
    """Return whether an item is COUNT(), of no field."""
    return isinstance(item, Call) and item.function == "COUNT" and not item.args


def check_count(columns: Sequence[Column], grouping: Grouping | None) -> None:
    """Check that COUNT() is alone in SELECT.

    Raises:
        SoqlError: Something is beside it, it has an alias, or the query has a GROUP BY.
    """
    for column in columns:
        if is_bare_count(column.item) and (len(columns) > 1 or grouping or column.alias):
            raise errors.malformed("COUNT() must be the only element in the SELECT list", column.at)


def check_no_count(expression: object) -> None:
    """Check that COUNT() is not used where one value a row or group is expected.

    Raises:
        SoqlError: It does.
    """
    if is_bare_count(expression):
        raise errors.malformed("COUNT() takes a field here", expression.at)


def check_semi_join(query: Query) -> None:
    """Check that the query of a semi-join selects one field, and has no clause but WHERE.

    Raises:
        SoqlError: It selects more, has an alias, or has another clause.
    """
    column = query.columns[0]
    if len(query.columns) > 1 or column.alias or is_bare_count(column.item):
        raise errors.malformed("A semi join sub-select selects one field", column.at)
    parts = (query.grouping, query.limit, query.offset, *query.orders, *query.clauses)
    if any(part is not None for part in parts):
        raise errors.malformed(
            "A semi join sub-select takes no GROUP BY, ORDER BY, LIMIT, OFFSET or other clause"
            " after WHERE",
            query.at,
        )
