"""Run a SOQL query and return all its records, page after page.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.bulk import large_queries
from salesforce_connector.bulk.job_upload import job_ids_of
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.flow import Call, Flow, Note, resume_state
from salesforce_connector.forms.hints import hints
from salesforce_connector.paging import query_results
from salesforce_connector.raw_rows import Rows
from salesforce_connector.response import Response
from salesforce_connector.soql.binding import bind
from salesforce_connector.soql.inputs import IncludeDeleted, QueryParameters, Soql
from salesforce_connector.soql.long_queries import send_query


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    soql: Soql
    parameters: QueryParameters = Field(default_factory=dict)
    include_deleted: IncludeDeleted = False
    limit: int = Field(
        default=10_000,
        title="Maximum records",
        description="The most records to return; a warning says when there are more.",
        json_schema_extra=hints(text="A stream returns all records unless a limit is set."),
        ge=1,
        le=1_000_000,
        examples=[10_000],
    )
    bulk_above: int | None = Field(
        default=None,
        title="Bulk above",
        description=(
            "Run the query as a bulk job when it gives more rows than this; leave empty to fetch "
            "all pages. The result names the job."
        ),
        ge=1,
        examples=[50_000],
        json_schema_extra=hints(
            visibility="advanced",
            text=(
                "A job costs fewer API calls and starts more slowly. Queries that bulk jobs do "
                "not support are fetched page by page in any case."
            ),
        ),
    )


class Output(BaseModel):
    records: Rows = Field(
        title="Records", description="Records as Salesforce returns them, with `attributes`."
    )
    total: int = Field(
        title="Total", description="Number of records that match; for COUNT() alone, the count."
    )
    complete: bool = Field(
        title="Complete", description="False if there are more records than were returned."
    )
    bulk_job: str | None = Field(
        default=None,
        title="Bulk job",
        description="ID of the bulk job that ran the query; null if it was read page by page.",
    )


def flow(args: Input) -> Flow[Output]:
    state = yield from resume_state()
    response, job = yield from _in_bulk(args, args.limit, state)
    if job is not None:
        return (yield from _collect(args, job, state))
    rows = yield from query_results.fetch(_first(args), args.limit, response=response)
    if rows.capped:
        yield Note(
            f"{rows.total:,} rows match; the first {len(rows.records):,} are returned. Raise "
            "limit, or narrow the query."
        )
    return Output(records=rows.records, total=rows.total, complete=rows.complete)


def stream(args: Input) -> Flow[None]:
    cap = args.limit if "limit" in args.model_fields_set else None
    state = yield from resume_state()
    response, job = yield from _in_bulk(args, cap, state)
    if job is None:
        yield from query_results.stream(_first(args), cap, response)
        return
    soql = bind(args.soql, args.parameters)
    yield from large_queries.read_records(job, soql, cap, state, large_queries.pages(soql))


def _first(args: Input) -> Call:
    resource = "/queryAll" if args.include_deleted else "/query"
    return Call("GET", resource, params={"q": bind(args.soql, args.parameters)})


def _in_bulk(
    args: Input, cap: int | None, state: Mapping[str, Any]
) -> Flow[tuple[Response | None, Job | None]]:
    """Return the finished job of a query that has many rows, or the first page of any other."""
    if job_ids := job_ids_of(state):
        return None, (yield from large_queries.resume_job(job_ids[0]))
    if args.bulk_above is None or "next_page" in state:
        return None, None
    first = _first(args)
    response = yield from send_query(first)
    total = query_results.total_of(response)
    if (total if cap is None else min(total, cap)) <= args.bulk_above:
        return response, None
    job = yield from large_queries.run_in_bulk(
        first.params["q"], total, include_deleted=args.include_deleted
    )
    return response, job


def _collect(args: Input, job: Job, state: Mapping[str, Any]) -> Flow[Output]:
    records: list[dict[str, Any]] = []

    def keep(page: list[dict[str, Any]]) -> Flow[None]:
        records.extend(page)
        return
        yield

    soql = bind(args.soql, args.parameters)
    whole = {name: value for name, value in state.items() if name == "job_ids"}
    yield from large_queries.read_records(job, soql, args.limit, whole, keep)
    complete = len(records) >= job.processed
    return Output(records=records, total=job.processed, complete=complete, bulk_job=job.id)


query = Action(
    name="query",
    title="Query records",
    summary="Run a SOQL query and return all its records.",
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
