"""Give what became of the records of a bulk job that wrote: written, failed, not processed.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_successful_results.htm
"""

from pydantic import BaseModel, ConfigDict

from salesforce_connector.action import Action, Example, Flow
from salesforce_connector.bulk import job_results, jobs, write_jobs


class _Job(BaseModel):
    job_id: jobs.JobId


class Input(write_jobs.ResultOptions, _Job):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[write_jobs.Results]:
    if args.results_folder is not None:
        write_jobs.results_folder(args.results_folder)
    job = yield from jobs.look("write", args.job_id)
    if not job.finished:
        raise jobs.not_finished_error(job)
    left = 0
    if job.state != "JobComplete":  # a job does not say how many records it left undone
        left = yield from job_results.count(job, "unprocessed")
    return (yield from write_jobs.fetch([job], {job.id: left}, args, args.limit))


get_bulk_results = Action(
    name="get_bulk_results",
    title="Get a bulk job's results",
    summary="Give what became of the records of a bulk job: written, failed, not processed.",
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
