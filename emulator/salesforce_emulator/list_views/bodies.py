"""Response bodies of list views: their describes and their results.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm
"""

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator import errors
from salesforce_emulator.list_views.declared import ListView
from salesforce_emulator.org.clock import datetime_value
from salesforce_emulator.schema.rendering import Json
from salesforce_emulator.soql import parse
from salesforce_emulator.soql.errors import SoqlError
from salesforce_emulator.soql.names import ResolvedField, Scope
from salesforce_emulator.soql.plans import plan_records
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql_functions import prepare
from salesforce_emulator.soql.syntax import (
    Call,
    Comparison,
    Condition,
    Junction,
    Membership,
    Negation,
    Order,
    Path,
    Query,
)

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org
    from salesforce_emulator.soql.results import Caller

MAX_ROWS: Final = 2_000  # rows of one call
DEFAULT: Final = 25  # rows of one call without `limit`

_HIDDEN: Final = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp")
# Labels of ascending and descending order by type, where documented.
_ENDS: Final = {
    **dict.fromkeys(("string", "textarea", "email", "url", "combobox"), ("Z-A", "A-Z")),
    **dict.fromkeys(("phone", "int", "double", "currency", "percent"), ("9-0", "0-9")),
    **dict.fromkeys(("picklist", "multipicklist"), ("Low to High", "High to Low")),
}  # fmt: skip
_OPERATORS: Final = {
    "=": "equals", "!=": "notEquals", "<": "lessThan", ">": "greaterThan", "LIKE": "like",
    "<=": "lessThanOrEqualTo", ">=": "greaterThanOrEqualTo", "IN": "in", "NOT IN": "notIn",
    "INCLUDES": "includes", "EXCLUDES": "excludes",
}  # fmt: skip


def results(
    org: "Org", caller: "Caller", record_id: str, view: ListView, limit: int, offset: int
) -> Json:
    """Return the body of a list view's results: its columns, and rows of strings.

    Raises:
        SalesforceError: The view does not fit the object.
    """
    text, query, scope, context = _compile(org, caller, view)
    try:
        plan = plan_records(query, scope, context)
    except SoqlError as error:
        raise error.shown_in(text) from None
    plan = dataclasses.replace(plan, limit=None, offset=offset)
    sql = plan.first(limit + 1)
    cursor = org.db.cursor()
    cursor.row_factory = None
    rows = cursor.execute(sql.text, sql.params).fetchall()
    columns = _description(scope, query)
    paths = [column["fieldNameOrPath"] for column in columns]
    types = [column["type"] for column in columns]
    return {
        "columns": columns,
        "developerName": view.developer_name,
        "done": len(rows) <= limit,
        "id": record_id[:15],
        "label": view.label,
        "records": [
            {
                "columns": [
                    {"fieldNameOrPath": path, "value": _render(_at(record, path), kind)}
                    for path, kind in zip(paths, types, strict=True)
                ]
            }
            for record in map(plan.make, rows[:limit])
        ],
        "size": min(len(rows), limit),
    }


def describe(org: "Org", caller: "Caller", record_id: str, view: ListView) -> Json:
    """Return the body of a list view's describe: columns, condition, order, and its SOQL.

    Raises:
        SalesforceError: The view does not fit the object.
    """
    text, query, scope, context = _compile(org, caller, view)
    try:
        plan_records(query, scope, context)
    except SoqlError as error:
        raise error.shown_in(text) from None
    return {
        "columns": _description(scope, query),
        "id": record_id[:15],
        "orderBy": [_order(order) for order in query.orders],
        "query": text,
        "scope": "mine" if view.mine else None,
        "sobjectType": scope.sobject.name,
        "whereCondition": _condition(query.where),
    }


