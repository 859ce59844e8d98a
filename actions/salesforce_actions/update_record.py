"""Change fields of one record.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_update_fields.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Call, Example, Flow
from salesforce_connector.soql import RecordId, SObjectName


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    id: RecordId
    fields: records.Fields


class Output(BaseModel):
    id: str = Field(title="Record id", description="As it was given.")


def flow(args: Input) -> Flow[Output]:
    # The same values twice leave the same record, so it may be sent again.
    yield Call("PATCH", records.path(args.sobject, args.id), json=args.fields, repeatable=True)
    return Output(id=args.id)


update_record = Action(
    name="update_record",
    title="Update a record",
    summary="Change fields of one record; the others stay as they are.",
    category="Write",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_update_fields.htm",
    destroys=True,
    repeatable=True,
    examples=(
        Example(
            "Set the rating and clear the website",
            {
                "sobject": "Account",
                "id": "001D000000IqhSLIAZ",
                "fields": {"Rating": "Hot", "Website": None},
            },
        ),
    ),
)
