"""Which rows a query takes: WHERE, USING SCOPE, deleted rows, and what an object insists on.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_using_scope.htm
"""

from typing import Final

from salesforce_emulator.soql import errors
from salesforce_emulator.soql.conditions import Conditions
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.operands import operand
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.scopes import scoped
from salesforce_emulator.soql.semi_joins import SemiJoins
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import (
    Comparison,
    Condition,
    Junction,
    Membership,
    Path,
    Query,
    SemiJoin,
)
from salesforce_emulator.soql.tables import not_deleted

MAX_OFFSET: Final = 2_000  # SOQL and SOSL limits

_APEX_MODES: Final = frozenset({"SECURITY_ENFORCED", "SYSTEM_MODE", "USER_MODE"})
_LINKS: Final = frozenset({"contentdocumentid", "id", "linkedentityid"})


def filter_of(query: Query, scope: Scope, context: QueryContext) -> Sql:
    """Return the condition that a query's rows meet; the text is empty when all rows do.

    Raises:
        SoqlError: The condition does not fit the fields, or a clause is not for the REST API.
    """
    parts = [Sql(text) for text in not_deleted(scope.root, context)]
    using = query.clause("USING SCOPE")
    if using is not None:
        parts += scoped(using, scope, context)
    _check_clauses(query)
    if scope.sobject.name == "ContentDocumentLink":
        _check_links(query.where, query.source.path.at)
    if query.where is not None:
        semi_joins = SemiJoins(scope, context, query.where)
        conditions = Conditions(
            lambda item: operand(item, scope, context), context, semi_joins.compile
        )
        parts.append(conditions.compile(query.where))
    params = tuple(param for part in parts for param in part.params)
    return Sql(" AND ".join(part.text for part in parts), params)


def offset_of(query: Query) -> int:
    """Return a query's OFFSET, 0 when it has none.

    Raises:
        SoqlError: It is more than 2,000: NUMBER_OUTSIDE_VALID_RANGE.
    """
    if query.offset is None:
        return 0
    if query.offset.value > MAX_OFFSET:
        raise errors.outside_range(f"Maximum SOQL offset allowed is {MAX_OFFSET}")
    return query.offset.value


def _check_clauses(query: Query) -> None:
    for clause in query.clauses:
        words = f"{clause.name} {clause.detail}".strip()
        if clause.name == "WITH" and clause.detail in _APEX_MODES:
            raise errors.not_allowed(words, clause.at)
        if clause.name not in {"USING SCOPE", "FOR"}:
            raise errors.not_offered(words, clause.at)


def _check_links(where: Condition | None, at: int) -> None:
    """Require a query of ContentDocumentLink to filter by document or record."""
    parts = where.parts if isinstance(where, Junction) and where.operator == "AND" else (where,)
    for part in parts:
        if not isinstance(part, Comparison | Membership | SemiJoin):
            continue
        positive = not part.negated if isinstance(part, SemiJoin) else part.operator in {"=", "IN"}
        if positive and isinstance(part.left, Path) and part.left.names[-1].lower() in _LINKS:
            return
    raise errors.malformed(
        "Implementation restriction: ContentDocumentLink requires a filter by a single Id on"
        " ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the"
        " IN operator.",
        at,
    )
