"""What SOQL can not say about entities whose rows Salesforce makes up itself.

LIMIT is documented to be ignored there, and the local org heeds it.

https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/reference_objects_soql_limits.htm
"""

from collections.abc import Iterator
from typing import Final

from salesforce_emulator.soql.aggregates import is_grouped, is_row_count
from salesforce_emulator.soql.errors import SoqlError
from salesforce_emulator.soql.syntax import (
    Comparison,
    Condition,
    Junction,
    Membership,
    Negation,
    Query,
    SemiJoin,
)

PAGE: Final = 2_000  # rows of an answer: there is no page after the first

_FILTERS: Final = ("durableid", "entitydefinitionid", "entitydefinition.")
_EQUALS: Final = frozenset({"=", "IN", "LIKE"})


def require_supported(name: str, query: Query) -> None:
    """Check a statement on a synthetic entity against the restrictions of SOQL.

    Raises:
        SoqlError: It groups or counts, has OR or NOT, or does not name the entity.
    """
    if is_row_count(query) or is_grouped(query) or query.offset is not None:
        raise _unsupported(
            "The requested operation is not yet supported by this SObject storage type, contact"
            " salesforce.com support for more information."
        )
    result = [] if query.where is None else list(_plain(query.where))
    if name == "FieldDefinition" and not any(item.startswith(_FILTERS) for item in result):
        raise _unsupported(
            f"{name}: a filter on a reified column is required [EntityDefinitionId,DurableId]"
        )


def too_many(name: str) -> SoqlError:
    return SoqlError(
        "EXCEEDED_ID_LIMIT",
        f"{name} does not support queryMore(), use LIMIT to restrict the results to a single batch",
    )


def _plain(condition: Condition) -> Iterator[str]:
    """Return the fields that a condition compares, in lower case."""
    match condition:
        case Junction(operator="OR"):
            raise _unsupported("Disjunctions not supported")
        case Junction():
            for part in condition.parts:
                yield from _plain(part)
        case Comparison() | Membership():
            if condition.operator in {"INCLUDES", "EXCLUDES"}:
                raise _unsupported("Unsupported filter type")
            if condition.operator not in _EQUALS:
                raise _unsupported("Only equals comparisons permitted")
            yield str(condition.left).lower()
        case Negation() | SemiJoin():
            raise _unsupported("Only equals comparisons permitted")


def _unsupported(message: str) -> SoqlError:
    return SoqlError("EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION", message)
