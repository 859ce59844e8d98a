"""Create one record.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_create.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.metadata import suggestions
from salesforce_connector.metadata.record_check import check_record
from salesforce_connector.writing.write_options import CreateOptions


class _Record(BaseModel, defer_build=True):  # for its fields alone
    sobject: SObjectName
    fields: records.Fields


class Input(CreateOptions, _Record):
    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    id: str = Field(title="Record ID", description="ID of the record (18 characters).")


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    fields = yield from check_record(args.sobject, args.apply(args.fields), "create", args)
    answer = yield Call(
        "POST",
        records.path(args.sobject),
        json=fields,
        headers=args.headers(),
        checked=True,
    )
    saved = records.read(records.SaveResult, answer, "create_record")
    return Output(id=saved.id)


create_record = Action(
    name="create_record",
    title="Create a record",
    summary="Create one record.",
    category="Write",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_create.htm",
    examples=(
        Example(
            "A new account",
            {"sobject": "Account", "fields": {"Name": "Acme", "Industry": "Banking"}},
        ),
        Example(
            "A contact whose account is known by an external ID",
            {
                "sobject": "Contact",
                "fields": {"LastName": "Doe", "Account": {"External_Id__c": "A-1"}},
            },
        ),
        Example(
            "A lead that keeps its owner, even when it looks like another",
            {
                "sobject": "Lead",
                "fields": {"LastName": "Doe", "Company": "Acme"},
                "assignment_rule": "none",
                "allow_duplicates": True,
            },
        ),
    ),
)
