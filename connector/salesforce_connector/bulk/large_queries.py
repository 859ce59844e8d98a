"""Runs a query as a bulk job when it has more rows than are to be fetched page by page.

The first page says how many rows there are. A query that a bulk job does not take, such as one with
a nested query, goes on page by page, and a note says why.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_query.htm
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from salesforce_connector.bulk import jobs, query_results
from salesforce_connector.bulk.job_failure import job_failure
from salesforce_connector.bulk.rest_rows import RestRows, object_of, rest_rows
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Deliver, Flow, Note
from salesforce_connector.record_pages import Columns, JsonPage

_AT_ONCE: Final = 4  # result pages
_MAX_WAIT: Final = 86_400.0  # seconds; Salesforce stops what takes longer than a day


def run_in_bulk(soql: str, total: int, *, include_deleted: bool) -> Flow[jobs.Job | None]:
    """Run a query as a bulk job to its end; None when Salesforce does not take it as one."""
    if object_of(soql) is None:
        yield Note(
            f"{total:,} rows are fetched page by page: a bulk job runs no query with functions, "
            "aggregates or nested queries."
        )
        return None
    operation = "queryAll" if include_deleted else "query"
    try:
        job = yield from jobs.create("query", {"operation": operation, "query": soql})
    except Rejected as error:
        yield Note(f"{total:,} rows are fetched page by page: {error.message}")
        return None
    yield jobs.progress([job], None)
    [job] = yield from jobs.wait("query", [job], _MAX_WAIT, total, created=True)
    if job.state != "JobComplete":
        yield Note(f"{total:,} rows are fetched page by page: {job.error or job.state}")
        return None
    yield Note(f"{total:,} rows match, so the query ran as the bulk job {job.id}.")
    return job


def resume_job(job_id: str) -> Flow[jobs.Job]:
    """Find the job that an interrupted run of the same query created, and wait for it.

    Raises:
        ConnectorError: It failed, or is not there any more.
    """
    job = yield from jobs.get("query", job_id)
    [job] = yield from jobs.wait("query", [job], _MAX_WAIT, None, created=False)
    if job.state != "JobComplete":
        raise job_failure([job], field="soql")
    return job


Deliverer = Callable[[list[dict[str, Any]]], Flow[None]]


def read_records(
    job: jobs.Job, soql: str, cap: int | None, state: Mapping[str, Any], deliver: Deliverer
) -> Flow[None]:
    """Read a job's rows in the form of the REST API, some thousand at a time.

    Args:
        job: Finished.
        soql: Its query.
        cap: Records at most; None for all.
        state: Of the run's progress that this one resumes.
        deliver: Takes records, in their order.
    """
    form: RestRows | None = None

    def take(names: list[str], rows: list[list[str]]) -> Flow[None]:
        nonlocal form
        if form is None:
            base = job.path("query").partition("/jobs")[0]
            form = yield from rest_rows(object_of(soql) or "", names, base)
        yield from deliver(form.records(rows))

    yield from query_results.stream(job, cap, _AT_ONCE, state, take)


def pages(soql: str) -> Deliverer:
    """Return what hands records on as pages of a stream."""
    columns = Columns(soql)

    def deliver(records: list[dict[str, Any]]) -> Flow[None]:
        yield Deliver(JsonPage(records, columns))

    return deliver
