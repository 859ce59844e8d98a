"""Stop a bulk job; what it has written stays written.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/close_job.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.bulk import jobs
from salesforce_connector.flow import Flow


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    job_id: jobs.JobId
    kind: jobs.KindField = "write"


class Output(BaseModel):
    job: jobs.Job = Field(title="Bulk job", description="The job in its current state.")


def flow(args: Input) -> Flow[Output]:
    return Output(job=(yield from jobs.abort(args.kind, args.job_id)))


abort_bulk_job = Action(
    name="abort_bulk_job",
    title="Abort a bulk job",
    summary="Abort a bulk job; records that it has written stay written.",
    category="Bulk",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/close_job.htm",
    destroys=True,
    repeatable=True,
    examples=(Example("A job that writes", {"job_id": "7505fEXAMPLE5ZcAAE"}),),
)
