"""Get the API versions that the org serves.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.http.api_versions import Version, list_offered
from salesforce_connector.http.connection_state import API_VERSION


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    versions: list[Version] = Field(
        title="Versions", description="API versions that the org supports, the oldest first."
    )
    newest: str = Field(title="Newest", description="Newest API version that the org supports.")
    tested: str = Field(title="Tested", description="Newest API version that this connector knows.")


def flow(args: Input) -> Flow[Output]:  # noqa: ARG001 - it has no inputs
    versions = yield from list_offered()
    return Output(
        versions=versions, newest=versions[-1].version if versions else "", tested=API_VERSION
    )


get_api_versions = Action(
    name="get_api_versions",
    title="Get API versions",
    summary="Get the API versions that the org serves; costs no API call.",
    category="About the org",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm",
    reads=True,
    examples=(Example("All of them", {}),),
)
