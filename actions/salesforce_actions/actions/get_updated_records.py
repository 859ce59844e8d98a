"""Get the ids of records that were created or changed in a time window.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm
"""

from pydantic import BaseModel, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow
from salesforce_connector.metadata import suggestions
from salesforce_connector.polling import change_window
from salesforce_connector.wire_model import Wire


class Input(change_window.Window):
    pass


class _Answer(Wire):
    ids: list[str]
    latest_date_covered: str


class Output(BaseModel):
    ids: list[str] = Field(
        title="Record IDs", description="IDs of the records (18 characters); at most 600,000."
    )
    latest_date_covered: str = Field(
        title="Latest date covered",
        description="Start of the next window; later changes may not be included yet.",
    )


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    window = yield from change_window.with_end(args)
    answer = yield change_window.ask(window, "updated/")
    reply = records.read(_Answer, answer, "get_updated_records")
    return Output(ids=reply.ids, latest_date_covered=reply.latest_date_covered)


get_updated_records = Action(
    name="get_updated_records",
    title="Get updated records",
    summary="Get the IDs of records that were created or changed in a time window.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm",
    reads=True,
    examples=(
        Example("Accounts, up to now", {"sobject": "Account", "start": "2026-11-21T09:00:00Z"}),
    ),
)
