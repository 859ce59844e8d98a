"""Describe one object: its fields, children and record types, as the user may see them.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
"""

from pydantic import BaseModel, ConfigDict

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.metadata import describe, suggestions


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName


class Output(describe.ObjectDescription):
    pass


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    answer = yield Call("GET", records.path(args.sobject, "describe"), cached=True)
    return records.read(Output, answer, "describe_object")


describe_object = Action(
    name="describe_object",
    title="Describe an object",
    summary="Describe one object: its fields, children and record types.",
    category="About the org",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm",
    reads=True,
    examples=(Example("Accounts", {"sobject": "Account"}),),
)
