"""Get the list views of an object that the user may see.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.identifiers import SObjectName
from salesforce_connector.metadata import suggestions
from salesforce_connector.metadata.list_views import ListView, fetch_views


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName


class Output(BaseModel):
    views: list[ListView] = Field(
        title="List views", description="List views, in Salesforce's order."
    )


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    return Output(views=(yield from fetch_views(args.sobject)))


list_views = Action(
    name="list_views",
    title="Get list views",
    summary="Get the list views of an object that the user may see.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm",
    reads=True,
    examples=(Example("Of accounts", {"sobject": "Account"}),),
)
