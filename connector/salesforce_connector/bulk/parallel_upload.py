"""Sends the rows of several jobs at once, each part of them from a temporary file.

Parts are cut one after another, as they come from a file or an iterator, and each is sent by a job
of its own while the next one is cut. On disk are as many parts as are sent at once, and one more;
in memory are some rows. The IDs of jobs are reported before a row is sent, in the order of the
parts, so that a run that resumes an interrupted one knows which part each job has.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final, Protocol

from salesforce_connector.bulk import job_upload, jobs
from salesforce_connector.bulk.csv_format import Part, Source
from salesforce_connector.bulk.job_upload import UPLOAD_TIMEOUT, UPLOADS, SentJobs
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.bulk.row_spool import new_file
from salesforce_connector.errors import ConnectorError, Unavailable
from salesforce_connector.flow import Call, Flow, Progress, Task, begin, first_ended, in_thread

_PIECE: Final = 65_536  # bytes sent to the network at once


@dataclass(slots=True, eq=False)
class SpooledPart:
    """The rows of one job, in a temporary file.

    Attributes:
        file: Its CSV; closed when it has been sent.
        rows: How many it has.
        left_out: Rows of the source that are not sent.
        header: What comes before the file.
    """

    file: IO[bytes]
    rows: int
    left_out: int = 0
    header: bytes = b""

    def body(self) -> Iterator[bytes]:
        """Yield the CSV in pieces, from its beginning at each call."""
        if self.header:
            yield self.header
        self.file.seek(0)
        while piece := self.file.read(_PIECE):
            yield piece


class Parts(Protocol):
    """Cuts rows into parts, the same ones in each run."""

    def next_part(self) -> Flow[SpooledPart | None]:
        """Cut the next part; None when there are no more rows."""
        ...


class SourceParts:
    """The parts of a source that can be read again."""

    def __init__(self, source: Source, max_bytes: int, max_rows: int | None) -> None:
        """Begin at its start; see `job_upload.send` for the limits."""
        self._source = source
        self._limits = (max_bytes, max_rows)
        self._offset = 0
        self._more = True

    def next_part(self) -> Flow[SpooledPart | None]:
        """See `Parts`."""
        if not self._more:
            return None
        part = Part(self._source, self._offset, *self._limits)
        file = yield from in_thread(lambda: _spool(part))
        self._offset, self._more = part.end, part.more
        return SpooledPart(file, part.rows, part.left_out)


def _spool(part: Part) -> IO[bytes]:
    file = new_file()
    try:
        for piece in part.body():
            file.write(piece)
    except BaseException:
        file.close()
        raise
    return file


@dataclass(slots=True)
class _Upload:
    index: int
    part: SpooledPart
    job: Job
    attempts_left: int = UPLOADS - 1


@dataclass(slots=True)
class _Uploads:
    """The state of all parts so far.

    Attributes:
        ids: Of the job of each part, in the order of the parts.
        jobs: Those that are closed, and their rows, by the part's number.
    """

    ids: list[str]
    under_way: dict[Task, _Upload] = field(default_factory=dict)
    jobs: dict[int, tuple[Job, int]] = field(default_factory=dict)
    left_out: int = 0
    failure: ConnectorError | None = None
    _open: list[SpooledPart] = field(default_factory=list)

    def register(self, part: SpooledPart) -> None:
        """Register a part's file, to be removed once it was sent."""
        self._open.append(part)

    def drop(self, part: SpooledPart) -> None:
        """Remove a part's file."""
        self._open.remove(part)
        part.file.close()

    def close(self) -> None:
        """Remove the files of all parts that were not sent."""
        for part in self._open:
            part.file.close()

    def note_id(self, index: int, job: Job) -> Progress:
        """Record the job of a part, and return the progress that reports it."""
        self.ids[index : index + 1] = [job.id]
        return self.progress()

    def progress(self) -> Progress:
        """Describe how many rows Salesforce has."""
        rows = sum(count for _, count in self.jobs.values())
        return jobs.sending(rows, self.ids)

    def sent(self) -> SentJobs:
        """Return what was sent, in the order of the parts."""
        sent = SentJobs(left_out=self.left_out)
        for _, (job, rows) in sorted(self.jobs.items()):
            sent.jobs.append(job)
            sent.rows[job.id] = rows
        return sent


