"""Get the results of a bulk job's records: written, failed and not processed.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_successful_results.htm
"""

from pydantic import BaseModel, ConfigDict

from salesforce_connector.action import Action, Example
from salesforce_connector.bulk import job_results, jobs, write_jobs
from salesforce_connector.bulk.column_types import ValueForm, column_types, sent_value, values_field
from salesforce_connector.bulk.job_results import BulkRecordResult
from salesforce_connector.bulk.write_options import ResultOptions
from salesforce_connector.flow import Flow


class _Job(BaseModel):
    job_id: jobs.JobId


class _Values(BaseModel):
    values: ValueForm = values_field(
        "Types cost a describe call. A value that does not fit its field stays unchanged.",
        group="Results",
    )


class Input(_Values, ResultOptions, _Job):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[write_jobs.Results]:
    if args.results_folder is not None:
        write_jobs.results_folder(args.results_folder)
    job = yield from jobs.get("write", args.job_id)
    if not job.finished:
        raise jobs.not_finished_error(job)
    left = 0
    if job.state != "JobComplete":  # a job does not return its number of unprocessed records
        left = yield from job_results.count(job, "unprocessed")
    results = yield from write_jobs.fetch([job], {job.id: left}, args, args.limit)
    if args.values == "typed" and results.records:
        yield from _add_types(job, results.records)
    return results


def _add_types(job: jobs.Job, records: list[BulkRecordResult]) -> Flow[None]:
    """Put values by the types of the object's fields in place of cells."""
    names = [*dict.fromkeys(name for record in records for name in record.values)]
    types = yield from column_types(job.object or "", names)
    kinds = dict(zip(names, types, strict=True))
    for record in records:
        record.values = {
            name: sent_value(kinds[name], cell) for name, cell in record.values.items()
        }


get_bulk_results = Action(
    name="get_bulk_results",
    title="Get a bulk job's results",
    summary="Get the results of a bulk job's records: written, failed and not processed.",
    category="Bulk",
    input=Input,
    output=write_jobs.Results,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_successful_results.htm",
    reads=True,
    examples=(
        Example(
            "What failed, and why",
            {"job_id": "7505fEXAMPLE5ZcAAE", "results": ["failed", "unprocessed"]},
        ),
        Example(
            "All of it, as files",
            {"job_id": "7505fEXAMPLE5ZcAAE", "results_folder": "/tmp"},  # noqa: S108 - an example
        ),
    ),
)
