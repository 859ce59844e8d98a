"""The plans and costs that `explain=` returns, without running the query.

Salesforce estimates; the local org counts. A filter on an indexed field leads, else all rows are
read.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_query_explain.htm
"""

from typing import Any, Final

from salesforce_emulator.schema import Field, SObject
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.syntax import Comparison, Condition, Junction, Membership, Path

_INDEXED: Final = frozenset(
    {"Id", "Name", "CreatedDate", "SystemModstamp"}
)  # by Salesforce, always
_POSITIVE: Final = frozenset({"=", "<", "<=", ">", ">=", "IN"})
_SCAN_COST: Final = 1.3  # ours: more than 1, which Salesforce documents as not selective


def plan_of(
    scope: Scope, where: Condition | None, *, cardinality: int, rows: int
) -> dict[str, Any]:
    """Return the one plan of a query.

    Args:
        cardinality: How many rows the query would find.
        rows: How many rows the sobject has.
    """
    sobject = scope.sobject
    leading, others = _filters(where, scope)
    share = cardinality / rows if rows else 0.0
    return {
        "cardinality": cardinality,
        "fields": [field.name for field in leading],
        "leadingOperationType": "Index" if leading else "TableScan",
        "notes": [_note(field, sobject) for field in [*_deleted(sobject), *others]],
        "relativeCost": round(share if leading else _SCAN_COST + share, 3),
        "sobjectCardinality": rows,
        "sobjectType": sobject.name,
    }


def _filters(where: Condition | None, scope: Scope) -> tuple[list[Field], list[Field]]:
    """Return the root's fields that lead to rows by an index, and those that cannot."""
    parts = where.parts if isinstance(where, Junction) and where.operator == "AND" else (where,)
    leading: list[Field] = []
    others: list[Field] = []
    for part in parts:
        if isinstance(part, Comparison | Membership) and isinstance(part.left, Path):
            resolved = scope.find(part.left)
            if len(resolved.nodes) == 1:
                indexed = part.operator in _POSITIVE and _is_indexed(resolved.field)
                (leading if indexed else others).append(resolved.field)
    return leading, others


def _is_indexed(field: Field) -> bool:
    return field.name in _INDEXED or field.type == "reference" or field.external_id or field.unique


def _deleted(sobject: SObject) -> list[Field]:
    field = sobject.field("IsDeleted")
    return [] if field is None else [field]


def _note(field: Field, sobject: SObject) -> dict[str, Any]:
    return {
        "description": "Not considering filter for optimization because unindexed",
        "fields": [field.name],
        "tableEnumOrId": sobject.name,
    }
