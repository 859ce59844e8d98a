"""Create records of one object, any number of them, 200 a call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_create.htm
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.metadata.record_check import check_records
from salesforce_connector.records import Fields
from salesforce_connector.writing import batching, collection
from salesforce_connector.writing.record_results import WriteResults
from salesforce_connector.writing.write_options import CreateOptions


class _Records(BaseModel, defer_build=True):  # for its fields alone
    sobject: SObjectName
    records: list[Fields] = Field(
        title="Records",
        description="The new records: field values by API name.",
        min_length=1,
        examples=[[{"Name": "Acme"}, {"Name": "Globex", "Industry": "Energy"}]],
        json_schema_extra=hints(widget="records"),
    )


class Input(CreateOptions, collection.GroupedOptions, _Records):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[WriteResults]:
    checked = yield from check_records(
        args.sobject, [args.apply(record) for record in args.records], "create", args
    )

    def call(some: Sequence[Any]) -> Call:
        return Call(
            "POST",
            "/composite/sobjects",
            json={"allOrNone": args.all_or_none, "records": some},
            headers=args.headers(),
        )

    order = batching.by_parent(args.records, args.group_by)
    save = collection.Save(call, created=True)
    return (yield from collection.write(checked, args.sobject, order, save, args))


create_records = Action(
    name="create_records",
    title="Create records",
    summary="Create any number of records of one object, and return a result for each.",
    category="Write many",
    input=Input,
    output=WriteResults,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_create.htm",
    examples=(
        Example(
            "Contacts of two accounts; up to ten may fail",
            {
                "sobject": "Contact",
                "records": [
                    {"LastName": "Doe", "AccountId": "001D000000IqhSLIAZ"},
                    {"LastName": "Roe", "AccountId": "0015500001QdQWaAAN"},
                ],
                "fail_when": {"more_than": 10},
            },
        ),
    ),
)
