"""Create records or update them by an external id, any number of them, 200 a call.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_upsert.htm
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.metadata.field_rules import Fault
from salesforce_connector.metadata.record_check import check_records
from salesforce_connector.records import ExternalIdField, Fields, path
from salesforce_connector.writing import batching, collection
from salesforce_connector.writing.record_results import WriteResults, check_unique, external_ids
from salesforce_connector.writing.write_options import ChangeOptions


class _Records(BaseModel, defer_build=True):  # for its fields alone
    sobject: SObjectName
    external_id_field: ExternalIdField
    records: list[Fields] = Field(
        title="Records",
        description="Field values by API name; each record includes its external ID.",
        min_length=1,
        examples=[[{"External_Id__c": "A-1", "Name": "Acme"}]],
        json_schema_extra=hints(widget="records"),
    )


class Input(ChangeOptions, collection.GroupedOptions, _Records):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[WriteResults]:
    name = args.external_id_field
    missing: dict[int, list[Fault]] = {}
    check_unique(external_ids(args.records, name, missing), name)
    checked = yield from check_records(
        args.sobject, [args.apply(record) for record in args.records], "upsert", args, key=name
    )
    for index, faults in missing.items():
        checked.faults.setdefault(index, []).extend(faults)

    def call(some: Sequence[Any]) -> Call:
        return Call(
            "PATCH",
            f"/composite{path(args.sobject, name)}",
            json={"allOrNone": args.all_or_none, "records": some},
            headers=args.headers(),
            repeatable=True,
        )

    order = batching.by_parent(args.records, args.group_by)
    save = collection.Save(call, created=None)
    return (yield from collection.write(checked, args.sobject, order, save, args))


upsert_records = Action(
    name="upsert_records",
    title="Create or update records",
    summary="Create or update records by an external ID field, and return a result for each.",
    category="Write many",
    input=Input,
    output=WriteResults,
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
                "records": [
                    {"External_Id__c": "A-1", "Name": "Acme"},
                    {"External_Id__c": "A-2", "Name": "Globex"},
                ],
            },
        ),
    ),
)
