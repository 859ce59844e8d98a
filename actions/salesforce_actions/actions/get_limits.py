"""Get the org's limits, and how much of each is left.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.forms.hints import hints


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str] = Field(
        default_factory=list,
        title="Limits",
        description="Return only these limits, by Salesforce's names; leave empty for all.",
        examples=[["DailyApiRequests", "DataStorageMB"]],
        json_schema_extra=hints(widget="tags"),
    )


class Limit(BaseModel):
    """One limit.

    Attributes:
        used: `max` less `remaining`; never below 0.
    """

    name: str = Field(title="Name", description="Name of the limit, as Salesforce returns it.")
    max: int = Field(title="Maximum", description="The limit, in the unit that its name states.")
    remaining: int = Field(title="Remaining", description="What remains of the limit.")
    used: int = Field(title="Used", description="What is used of the limit.")


class Output(BaseModel):
    limits: list[Limit] = Field(
        title="Limits", description="Limits by name; the values may be a few minutes old."
    )


def flow(args: Input) -> Flow[Output]:
    body = records.decode((yield Call("GET", "/limits")))
    if not isinstance(body, dict):
        raise BadReply("The limits are not an object.", code="BAD_REPLY")
    limits = [
        limit for name, value in sorted(body.items()) if (limit := _limit(name, value)) is not None
    ]
    if unknown := sorted(set(args.names) - {limit.name for limit in limits}):
        yield Note(f"This user has no limits named {', '.join(unknown)}.")
    return Output(limits=[limit for limit in limits if not args.names or limit.name in args.names])


def _limit(name: str, value: Any) -> Limit | None:
    match value:
        case {"Max": int(most), "Remaining": int(left)}:
            return Limit(name=name, max=most, remaining=left, used=max(0, most - left))
        case _:
            return None


get_limits = Action(
    name="get_limits",
    title="Get limits",
    summary="Get the org's limits, and how much of each is left.",
    category="About the org",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm",
    reads=True,
    examples=(
        Example("All of them", {}),
        Example("API calls of the last 24 hours", {"names": ["DailyApiRequests"]}),
    ),
)
