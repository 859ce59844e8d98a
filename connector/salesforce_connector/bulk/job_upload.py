"""Sends the rows of a source by jobs that write: created, filled, closed, and resumed.

The ID of a job is reported before a row is sent, so that a run that resumes an interrupted one
finds its jobs: rows that a job has are not sent again. A job that was not closed has written
nothing.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from salesforce_connector.bulk import jobs
from salesforce_connector.bulk.csv_format import Part, Source
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.errors import ConnectorError, Rejected, Unavailable
from salesforce_connector.flow import Call, Flow, Progress

UPLOADS: Final = 3  # tries, each with a job of its own
UPLOAD_TIMEOUT: Final = 600.0  # seconds for 100 MB and Salesforce's answer to them


@dataclass(slots=True)
class SentJobs:
    """The jobs that were sent, and the rows of each; and how many rows were not sent."""

    jobs: list[Job] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    left_out: int = 0

    def add(self, job: Job, part: Part) -> None:
        """Record a job that has the rows of a part."""
        self.jobs.append(job)
        self.rows[job.id] = part.rows

    def progress(self, *open_jobs: Job) -> Progress:
        """Describe how many rows Salesforce has; the state names the jobs, open ones at the end."""
        ids = [job.id for job in (*self.jobs, *open_jobs)]
        return jobs.sending(sum(self.rows.values()), ids)


def send(
    body: Mapping[str, Any],
    source: Source,
    *,
    max_bytes: int,
    max_rows: int | None,
    resume: Sequence[str] = (),
) -> Flow[SentJobs]:
    """Send all rows of a source, in as many jobs as it takes; none when it has none.

    Args:
        body: What is done with the rows, as a job's description.
        source: The same rows in the same order, if jobs of an earlier run are resumed.
        max_bytes: Of the rows of one job.
        max_rows: Of one job.
        resume: IDs of the jobs that an earlier run of the same input created, in their order.

    Raises:
        ConnectorError: A job could not be created; the message names those created before.
        Rejected: A job to resume is of another object or operation, or has other rows.
    """
    sent = SentJobs()
    earlier = yield from _resume_jobs(body, resume)
    offset, more = 0, True
    while more:
        part = Part(source, offset, max_bytes, max_rows)
        try:
            if earlier:
                job: Job | None = earlier.pop(0)
                _measure(part, job)
            else:
                job = yield from _send_part(body, part, sent)
        except ConnectorError as error:
            raise with_jobs_named(sent.jobs, error) from error
        sent.left_out += part.left_out
        if job is not None:
            sent.add(job, part)
            yield sent.progress()
        offset, more = part.end, part.more
    if earlier:
        raise other_input_error(earlier[0])
    return sent


def job_ids_of(state: Mapping[str, Any]) -> list[str]:
    """Return the jobs that an earlier run created, by the state of its last progress."""
    ids = state.get("job_ids") or []
    return (
        [record_id for record_id in ids if isinstance(record_id, str)]
        if isinstance(ids, list)
        else []
    )


def _resume_jobs(body: Mapping[str, Any], resume: Sequence[str]) -> Flow[list[Job]]:
    """Return the jobs of an earlier run that have their rows; abort those that were not closed."""
    closed: list[Job] = []
    for job_id in resume:
        job = yield from resume_job(body, job_id)
        closed += [] if job is None else [job]
    return closed


def resume_job(body: Mapping[str, Any], job_id: str) -> Flow[Job | None]:
    """Return a job of an earlier run that has its rows; abort one that was not closed.

    Raises:
        Rejected: It is of another object or operation.
    """
    job = yield from jobs.get("write", job_id)
    if job.operation != body["operation"] or (job.object or body["object"]) != body["object"]:
        raise other_input_error(job)
    if job.state == "Open":
        yield from discard_job(job)
    return None if job.state in ("Open", "Aborted") else job


def _measure(part: Part, job: Job | None) -> None:
    """Count the rows that a job of an earlier run has: as many as a part takes."""
    for _ in part.body():
        pass
    if job is not None and job.processed > part.rows:
        raise other_input_error(job)


def _send_part(body: Mapping[str, Any], part: Part, before: SentJobs) -> Flow[Job | None]:
    """Create a job, send it a part's rows and let it run; None when the part has no rows.

    When it is unknown whether the rows arrived, the job is aborted before it writes any,
    and another one is created.
    """
    for left in reversed(range(UPLOADS)):
        job = yield from jobs.create("write", body)
        yield before.progress(job)
        try:
            yield Call(
                "PUT",
                job.path("write", "batches"),
                content=part.body,
                content_type="text/csv",
                timeout=UPLOAD_TIMEOUT,
            )
            if part.rows:
                return (yield from close(job))
        except Unavailable as error:
            yield from discard_job(job)
            if not (error.sent and left):
                raise
        except ConnectorError:
            yield from discard_job(job)
            raise
        else:
            yield from discard_job(job)
            return None
    raise AssertionError("the last try returns or raises")


def close(job: Job) -> Flow[Job]:
    """Let a job run. One that runs already refuses: then its state counts, not the response."""
    try:
        return (yield from jobs.set_state(job.id, "UploadComplete"))
    except Rejected:
        now = yield from jobs.get("write", job.id)
        if now.state in ("Open", "Aborted"):
            raise
        return now


def discard_job(job: Job) -> Flow[None]:
    """Abort a job that is still open; if that fails, Salesforce ends it after a day."""
    try:
        yield from jobs.abort("write", job.id)
    except ConnectorError:
        return


def with_jobs_named(before: Sequence[Job], error: ConnectorError) -> ConnectorError:
    """Return an error that names the jobs that were created before it."""
    if not before:
        return error
    return Rejected(
        f"{error.message} Jobs created before: {', '.join(job.id for job in before)}.",
        code=error.code,
        remedy="They continue in Salesforce: give their IDs as resume, with the same records.",
        status=error.status,
        fields=error.fields,
        sent=True,
    )


def other_input_error(job: Job) -> Rejected:
    return Rejected(
        f"The job {job.id} was not started with this input: it has another object, another "
        "operation or other records.",
        code="OTHER_JOB",
        remedy="Give resume the jobs of an earlier run with the same input, in their order.",
        fields=("resume",),
    )