def _compile(
    org: "Org", caller: "Caller", view: ListView
) -> tuple[str, Query, Scope, QueryContext]:
    """Return a view's SOQL and its scope; hidden fields are left out of the columns."""
    access = org.access(caller.user_id)
    sobject = access.schema[view.sobject]
    probe = Scope(access.schema, sobject)
    columns = {}
    for path in (*view.columns, *_HIDDEN):
        try:
            resolved = probe.find(Path(tuple(path.split(".")), 0))
        except SoqlError:
            continue
        labelled = resolved.field.type in {"picklist", "multipicklist"}
        columns[path] = f"toLabel({path})" if labelled else path
    order = view.order or f"{next(iter(columns))} ASC NULLS FIRST"
    text = (
        f"SELECT {', '.join(columns.values())} FROM {sobject.name}"  # noqa: S608 - SOQL
        f"{' USING SCOPE mine' if view.mine else ''}{f' WHERE {view.where}' if view.where else ''}"
        f" ORDER BY {order}, Id ASC NULLS FIRST"
    )
    prepare(org.db)
    context = QueryContext.of(org, caller.user_id, version=68.0, all_rows=False)
    return text, parse(text), Scope(access.schema, sobject), context


def _description(scope: Scope, query: Query) -> list[Json]:
    sorted_by = {str(order.by): (at, order) for at, order in enumerate(query.orders)}
    columns = []
    for column in query.columns:
        item = column.item
        path = item.args[0] if isinstance(item, Call) else item
        if not isinstance(path, Path):
            raise TypeError(f"not a column of a list view: {item!r}")
        resolved = scope.find(path)
        name, hidden = str(path), str(path) in _HIDDEN
        ends = (None, None) if hidden else _ENDS.get(resolved.field.type, (None, None))
        at, order = sorted_by.get(name, (None, None))
        columns.append(
            {
                "ascendingLabel": ends[0],
                "descendingLabel": ends[1],
                "fieldNameOrPath": name,
                "hidden": hidden,
                "label": _label(resolved),
                "selectListItem": str(item),
                "sortDirection": None if hidden or order is None else _direction(order),
                "sortIndex": None if hidden else at,
                "sortable": not hidden and resolved.field.sortable,
                "type": resolved.field.type,
            }
        )
    return columns


def _label(resolved: ResolvedField) -> str:
    """Return the label of a column: `Account Name`, `Owner Alias`."""
    through = [node.relationship for node in resolved.nodes[1:]]
    return " ".join([*through, resolved.field.label])


def _direction(order: Order) -> str:
    return "descending" if order.descending else "ascending"


def _order(order: Order) -> Json:
    nulls = "first" if order.nulls_first in {None, True} else "last"
    name = str(order.by)
    return {"fieldNameOrPath": name, "nullsPosition": nulls, "sortDirection": _direction(order)}


def _condition(where: Condition | None) -> Json:
    """Return a condition in the form of describe."""
    if where is None:
        return {"conditions": [], "conjunction": "and"}
    if isinstance(where, Junction):
        parts = [_condition(part) for part in where.parts]
        return {"conditions": parts, "conjunction": where.operator.lower()}
    if isinstance(where, Negation):
        return {"condition": _condition(where.part)}
    if isinstance(where, Comparison):
        values = [where.value.text]
    elif isinstance(where, Membership):
        values = [value.text for value in where.values]
    else:
        raise errors.not_offered("the description of a list view with a subquery")
    return {"field": str(where.left), "operator": _OPERATORS[where.operator], "values": values}


def _at(record: Json, path: str) -> Any:
    value: Any = record
    for name in path.split("."):
        value = None if value is None else value.get(name)
    return value


def _render(value: Any, kind: str) -> str | None:
    """Write a value as list views do: as a string, datetimes as Java writes them."""
    if value is None or (isinstance(value, str) and kind != "datetime"):
        return value
    if kind == "datetime":
        return f"{datetime_value(str(value)):%a %b %d %H:%M:%S GMT %Y}"
    return str(value).lower() if isinstance(value, bool) else str(value)
