"""Find records by conditions on fields; the SOQL is written for the builder, and shown.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import FieldPath, SObjectName
from salesforce_connector.metadata import suggestions
from salesforce_connector.paging import query_results
from salesforce_connector.query.filter_values import fit_filters
from salesforce_connector.query.filters import Filters, Order, select
from salesforce_connector.raw_rows import Rows
from salesforce_connector.soql.inputs import IncludeDeleted, limit_field


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    fields: list[FieldPath] = Field(
        default_factory=list,
        title="Fields",
        description="API names of the fields to return; the ID is always returned.",
        examples=[["Name", "Owner.Name"]],
        json_schema_extra=hints(widget="tags", visibility="important"),
    )
    filters: Filters = Field(default_factory=list)
    order: list[Order] = Field(
        default_factory=list,
        title="Order",
        description="Fields to sort by, the most important first.",
        examples=[[{"field": "CreatedDate", "descending": True}]],
        json_schema_extra=hints(widget="json"),
    )
    limit: int = limit_field(100, 50_000, streams=True)
    include_deleted: IncludeDeleted = False


class Output(BaseModel):
    records: Rows = Field(
        title="Records", description="Records as Salesforce returns them, with `attributes`."
    )
    soql: str = Field(
        title="SOQL", description="The SOQL query that was run; the action query accepts it."
    )


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def flow(args: Input) -> Flow[Output]:
    first = yield from _first(args, args.limit)
    result = yield from query_results.fetch(first, args.limit)
    if len(result.records) == args.limit:
        yield Note(
            f"{args.limit:,} records are returned; there may be more. Raise limit, or filter more."
        )
    return Output(records=result.records, soql=first.params["q"])


@suggestions.suggest_on_not_found("sobject", "object", suggestions.objects)
def stream(args: Input) -> Flow[None]:
    cap = args.limit if "limit" in args.model_fields_set else None
    first = yield from _first(args, None)
    yield from query_results.stream(first, cap)


def _first(args: Input, limit: int | None) -> Flow[Call]:
    """Return the query's first call."""
    filters = yield from fit_filters(args.sobject, args.filters)
    soql = select(args.sobject, ["Id", *args.fields], filters, args.order, limit)
    return Call("GET", "/queryAll" if args.include_deleted else "/query", params={"q": soql})


find_records = Action(
    name="find_records",
    title="Find records",
    summary="Find records by conditions on their fields; also returns the SOQL query.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    stream=stream,
    docs="https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm",
    reads=True,
    examples=(
        Example(
            "Banks with an owner called Kim, newest first",
            {
                "sobject": "Account",
                "fields": ["Name", "Owner.Name"],
                "filters": [
                    {"field": "Industry", "value": "Banking"},
                    {"field": "Owner.Name", "operator": "starts_with", "value": "Kim"},
                ],
                "order": [{"field": "CreatedDate", "descending": True}],
                "limit": 20,
            },
        ),
        Example(
            "Open opportunities that are large, or that close this month",
            {
                "sobject": "Opportunity",
                "fields": ["Name", "Amount", "CloseDate"],
                "filters": [
                    {"field": "IsClosed", "value": False},
                    {
                        "any": [
                            {"field": "Amount", "operator": "greater_than", "value": 100000},
                            {"field": "CloseDate", "value": {"date_literal": "THIS_MONTH"}},
                        ]
                    },
                ],
            },
        ),
    ),
)
