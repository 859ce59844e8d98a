"""Change fields of records of one object, any number of them, 200 a call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.metadata.record_check import check_records
from salesforce_connector.writing import batching, collection
from salesforce_connector.writing.record_results import RecordWithId, WriteResults, check_unique
from salesforce_connector.writing.write_options import ChangeOptions


class _Records(BaseModel, defer_build=True):  # for its fields alone
    sobject: SObjectName
    records: list[RecordWithId] = Field(
        title="Records",
        description="The records to change: Id, and the new field values by API name.",
        min_length=1,
        examples=[[{"Id": "001D000000IqhSLIAZ", "Rating": "Hot"}]],
        json_schema_extra=hints(widget="records"),
    )


class Input(ChangeOptions, collection.GroupedOptions, _Records):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[WriteResults]:
    check_unique((record["id"][:15] for record in args.records), "Id")
    checked = yield from check_records(
        args.sobject, [args.apply(record) for record in args.records], "update", args, key="Id"
    )

    def call(some: Sequence[Any]) -> Call:
        return Call(
            "PATCH",
            "/composite/sobjects",
            json={"allOrNone": args.all_or_none, "records": some},
            headers=args.headers(),
            repeatable=True,
        )

    order = batching.by_parent(args.records, args.group_by)
    save = collection.Save(call, created=False)
    return (yield from collection.write(checked, args.sobject, order, save, args))


update_records = Action(
    name="update_records",
    title="Update records",
    summary="Update any number of records of one object, and return a result for each.",
    category="Write many",
    input=Input,
    output=WriteResults,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_update.htm",
    destroys=True,
    repeatable=True,
    examples=(
        Example(
            "Both accounts or none",
            {
                "sobject": "Account",
                "records": [
                    {"Id": "001D000000IqhSLIAZ", "Rating": "Hot"},
                    {"Id": "0015500001QdQWaAAN", "Rating": "Cold"},
                ],
                "all_or_none": True,
            },
        ),
    ),
)
