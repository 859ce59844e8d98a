"""Run a SOQL query as a bulk job: to records, or to a CSV, gzipped CSV or Parquet file.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_query.htm
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.bulk import jobs, query_results, result_files
from salesforce_connector.bulk.column_types import column_types
from salesforce_connector.bulk.job_failure import job_failure
from salesforce_connector.bulk.job_upload import job_ids_of
from salesforce_connector.bulk.query_input import QueryInput
from salesforce_connector.bulk.rest_rows import object_of
from salesforce_connector.errors import Rejected
from salesforce_connector.files import file_access
from salesforce_connector.flow import Flow, Note, resume_state
from salesforce_connector.raw_rows import Rows
from salesforce_connector.soql.binding import bind

Input = QueryInput


class Output(BaseModel):
    job: jobs.Job = Field(title="Bulk job", description="The job in its last known state.")
    records: Rows = Field(
        default_factory=list,
        title="Records",
        description=(
            "Records: values by column, fields of parents with dots; an empty value is null."
        ),
    )
    total: int = Field(
        default=0, title="Total", description="Number of records that the query returns."
    )
    complete: bool = Field(
        title="Complete",
        description=(
            "False if there are more records than were returned, or the step did not wait."
        ),
    )
    path: str | None = Field(
        default=None,
        title="Path",
        description="Path of the file that was written; null if each page has a file of its own.",
    )
    files: list[str] = Field(
        default_factory=list, title="Files", description="Paths of all files that were written."
    )


def flow(args: Input) -> Flow[Output]:
    if args.format == "parquet":
        result_files.require_parquet()
    if args.path is not None:
        file_access.resolve_to_write(args.path, "path")
    state = yield from resume_state()
    job = yield from _job(args, state)
    if not job.finished:
        return Output(job=job, complete=False)
    return (yield from _fetch(args, job, state))


def stream(args: Input) -> Flow[None]:
    if args.format != "records" or not args.wait:
        raise Rejected(
            "A stream waits for the query and returns its records.",
            code="NOT_APPLICABLE",
            remedy="Leave out format, path and wait.",
            fields=("format", "wait"),
        )
    state = yield from resume_state()
    job = yield from _job(args, state)
    cap = args.limit if "limit" in args.model_fields_set else None
    deliver = query_results.deliver_rows(_describer(args, job))
    yield from query_results.stream(job, cap, args.pages_at_once, state, deliver)


def _job(args: Input, state: Mapping[str, Any]) -> Flow[jobs.Job]:
    """Create the job or find the one created earlier, and wait for it if the step does."""
    earlier = args.job_id or next(iter(job_ids_of(state)), None)
    if earlier is not None:
        job = yield from jobs.get("query", earlier)
    else:
        operation = "queryAll" if args.include_deleted else "query"
        soql = bind(args.soql or "", args.parameters)
        job = yield from jobs.create("query", {"operation": operation, "query": soql})
        yield jobs.progress([job], None)
    if not args.wait and not job.finished:
        return job
    [job] = yield from jobs.wait("query", [job], args.max_wait, None, created=earlier is None)
    if job.state != "JobComplete":
        raise job_failure([job], field="soql")
    return job


def _fetch(args: Input, job: jobs.Job, state: Mapping[str, Any]) -> Flow[Output]:
    if args.path is None:
        records = yield from query_results.rows(job, args.limit, _describer(args, job))
        complete = len(records) >= job.processed
        if not complete:
            yield Note(
                f"The query has {job.processed:,} rows; the first {len(records):,} are "
                "returned. Raise limit, or write a file."
            )
        return Output(job=job, records=records, total=job.processed, complete=complete)
    path = file_access.resolve_to_write(args.path, "path")
    at_once = args.pages_at_once
    output = Output(job=job, total=job.processed, complete=True, path=args.path, files=[args.path])
    if args.format == "parquet":
        describe = _describer(args, job)
        yield from result_files.parquet_file(job, path, at_once, state, describe)
    elif args.format != "records" and not args.one_file_per_page:
        yield from result_files.text_file(job, path, args.format, at_once, state)
    elif args.format != "records":
        files = yield from result_files.page_files(job, path, args.format, at_once, state)
        output.path, output.files = None, [*map(str, files)]
    return output


def _describer(args: Input, job: jobs.Job) -> query_results.Describer | None:
    """Return what describes the columns; None when values are to stay texts."""
    if args.values == "text":
        return None
    sobject = object_of(args.soql or "") or job.object or ""
    return lambda names: column_types(sobject, names)


bulk_query = Action(
    name="bulk_query",
    title="Query in bulk",
    summary="Run a SOQL query as a bulk job; returns records, or writes a CSV or Parquet file.",
    category="Bulk",
    input=Input,
    output=Output,
    flow=flow,
    stream=stream,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_query.htm",
    reads=True,
    examples=(
        Example(
            "All contacts to a file",
            {
                "soql": "SELECT Id, Name, Email, AccountId FROM Contact",
                "format": "csv",
                "path": "/tmp/contacts.csv",  # noqa: S108 - an example
            },
        ),
        Example(
            "All contacts, gzipped as they come, a file for each result page",
            {
                "soql": "SELECT Id, Name, Email, AccountId FROM Contact",
                "format": "csv_gzip",
                "path": "/tmp/contacts.csv.gz",  # noqa: S108 - an example
                "one_file_per_page": True,
            },
        ),
        Example("Begin, and fetch later by job_id", {"soql": "SELECT Id FROM Lead", "wait": False}),
    ),
)
