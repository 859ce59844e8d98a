"""Get the state of a bulk job, or wait until it is finished.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_info.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.bulk import jobs
from salesforce_connector.flow import Flow


class _Which(BaseModel):
    job_id: jobs.JobId
    kind: jobs.KindField = "write"


class Input(jobs.WaitOptions, _Which):
    model_config = ConfigDict(extra="forbid")

    wait: bool = Field(
        default=False,
        title="Wait",
        description="Wait until Salesforce is done; otherwise return the job's current state.",
        examples=[True],
    )


class Output(BaseModel):
    job: jobs.Job = Field(title="Bulk job", description="The job in its current state.")
    finished: bool = Field(title="Finished", description="Whether the job has ended.")


def flow(args: Input) -> Flow[Output]:
    job = yield from jobs.get(args.kind, args.job_id)
    if args.wait:
        [job] = yield from jobs.wait(args.kind, [job], args.max_wait, None, created=False)
    return Output(job=job, finished=job.finished)


get_bulk_job = Action(
    name="get_bulk_job",
    title="Get a bulk job",
    summary="Get the state of a bulk job, or wait until it is finished.",
    category="Bulk",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_info.htm",
    reads=True,
    examples=(
        Example("How a job stands", {"job_id": "7505fEXAMPLE5ZcAAE"}),
        Example(
            "Wait for a query's job",
            {"job_id": "7505fEXAMPLE5ZcAAE", "kind": "query", "wait": True},
        ),
    ),
)
