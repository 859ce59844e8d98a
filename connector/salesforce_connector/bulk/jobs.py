"""Jobs of Bulk API 2.0: created, closed, awaited, aborted. Their results are elsewhere.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0.htm
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from salesforce_connector.errors import BadReply, Rejected, Retryable
from salesforce_connector.flow import Call, Flow, Progress
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import repair_id
from salesforce_connector.records import read, segment
from salesforce_connector.response import Response

Kind: TypeAlias = Literal["write", "query"]

_RESOURCES: Final[Mapping[str, str]] = {"write": "ingest", "query": "query"}

FINISHED: Final = frozenset({"JobComplete", "Failed", "Aborted"})

AGAIN: Final = 60.0  # seconds until a job or a report is worth another look; ours

_FIRST_PAUSE: Final = 2.0  # seconds; Salesforce wants a pause between polls
_LONGEST_PAUSE: Final = 30.0

_ID: Final = r"^750[a-zA-Z0-9]{12}([a-zA-Z0-9]{3})?$"

JobId = Annotated[
    str,
    Field(
        title="Job ID",
        description="ID of the bulk job, from bulk_write or bulk_query.",
        pattern=_ID,
        examples=["7505fEXAMPLE5ZcAAE"],
    ),
    BeforeValidator(repair_id),  # last, so that the schema keeps the form
]

KindField = Annotated[
    Kind,
    Field(
        title="Kind",
        description="write for a job of bulk_write, query for a job of bulk_query.",
        examples=["write"],
    ),
]


class Job(BaseModel):
    """One bulk job, as Salesforce returns it."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(title="Job ID", description="ID of the bulk job (18 characters).", pattern=_ID)
    object: str | None = Field(
        default=None,
        title="Object",
        description="API name of the object; null while it is unknown.",
    )
    operation: str = Field(
        title="Operation", description="Operation of the job, such as insert or query."
    )
    state: str = Field(
        title="State",
        description="Open, UploadComplete, InProgress, JobComplete, Failed or Aborted.",
    )
    processed: int = Field(
        default=0,
        title="Processed",
        description="Number of records that are processed, including failed ones.",
        validation_alias=AliasChoices("numberRecordsProcessed", "processed"),
    )
    failed: int = Field(
        default=0,
        title="Failed",
        description="Number of records that failed.",
        validation_alias=AliasChoices("numberRecordsFailed", "failed"),
    )
    error: str | None = Field(
        default=None,
        title="Error",
        description="Why the job failed as a whole; null if it did not.",
        validation_alias=AliasChoices("errorMessage", "error"),
    )
    api_version: float | None = Field(
        default=None,
        title="API version",
        description="API version of the job; only this version returns its results.",
        validation_alias=AliasChoices("apiVersion", "api_version"),
    )
    external_id_field: str | None = Field(
        default=None,
        title="External ID field",
        description="External ID field of an upsert.",
        validation_alias=AliasChoices("externalIdFieldName", "external_id_field"),
    )
    assignment_rule: str | None = Field(
        default=None,
        title="Assignment rule",
        description="ID of the rule that runs, if any.",
        validation_alias=AliasChoices("assignmentRuleId", "assignment_rule"),
    )
    delimiter: str = Field(
        default="COMMA",
        title="Delimiter",
        description="Column delimiter, by Salesforce's name for it.",
        validation_alias=AliasChoices("columnDelimiter", "delimiter"),
    )

    @property
    def finished(self) -> bool:
        """Whether the job has ended."""
        return self.state in FINISHED

    def path(self, kind: Kind, *steps: str) -> str:
        """Return the path of what hangs below it, in its own API version."""
        root = "" if self.api_version is None else f"/services/data/v{self.api_version:.1f}"
        return root + path(kind, self.id, *steps)


class WaitOptions(BaseModel):
    """Whether and how long a step waits for jobs."""

    wait: bool = Field(
        default=True,
        title="Wait",
        description="Wait until Salesforce has finished; otherwise return the job's current state.",
        examples=[False],
        json_schema_extra=hints(visibility="advanced", group="Waiting"),
    )
    max_wait: float = Field(
        default=3_600,
        title="Longest wait",
        description="Seconds to wait. Then the step fails, and the job continues in Salesforce.",
        ge=1,
        le=86_400,  # Salesforce stops what takes longer than a day
        examples=[600],
        json_schema_extra=hints(visibility="advanced", group="Waiting", show_when={"wait": [True]}),
    )


def path(kind: Kind, *steps: str) -> str:
    """Return the path of jobs of a kind, of one, or of what hangs below it."""
    return "/".join(("/jobs", _RESOURCES[kind], *map(segment, steps)))


