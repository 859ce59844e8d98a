"""Create records or update them by an external id, any number of them, 200 a call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_upsert.htm
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Call, Example, Flow
from salesforce_connector.soql import SObjectName
from salesforce_connector.writing import batching, collection
from salesforce_connector.writing.record_results import RowsOutput, only_once, value_of
from salesforce_connector.writing.write_options import ChangeOptions


class _Rows(BaseModel):
    sobject: SObjectName
    external_id_field: records.ExternalIdField
    rows: list[records.Fields] = Field(
        title="Rows",
        description="Values by API name; each row has a value for the external id.",
        min_length=1,
        examples=[[{"External_Id__c": "A-1", "Name": "Acme"}]],
    )


class Input(ChangeOptions, collection.GroupedOptions, _Rows):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[RowsOutput]:
    name = args.external_id_field
    only_once((str(value_of(row, name, i)) for i, row in enumerate(args.rows)), name)
    rows = [collection.typed(args.sobject, args.settled(row)) for row in args.rows]

    def call(some: Sequence[Any]) -> Call:
        return Call(
            "PATCH",
            f"/composite{records.path(args.sobject, name)}",
            json={"allOrNone": args.all_or_none, "records": some},
            headers=args.headers(),
            repeatable=True,
        )

    order = batching.by_parent(args.rows, args.group_by)
    return (yield from collection.write(rows, order, collection.Save(call, created=None), args))


upsert_records = Action(
    name="upsert_records",
    title="Create or update records",
    summary="Create records or update them by an external id, and say what became of each.",
    category="Write many",
    input=Input,
    output=RowsOutput,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_upsert.htm",
    destroys=True,
    repeatable=True,
    examples=(
        Example(
            "Accounts known by the number of another system",
            {
                "sobject": "Account",
                "external_id_field": "External_Id__c",
                "rows": [
                    {"External_Id__c": "A-1", "Name": "Acme"},
                    {"External_Id__c": "A-2", "Name": "Globex"},
                ],
            },
        ),
    ),
)