def send(
    body: Mapping[str, Any], parts: Parts, *, at_once: int, resume: Sequence[str] = ()
) -> Flow[SentJobs]:
    """Send all parts, several at once; see `job_upload.send`.

    When one fails, those under way are waited for, so that it is known which jobs write.

    Args:
        body: What is done with the rows, as a job's description.
        parts: The same as in an earlier run, if its jobs are resumed.
        at_once: Jobs that are filled at the same time.
        resume: IDs of the jobs that an earlier run of the same input created, one for each part.

    Raises:
        ConnectorError: A job could not be created; the message names those created before.
        Rejected: A job to resume is of another object or operation, or has other rows.
    """
    earlier = yield from _resume_jobs(body, resume)
    uploads = _Uploads(list(resume))
    index, more = 0, True
    try:
        while True:
            while more and uploads.failure is None and len(uploads.under_way) < at_once:
                try:
                    part = yield from parts.next_part()
                    more = part is not None
                    if part is not None and (
                        yield from _begin(body, part, index, earlier, uploads)
                    ):
                        index += 1
                except ConnectorError as error:
                    uploads.failure = error
            if not uploads.under_way:
                break
            yield from _await_one(body, uploads)
    finally:
        uploads.close()
    sent = uploads.sent()
    if uploads.failure is not None:
        raise job_upload.with_jobs_named(sent.jobs, uploads.failure) from uploads.failure
    if earlier:
        raise job_upload.other_input_error(earlier[min(earlier)])
    return sent


def _begin(
    body: Mapping[str, Any],
    part: SpooledPart,
    index: int,
    earlier: dict[int, Job],
    uploads: _Uploads,
) -> Flow[bool]:
    """Send a part, unless a job of an earlier run has it; False when it has no rows."""
    uploads.left_out += part.left_out
    uploads.register(part)
    if not part.rows:
        uploads.drop(part)
        return False
    if (job := earlier.pop(index, None)) is not None:
        uploads.drop(part)
        if job.processed > part.rows:
            raise job_upload.other_input_error(job)
        uploads.jobs[index] = (job, part.rows)
        yield uploads.note_id(index, job)
        return True
    job = yield from jobs.create("write", body)
    yield from _fill(_Upload(index, part, job), uploads)
    return True


def _fill(upload: _Upload, uploads: _Uploads) -> Flow[None]:
    """Report the job of a part, then start to send its rows."""
    yield uploads.note_id(upload.index, upload.job)
    task = yield from begin(_send_rows(upload.job, upload.part))
    uploads.under_way[task] = upload


def _await_one(body: Mapping[str, Any], uploads: _Uploads) -> Flow[None]:
    """Wait for one part; when it is unknown whether it arrived, send it again by another job."""
    task = yield from first_ended(uploads.under_way)
    upload = uploads.under_way.pop(task)
    try:
        job: Job = task.result()
    except ConnectorError as error:
        again = isinstance(error, Unavailable) and error.sent and upload.attempts_left > 0
        if again and uploads.failure is None:
            upload.attempts_left -= 1
            try:
                upload.job = yield from jobs.create("write", body)
            except ConnectorError as refused:
                uploads.failure = refused
            else:
                yield from _fill(upload, uploads)
                return
        uploads.failure = uploads.failure or error
    else:
        uploads.jobs[upload.index] = (job, upload.part.rows)
        yield uploads.progress()
    uploads.drop(upload.part)


def _send_rows(job: Job, part: SpooledPart) -> Flow[Job]:
    """Send a job its rows and let it run; one that fails is aborted before it writes."""
    try:
        yield Call(
            "PUT",
            job.path("write", "batches"),
            content=part.body,
            content_type="text/csv",
            timeout=UPLOAD_TIMEOUT,
        )
        return (yield from job_upload.close(job))
    except ConnectorError:
        yield from job_upload.discard_job(job)
        raise


def _resume_jobs(body: Mapping[str, Any], resume: Sequence[str]) -> Flow[dict[int, Job]]:
    """Return the jobs of an earlier run that have their rows, by the number of their part."""
    closed: dict[int, Job] = {}
    for index, job_id in enumerate(resume):
        if (job := (yield from job_upload.resume_job(body, job_id))) is not None:
            closed[index] = job
    return closed
