"""Run a SOQL query and give all its rows, page after page.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import paging
from salesforce_connector.action import Action, Call, Example, Flow, Note
from salesforce_connector.form_hints import hints
from salesforce_connector.raw_rows import Rows
from salesforce_connector.soql import LONGEST, Parameters, bind


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    soql: str = Field(
        title="SOQL",
        description="The query. Write :name where a value goes; values are quoted for you.",
        min_length=1,
        max_length=LONGEST,
        examples=["SELECT Id, Name FROM Account WHERE Industry = :industry"],
        json_schema_extra=hints(widget="soql"),
    )
    parameters: Parameters = Field(
        default_factory=dict,
        title="Parameters",
        description=(
            "A value for each :name. Lists are for IN. Dates: {'date': '2026-01-31'}, "
            "{'datetime': '2026-01-31T09:00:00Z'}, {'date_literal': 'LAST_N_DAYS:7'}. For LIKE: "
            "{'starts_with': ...}, {'contains': ...}, {'ends_with': ...}."
        ),
        examples=[{"industry": "Banking"}],
        json_schema_extra=hints(widget="keyvalue", visibility="important"),
    )
    include_deleted: bool = Field(
        default=False,
        title="Include deleted",
        description="Also return rows in the recycle bin and archived activities.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced"),
    )
    limit: int = Field(
        default=10_000,
        title="Maximum rows",
        description="The most rows to return; a warning says when there were more.",
        json_schema_extra=hints(text="A stream gives all rows unless a limit is given."),
        ge=1,
        le=1_000_000,
        examples=[10_000],
    )


class Output(BaseModel):
    records: Rows = Field(
        title="Records", description="As Salesforce gives them, with `attributes`."
    )
    total: int = Field(
        title="Total", description="How many rows match; for COUNT() alone, the count."
    )
    complete: bool = Field(title="Complete", description="False when rows were cut off.")


def flow(args: Input) -> Flow[Output]:
    rows = yield from paging.fetch(_first(args), args.limit)
    if rows.capped:
        yield Note(
            f"{rows.total:,} rows match; the first {len(rows.records):,} are given. "
            "Raise limit, or narrow the query."
        )
    return Output(records=rows.records, total=rows.total, complete=rows.complete)


def stream(args: Input) -> Flow[None]:
    cap = args.limit if "limit" in args.model_fields_set else None
    yield from paging.stream(_first(args), cap)


def _first(args: Input) -> Call:
    resource = "/queryAll" if args.include_deleted else "/query"
    return Call("GET", resource, params={"q": bind(args.soql, args.parameters)})


query = Action(
    name="query",
    title="Query records",
    summary="Run a SOQL query and give all its rows.",
    category="Find",
    input=Input,
    output=Output,
    flow=flow,
    stream=stream,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm",
    reads=True,
    examples=(
        Example(
            "Accounts of one industry, newest first",
            {
                "soql": "SELECT Id, Name FROM Account WHERE Industry = :industry "
                "ORDER BY CreatedDate DESC",
                "parameters": {"industry": "Banking"},
            },
        ),
        Example(
            "What was closed last month, deleted rows included",
            {
                "soql": "SELECT Id, Name, Amount FROM Opportunity WHERE CloseDate = :period",
                "parameters": {"period": {"date_literal": "LAST_MONTH"}},
                "include_deleted": True,
            },
        ),
    ),
)
