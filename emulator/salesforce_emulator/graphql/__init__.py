"""GraphQL queries for records: read by graphql-core, run as SOQL, shaped as the query asks.

`document.py` reads a request, `fields.py` holds it to the schema, `conditions.py` and
`connections.py` write SOQL of it, `records.py` shapes the answer. No HTTP.

https://developer.salesforce.com/docs/platform/graphql/guide/graphql-about.html
"""

from salesforce_emulator.graphql.execution import run

__all__ = ["run"]
