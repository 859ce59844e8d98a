"""Finds a record by an external id that no path can hold.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_fields.htm
"""

from collections.abc import Sequence
from typing import Any

from salesforce_connector.errors import Conflict
from salesforce_connector.flow import Call, Flow
from salesforce_connector.paging import query_results
from salesforce_connector.soql.binding import bind


def find_by_external_id(
    sobject: str, field: str, value: str, columns: Sequence[str] = ("Id",)
) -> Flow[dict[str, Any] | None]:
    """Find the one record that has a value; None for none.

    Args:
        sobject: API name, as its input's pattern has it; so are the other names.
        field: The external id.
        value: Of the external id.
        columns: Fields to give.

    Raises:
        Conflict: Several records have it.
    """
    query = f"SELECT {', '.join(columns)} FROM {sobject} WHERE {field} = :value LIMIT 20"  # noqa: S608
    soql = bind(query, {"value": value})
    records = (
        yield from query_results.fetch(Call("GET", "/query", params={"q": soql}), 20)
    ).records
    if len(records) > 1:
        ids = [str(record.get("Id")) for record in records if record.get("Id")]
        listed = f": {', '.join(ids)}" if ids else ""
        raise Conflict(
            f"Several records have this external ID{listed}.",
            code="HTTP_300",
            remedy="Make the external ID unique, or use the record's ID.",
            matches=ids,
        )
    return records[0] if records else None
