"""Get the API versions that the org serves.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm
"""

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from salesforce_connector import records
from salesforce_connector.action import Action, Call, Example, Flow
from salesforce_connector.errors import BadReply
from salesforce_connector.requests import API_VERSION


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Version(BaseModel):
    """One version of the API."""

    label: str = Field(title="Label", description="Salesforce's name of the release.")
    version: str = Field(title="Version", description='As in "68.0".')
    url: str = Field(title="Address", description="Of its resources, on the org's host.")


class Output(BaseModel):
    versions: list[Version] = Field(title="Versions", description="The oldest first.")
    newest: str = Field(title="Newest", description="The newest that the org serves.")
    tested: str = Field(title="Tested", description="The newest that this connector knows.")


_VERSIONS: TypeAdapter[list[Version]] = TypeAdapter(list[Version])


def flow(args: Input) -> Flow[Output]:  # noqa: ARG001 - there is nothing to be told
    answer = yield Call("GET", "/services/data", anonymous=True)
    try:
        versions = _VERSIONS.validate_python(records.decode(answer))
    except ValidationError:
        raise BadReply("The API versions are not a list of versions.", code="BAD_REPLY") from None
    versions.sort(key=lambda each: float(each.version))
    return Output(
        versions=versions, newest=versions[-1].version if versions else "", tested=API_VERSION
    )


get_api_versions = Action(
    name="get_api_versions",
    title="Get API versions",
    summary="Get the API versions that the org serves; costs no API call.",
    category="Know",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_versions.htm",
    reads=True,
    examples=(Example("All of them", {}),),
)
