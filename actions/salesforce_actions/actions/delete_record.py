"""Delete one record; it goes to the recycle bin.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_delete_record.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import NotFound
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import lookup
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId, SObjectName
from salesforce_connector.metadata import suggestions


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    id: RecordId = Field(json_schema_extra=lookup())
    allow_deleted: bool = Field(
        default=False,
        title="Allow deleted",
        description=(
            "Count a record that is already deleted as a success; otherwise the step fails."
        ),
        examples=[True],
        json_schema_extra=hints(visibility="advanced"),
    )


class Output(BaseModel):
    id: str = Field(title="Record ID", description="ID of the record, as in the input.")


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    try:
        yield Call(
            "DELETE", records.path(args.sobject, args.id), repeatable=args.allow_deleted or None
        )
    except NotFound as error:
        if not (args.allow_deleted and error.code == "ENTITY_IS_DELETED"):
            raise
    return Output(id=args.id)


delete_record = Action(
    name="delete_record",
    title="Delete a record",
    summary="Delete one record; it goes to the recycle bin.",
    category="Write",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_delete_record.htm",
    destroys=True,  # not repeatable: the second delete is NotFound
    examples=(Example("An account", {"sobject": "Account", "id": "001D000000IqhSLIAZ"}),),
)
