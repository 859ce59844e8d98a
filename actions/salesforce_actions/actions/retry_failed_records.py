"""Write again, by a new job, the records that a bulk job did not write.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_failed_results.htm
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.bulk import job_results, write_jobs
from salesforce_connector.bulk import jobs as bulk
from salesforce_connector.bulk.csv_format import DELIMITERS
from salesforce_connector.bulk.failed_records import FailedSource
from salesforce_connector.bulk.write_options import WriteOptions
from salesforce_connector.files.file_errors import scratch_errors
from salesforce_connector.flow import Flow, Note
from salesforce_connector.forms.hints import hints


class _Job(BaseModel):
    job_id: bulk.JobId
    codes: list[str] = Field(
        default_factory=list,
        title="Codes",
        description=(
            "Retry only records that failed with one of these error codes; leave empty for all."
        ),
        examples=[["UNABLE_TO_LOCK_ROW"]],
        json_schema_extra=hints(widget="tags"),
    )
    include_unprocessed: bool = Field(
        default=True,
        title="Include unprocessed",
        description=(
            "Also retry records that the job did not process; not together with error codes."
        ),
        examples=[False],
    )


class Input(WriteOptions, _Job):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[write_jobs.Results]:
    if args.results_folder is not None:
        write_jobs.results_folder(args.results_folder)
    job = yield from bulk.get("write", args.job_id)
    if not job.finished:
        raise bulk.not_finished_error(job)
    if job.state == "JobComplete" and not job.failed:
        return (yield from _nothing(job))
    body = bulk.writing(
        job.object,
        job.operation,
        delimiter=job.delimiter,
        external_id_field=job.external_id_field,
        assignment_rule=job.assignment_rule,
    )
    with scratch_errors(), TemporaryDirectory(prefix="salesforce-connector-") as folder:
        real = Path(os.path.realpath(folder))
        paths = [real / "failed.csv"]
        yield from job_results.save(job, "failed", paths[0])
        if args.include_unprocessed and not args.codes and job.state != "JobComplete":
            paths.append(real / "unprocessed.csv")
            yield from job_results.save(job, "unprocessed", paths[1])
        source = FailedSource(paths, DELIMITERS.get(job.delimiter, ","), args.codes)
        sent = yield from write_jobs.send(body, source, args)
    if not sent.jobs:
        return (yield from _nothing(job))
    return (yield from write_jobs.finish(sent, args))


def _nothing(job: bulk.Job) -> Flow[write_jobs.Results]:
    yield Note(f"No record of the job {job.id} needs to be written again.")
    return write_jobs.Results(jobs=[], succeeded=0, failed=0)


retry_failed_records = Action(
    name="retry_failed_records",
    title="Retry failed records",
    summary="Write the records that a bulk job did not write again, with a new job.",
    category="Bulk",
    input=Input,
    output=write_jobs.Results,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_failed_results.htm",
    destroys=True,
    examples=(
        Example(
            "Only records that were locked",
            {"job_id": "7505fEXAMPLE5ZcAAE", "codes": ["UNABLE_TO_LOCK_ROW"]},
        ),
    ),
)
