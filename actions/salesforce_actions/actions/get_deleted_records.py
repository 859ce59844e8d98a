"""Get the ids of records that were deleted in a time window.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getdeleted.htm
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


class _Deleted(Wire):
    id: str
    deleted_date: str


class _Answer(Wire):
    deleted_records: list[_Deleted]
    earliest_date_available: str
    latest_date_covered: str


class DeletedRecord(BaseModel):
    """One deleted record."""

    id: str = Field(title="Record ID", description="ID of the record (18 characters).")
    deleted_at: str = Field(
        title="Deleted at", description="Timestamp in UTC, as Salesforce returns it."
    )


class Output(BaseModel):
    records: list[DeletedRecord] = Field(
        title="Records", description="Deleted records; at most 600,000."
    )
    earliest_date_available: str = Field(
        title="Earliest date available",
        description="Earliest deletion that Salesforce still reports.",
    )
    latest_date_covered: str = Field(
        title="Latest date covered",
        description="Start of the next window; later deletions may not be included yet.",
    )


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    window = yield from change_window.with_end(args)
    answer = yield change_window.ask(window, "deleted/")
    reply = records.read(_Answer, answer, "get_deleted_records")
    return Output(
        records=[
            DeletedRecord(id=record.id, deleted_at=record.deleted_date)
            for record in reply.deleted_records
        ],
        earliest_date_available=reply.earliest_date_available,
        latest_date_covered=reply.latest_date_covered,
    )


get_deleted_records = Action(
    name="get_deleted_records",
    title="Get deleted records",
    summary="Get the IDs of records that were deleted in a time window.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getdeleted.htm",
    reads=True,
    examples=(
        Example("Accounts, up to now", {"sobject": "Account", "start": "2026-11-21T09:00:00Z"}),
    ),
)