def writing(
    sobject: str | None,
    operation: str,
    *,
    delimiter: str,
    external_id_field: str | None,
    assignment_rule: str | None,
) -> dict[str, Any]:
    """Describe a job that writes, as Salesforce takes it."""
    settings = {
        "object": sobject,
        "operation": operation,
        "contentType": "CSV",
        "lineEnding": "LF",
        "columnDelimiter": delimiter,
        "externalIdFieldName": external_id_field,
        "assignmentRuleId": assignment_rule,
    }
    return {name: value for name, value in settings.items() if value is not None}


def create(kind: Kind, body: Mapping[str, Any]) -> Flow[Job]:
    """Create a job. Repeated when the response is lost: a job without records does nothing."""
    response = yield Call("POST", path(kind), json=dict(body), repeatable=True)
    return _read(response)


def get(kind: Kind, job: str) -> Flow[Job]:
    """Get a job in its present state."""
    response = yield Call("GET", path(kind, job))
    return _read(response, job)


def abort(kind: Kind, job: str) -> Flow[Job]:
    """Abort a job; records that it has written stay written."""
    response = yield Call("PATCH", path(kind, job), json={"state": "Aborted"}, repeatable=True)
    return _read(response, job)


def set_state(job: str, state: str) -> Flow[Job]:
    """Set the state of a job that writes."""
    response = yield Call("PATCH", path("write", job), json={"state": state}, repeatable=True)
    return _read(response, job)


def wait(
    kind: Kind, jobs: Sequence[Job], max_wait: float, total: int | None, *, created: bool
) -> Flow[list[Job]]:
    """Wait until all jobs are finished.

    Args:
        kind: Of all of them.
        jobs: At least one.
        max_wait: Seconds to wait in all.
        total: Records of all of them, None when not known.
        created: Whether this run created them: the same input would create others.

    Raises:
        Rejected: The time is over, and this run created them; they continue, and are named.
        Retryable: The time is over, and they were created before: the same input waits on.
    """
    latest = {job.id: job for job in jobs}
    for pause in _pauses(max_wait):
        open_jobs = [job for job in latest.values() if not job.finished]
        if not open_jobs:
            return list(latest.values())
        for number, job in enumerate(open_jobs):
            response = yield Call("GET", path(kind, job.id), delay=0.0 if number else pause)
            latest[job.id] = _read(response, job.id)
        yield progress(list(latest.values()), total)
    if all(job.finished for job in latest.values()):
        return list(latest.values())
    message = f"The job is not finished after {max_wait:,.0f} seconds: {', '.join(latest)}."
    code, remedy = "JOB_NOT_FINISHED", "It continues at Salesforce. Get it later by its ID"
    if created:
        raise Rejected(message, code=code, remedy=f"{remedy}; do not create it again.", sent=True)
    raise Retryable(message, code=code, remedy=f"{remedy}.", retry_after=AGAIN)


def progress(jobs: Sequence[Job], total: int | None) -> Progress:
    """Describe how far jobs have come; the state names them."""
    states = ", ".join(dict.fromkeys(job.state for job in jobs))
    done = sum(job.processed for job in jobs)
    if done or total is not None:
        message = f"Records processed ({'job' if len(jobs) == 1 else 'jobs'} {states})"
    else:
        message = f"Job is {states}" if len(jobs) == 1 else f"Jobs are {states}"
    return Progress(done, total, message, {"job_ids": [job.id for job in jobs]})


def sending(rows: int, job_ids: Sequence[str]) -> Progress:
    """Describe how many rows Salesforce has so far; the state names the jobs."""
    message = "Records sent" if rows else "Sending records"
    return Progress(rows, None, message, {"job_ids": [*job_ids]})


def not_finished_error(job: Job) -> Retryable:
    """Return the error for results that are requested too early."""
    return Retryable(
        f"The job {job.id} has not finished: {job.state}.",
        code="JOB_NOT_FINISHED",
        remedy="Wait for it, or try again later.",
        retry_after=AGAIN,
    )


def _pauses(max_wait: float) -> Iterator[float]:
    """Yield growing pauses, `max_wait` seconds in all."""
    pause, left = _FIRST_PAUSE, max_wait
    while left > 0:
        yield min(pause, left)
        left -= pause
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _read(response: Response, job_id: str | None = None) -> Job:
    """Read a job, which must be the one that was requested.

    Raises:
        BadReply: It is another, or none.
    """
    job = read(Job, response, "a bulk job")
    if job_id is not None and job.id[:15] != job_id[:15]:
        raise BadReply(
            f"Salesforce answered for another job than {job_id}.", code="BAD_REPLY", sent=True
        )
    return job if job_id is None else job.model_copy(update={"id": job_id})
