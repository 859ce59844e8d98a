"""The table that a SELECT reads, and which of its rows there are.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_queryall.htm
"""

from salesforce_emulator.schema import Schema, SObject
from salesforce_emulator.soql import errors
from salesforce_emulator.soql.names import Node
from salesforce_emulator.soql.query_context import QueryContext
from salesforce_emulator.soql.syntax import Query


def root_of(schema: Schema, query: Query) -> SObject:
    """Find the sobject of FROM.

    Raises:
        SoqlError: There is none of that name, or it cannot be queried.
    """
    path = query.source.path
    sobject = schema.get(str(path))
    if sobject is None:
        raise errors.unsupported_type(str(path), path.at)
    if not sobject.queryable:
        raise errors.not_queryable(sobject.name, path.at)
    return sobject


def not_deleted(node: Node, context: QueryContext) -> list[str]:
    """Return the condition that excludes deleted rows; nothing where they are included."""
    deleted = node.sobject.field("IsDeleted")
    if context.all_rows or deleted is None:
        return []
    return [f"{node.column(deleted)} = 0"]
