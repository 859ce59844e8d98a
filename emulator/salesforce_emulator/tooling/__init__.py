"""The Tooling API, read only: what the org is made of, as rows that SOQL finds.

An `Entity` is an sobject whose rows are made from what the org holds: its schema, its declared
flows, Apex and validation rules. `statements.py` puts the rows into tables for the time of one
statement and has `soql/` run it. No HTTP: that is in `routes.py`.

https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/intro_api_tooling.htm
"""

from salesforce_emulator.tooling.entity import Entity
from salesforce_emulator.tooling.statements import (
    below_tooling,
    catalog,
    columns,
    in_data_api,
    query,
    query_data_api,
    read_record,
)

__all__ = [
    "Entity",
    "below_tooling",
    "catalog",
    "columns",
    "in_data_api",
    "query",
    "query_data_api",
    "read_record",
]
