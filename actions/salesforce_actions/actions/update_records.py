"""Change fields of records of one object, any number of them, 200 a call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Call, Example, Flow
from salesforce_connector.soql import SObjectName
from salesforce_connector.writing import batching, collection
from salesforce_connector.writing.record_results import KnownRow, RowsOutput, only_once
from salesforce_connector.writing.write_options import ChangeOptions


class _Rows(BaseModel):
    sobject: SObjectName
    rows: list[KnownRow] = Field(
        title="Rows",
        description="Id and the values to change by API name, for each record.",
        min_length=1,
        examples=[[{"Id": "001D000000IqhSLIAZ", "Rating": "Hot"}]],
    )


class Input(ChangeOptions, collection.GroupedOptions, _Rows):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[RowsOutput]:
    only_once((row["id"][:15] for row in args.rows), "Id")
    rows = [collection.typed(args.sobject, args.settled(row)) for row in args.rows]

    def call(some: Sequence[Any]) -> Call:
        return Call(
            "PATCH",
            "/composite/sobjects",
            json={"allOrNone": args.all_or_none, "records": some},
            headers=args.headers(),
            repeatable=True,
        )

    order = batching.by_parent(args.rows, args.group_by)
    return (yield from collection.write(rows, order, collection.Save(call, created=False), args))


update_records = Action(
    name="update_records",
    title="Update records",
    summary="Change fields of records, any number of them, and say what became of each.",
    category="Write many",
    input=Input,
    output=RowsOutput,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm",
    destroys=True,
    repeatable=True,
    examples=(
        Example(
            "Both accounts or none",
            {
                "sobject": "Account",
                "rows": [
                    {"Id": "001D000000IqhSLIAZ", "Rating": "Hot"},
                    {"Id": "0015500001QdQWaAAN", "Rating": "Cold"},
                ],
                "all_or_none": True,
            },
        ),
    ),
)
