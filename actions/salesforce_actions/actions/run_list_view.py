"""Return the records that a list view shows.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviewresults.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow, Note
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.identifiers import RecordId, SObjectName
from salesforce_connector.metadata import suggestions
from salesforce_connector.metadata.list_views import Column, fetch_rows, stream_rows
from salesforce_connector.raw_rows import Rows
from salesforce_connector.soql.inputs import limit_field


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    view_id: RecordId = Field(
        title="List view",
        description="The list view to run.",
        examples=["00BD0000005WcBeMAK"],
        json_schema_extra=dynamic_options("list_views", "sobject"),
    )
    limit: int = limit_field(2_000, 50_000, streams=True)


class Output(BaseModel):
    records: Rows = Field(
        title="Records",
        description="Records of the list view: displayed values by field name or path.",
    )
    columns: list[Column] = Field(
        title="Columns", description="Columns in the order of the list view."
    )
    complete: bool = Field(
        title="Complete", description="False if there are more records than were returned."
    )


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    columns, records, complete = yield from fetch_rows(args.sobject, args.view_id, args.limit)
    if not complete:
        yield Note(
            f"The first {len(records):,} records are returned; there may be more. Raise limit."
        )
    return Output(records=records, columns=columns, complete=complete)


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def stream(args: Input) -> Flow[None]:
    cap = args.limit if "limit" in args.model_fields_set else None
    yield from stream_rows(args.sobject, args.view_id, cap)


run_list_view = Action(
    name="run_list_view",
    title="Run a list view",
    summary="Return the records that a list view shows.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    stream=stream,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviewresults.htm",
    reads=True,
    examples=(
        Example("A view of accounts", {"sobject": "Account", "view_id": "00BD0000005WcBeMAK"}),
    ),
)
