"""What the columns of a query are, without running it: the answer to `columns=true`.

The Salesforce CLI requests it to lay out its tables. It is not documented; the keys are those that
clients read.

https://github.com/salesforcecli/plugin-data
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from salesforce_emulator.schema import Field
from salesforce_emulator.soql.aggregates import is_aggregate
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.operands import field_of
from salesforce_emulator.soql.syntax import Call, Column, FieldsOf, Path, Query, TypeOf

Json = dict[str, Any]

_APEX: Final = {
    **dict.fromkeys(("id", "reference"), "Id"),
    **dict.fromkeys(("double", "currency", "percent"), "Double"),
    **dict.fromkeys(("int", "long"), "Integer"),
    "boolean": "Boolean",
    "date": "Date",
    "datetime": "Datetime",
    "time": "Time",
    "base64": "Blob",
    "address": "Address",
    "location": "Location",
}
_NUMBERS: Final = frozenset({"int", "long", "double", "currency", "percent"})
_TEXTS: Final = frozenset({"string", "textarea", "phone", "email", "url", "picklist", "combobox"})


def columns_of(query: Query, scope: Scope) -> Json:
    """Describe the columns of a valid query."""
    columns: list[Json] = []
    unnamed = 0
    for column in query.columns:
        if isinstance(column.item, Call):
            columns.append(_function(column, column.item, scope, unnamed))
            unnamed += not column.alias
        elif isinstance(column.item, Query):
            columns.append(_subquery(column.item, scope))
        else:
            _add(columns, column, scope)
    return {
        "columnMetadata": columns,
        "entityName": scope.sobject.name,
        "groupBy": query.grouping is not None,
        "idSelected": any(column["columnName"] == "Id" for column in columns),
        "keyPrefix": scope.sobject.key_prefix,
    }


def _add(columns: list[Json], column: Column, scope: Scope) -> None:
    item = column.item
    if isinstance(item, Path):
        resolved = scope.find(item)
        _nest(columns, [node.relationship for node in resolved.nodes[1:]], resolved.field)
    elif isinstance(item, FieldsOf):
        custom = item.group == "CUSTOM"
        requested = (
            field for field in scope.sobject.fields if item.group == "ALL" or field.custom == custom
        )
        columns += [_field(item) for item in requested]
    elif isinstance(item, TypeOf):
        paths = [path for when in item.whens for path in when.fields]
        inner: list[Json] = []
        for path in (*paths, *item.otherwise):
            _add_nested(inner, path.names)
        *above, name = item.path.names
        if above and above[0].lower() == scope.sobject.name.lower():
            above = above[1:]
        _columns_in(columns, above).append(_join(name, inner))


def _nest(columns: list[Json], relationships: Sequence[str], field: Field) -> None:
    """Add a field below its parents."""
    _columns_in(columns, relationships).append(_field(field))


def _add_nested(columns: list[Json], names: Sequence[str]) -> None:
    """Add a column of no type under its parents, unless it exists."""
    *above, name = names
    result = _columns_in(columns, above)
    if all(item["columnName"] != name for item in result):
        result.append(_plain(name))


def _columns_in(columns: list[Json], relationships: Sequence[str]) -> list[Json]:
    """Return the columns of a parent, adding it and its parents if they are new."""
    for name in relationships:
        parent = next((column for column in columns if column["columnName"] == name), None)
        if parent is None:
            parent = _join(name, [])
            columns.append(parent)
        columns = parent["joinColumns"]
    return columns


def _subquery(query: Query, scope: Scope) -> Json:
    name = query.source.path.names[-1]
    child = scope.sobject.child(name)
    if child is None or child.relationship_name is None:
        raise LookupError(f"{scope.sobject.name} has no children {name}")
    inner = columns_of(query, Scope(scope.schema, scope.schema[child.child_sobject]))
    return _join(child.relationship_name, inner["columnMetadata"]) | {"aggregate": True}


def _function(column: Column, call: Call, scope: Scope, unnamed: int) -> Json:
    field = field_of(call, scope).field if call.args else None
    name = column.alias or f"expr{unnamed}"
    if not column.alias and field is not None and not is_aggregate(call):
        name = field.name if call.function in {"CONVERTCURRENCY", "FORMAT", "TOLABEL"} else name
    return _plain(name) | {"aggregate": True, "displayName": call.text, "numberType": True}


def _field(field: Field) -> Json:
    return _plain(field.name) | {
        "apexType": _APEX.get(field.type, "String"),
        "booleanType": field.type == "boolean",
        "custom": field.custom,
        "insertable": field.createable,
        "numberType": field.type in _NUMBERS,
        "textType": field.type in _TEXTS,
        "updatable": field.updateable,
    }


def _join(name: str, columns: Iterable[Json]) -> Json:
    return _plain(name) | {"apexType": None, "joinColumns": list(columns)}


def _plain(name: str) -> Json:
    return {
        "aggregate": False,
        "apexType": "String",
        "booleanType": False,
        "columnName": name,
        "custom": False,
        "displayName": name,
        "foreignKeyName": None,
        "insertable": False,
        "joinColumns": [],
        "numberType": False,
        "textType": False,
        "updatable": False,
    }
