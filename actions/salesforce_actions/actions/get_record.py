"""Get one record by its id.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve_get.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Call, Example, Flow
from salesforce_connector.dynamic_options import lookup
from salesforce_connector.form_hints import hints
from salesforce_connector.long_queries import send_query
from salesforce_connector.metadata import suggestions
from salesforce_connector.soql import FieldPath, RecordId, SObjectName
from salesforce_connector.validation import read_reply


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    id: RecordId = Field(json_schema_extra=lookup())
    fields: list[FieldPath] = Field(
        default_factory=list,
        title="Fields",
        description=(
            "API names of the fields to return; leave empty for all that the user can see."
        ),
        examples=[["Name", "Owner.Name"]],
        json_schema_extra=hints(widget="tags", visibility="important"),
    )


class Output(BaseModel):
    record: dict[str, Any] = Field(
        title="Record", description="As Salesforce returns it, with `attributes`."
    )


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    params = {"fields": ",".join(args.fields)} if args.fields else {}
    answer = yield from send_query(Call("GET", records.path(args.sobject, args.id), params=params))
    return read_reply(Output, {"record": records.decode(answer)}, "get_record")


get_record = Action(
    name="get_record",
    title="Get a record",
    summary="Get one record by its id.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve_get.htm",
    reads=True,
    examples=(
        Example(
            "Name and owner of an account",
            {"sobject": "Account", "id": "001D000000IqhSLIAZ", "fields": ["Name", "OwnerId"]},
        ),
    ),
)
