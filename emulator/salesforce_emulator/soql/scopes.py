"""USING SCOPE: the rows of each scope.

A describe lists an object's scopes. Teams, territories and scoping rules are nowhere in a local
org, so that their scopes are not offered.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_using_scope.htm
"""

from collections.abc import Callable
from typing import Final

from salesforce_emulator.soql import errors, sql
from salesforce_emulator.soql.names import Scope
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.sql import Sql
from salesforce_emulator.soql.syntax import Clause

_Rows = Callable[[Scope, QueryContext], Sql | None]
"""Returns the condition for a scope's rows; None where the object has no such scope."""

_USERS, _GROUPS = "005", "00G"  # what the ids of an owner begin with
_MY_GROUPS: Final = (
    'WITH RECURSIVE mine(id) AS (SELECT ? UNION SELECT "GroupId" FROM "GroupMember"'
    ' JOIN mine ON mine.id = "UserOrGroupId") SELECT id FROM mine'
)
_NOT_OFFERED: Final = frozenset(
    {"genericteam", "mru", "my_team_territory", "my_territory", "scopingrule"}
    | {"single_entity_scope", "team", "team_by_role"}
)


def scoped(clause: Clause, scope: Scope, context: QueryContext) -> list[Sql]:
    """Return the conditions for the rows of a scope; none where it takes all.

    Raises:
        SoqlError: The object has no such scope, or the local org does not offer it.
    """
    name = clause.detail.lower()
    if name == "everything":
        return []
    if name in _NOT_OFFERED:
        raise errors.not_offered(f"USING SCOPE {clause.detail}", clause.at)
    result = _SCOPES[name](scope, context) if name in _SCOPES else None
    if result is None:
        raise errors.malformed(f"'{clause.detail}' is no scope of {scope.sobject.name}", clause.at)
    return [result]


def _equal(scope: Scope, name: str, value: object) -> Sql | None:
    field = scope.sobject.field(name)
    return None if field is None else Sql(f"{scope.root.column(field)} = ?", (value,))


def _mine(scope: Scope, context: QueryContext) -> Sql | None:
    return _equal(scope, "OwnerId", context.user_id)


def _mine_and_my_groups(scope: Scope, context: QueryContext) -> Sql | None:
    """Select records of the user, or of a queue or group of the user."""
    actor = scope.sobject.field("ActorId")
    if scope.sobject.name != "ProcessInstanceWorkitem" or actor is None:
        return None
    if scope.schema.get("GroupMember") is None:
        return _equal(scope, "ActorId", context.user_id)
    return Sql(f"{scope.root.column(actor)} IN ({_MY_GROUPS})", (context.user_id,))


def _delegated(scope: Scope, context: QueryContext) -> Sql | None:
    """Select the activities that the user created for others."""
    created, owned = _equal(scope, "CreatedById", context.user_id), _mine(scope, context)
    if scope.sobject.name not in {"Event", "Task"} or created is None or owned is None:
        return None
    return sql.joined("AND", [created, sql.negated(owned)])


def _owned_by(prefix: str) -> _Rows:
    def rows(scope: Scope, _: QueryContext) -> Sql | None:
        owner = scope.sobject.field("OwnerId")
        if owner is None or "Group" not in owner.reference_to:
            return None
        return Sql(f"substr({scope.root.column(owner)}, 1, 3) = ?", (prefix,))

    return rows


def _active_campaigns(scope: Scope, _: QueryContext) -> Sql | None:
    return _equal(scope, "IsActive", 1) if scope.sobject.name == "Campaign" else None


def _my_active_campaigns(scope: Scope, context: QueryContext) -> Sql | None:
    active, mine = _active_campaigns(scope, context), _mine(scope, context)
    return None if active is None or mine is None else sql.joined("AND", [active, mine])


_SCOPES: Final[dict[str, _Rows]] = {
    "all_active_campaigns": _active_campaigns,
    "delegated": _delegated,
    "mine": _mine,
    "mine_and_my_groups": _mine_and_my_groups,
    "my_active_campaigns": _my_active_campaigns,
    "queue_owned": _owned_by(_GROUPS),
    "user_owned": _owned_by(_USERS),
}
