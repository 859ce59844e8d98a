"""Bring a record back from the recycle bin.

REST cannot do this: it uses SOAP, with the connection's own OAuth token.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_undelete.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.http import soap
from salesforce_connector.identifiers import RecordId


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: RecordId


class Output(BaseModel):
    id: str = Field(
        title="Record ID",
        description="ID of the restored record (18 characters); the same as before.",
    )


def flow(args: Input) -> Flow[Output]:
    operation = soap.group("undelete", soap.element("ids", args.id))
    done = soap.outcome((yield soap.call(operation)))
    return Output(id=done.first("id") or args.id)


undelete_record = Action(
    name="undelete_record",
    title="Undelete a record",
    summary="Restore a record from the recycle bin.",
    category="Write",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_undelete.htm",
    examples=(Example("An account", {"id": "001D000000IqhSLIAZ"}),),
)
