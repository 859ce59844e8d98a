"""One write by bulk jobs, from records to results, for `bulk_write` and `retry_failed_records`.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, Field

from salesforce_connector.bulk import job_results, job_upload, parallel_upload
from salesforce_connector.bulk import jobs as bulk
from salesforce_connector.bulk.csv_format import Source
from salesforce_connector.bulk.gzip_results import save_gzip
from salesforce_connector.bulk.job_failure import cause_of, job_failure
from salesforce_connector.bulk.job_results import BulkRecordResult, Matcher
from salesforce_connector.bulk.job_upload import SentJobs, job_ids_of
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.bulk.parallel_upload import Parts, SourceParts
from salesforce_connector.bulk.write_options import ResultOptions, WriteOptions
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.files import file_access
from salesforce_connector.flow import Flow, Note, resume_state
from salesforce_connector.writing.record_results import failure

_NAMED: Final = 3  # jobs that an error names


class Results(BaseModel):
    """What became of the records of some jobs."""

    jobs: list[Job] = Field(title="Jobs", description="The jobs in their last known state.")
    succeeded: int = Field(
        title="Written", description="Number of records that were written so far."
    )
    failed: int = Field(
        title="Failed", description="Number of records that failed or were not processed."
    )
    records: list[BulkRecordResult] = Field(
        default_factory=list,
        title="Records",
        description=(
            "One result for each record, in the order of the input if it is known; equal records "
            "are interchangeable. Empty if the step did not wait, or wrote files."
        ),
    )
    complete: bool = Field(
        default=True,
        title="Complete",
        description="False if the job has more results than were returned.",
    )
    files: list[str] = Field(
        default_factory=list,
        title="Files",
        description="Paths of the result files that were written.",
    )


def results_folder(folder: str) -> Path:
    """Find a folder for results, before anything is sent or fetched.

    Raises:
        Rejected: It is not there, or the host allows no files in it.
    """
    path = file_access.resolve_to_write(folder, "results_folder")
    if not path.is_dir():
        raise Rejected(
            f"The folder {folder} does not exist.",
            code="FILE_NOT_WRITABLE",
            remedy="Choose an existing folder that is writable.",
            fields=("results_folder",),
        )
    return path


def send(body: Mapping[str, Any], source: Source, options: WriteOptions) -> Flow[SentJobs]:
    """Send all rows of a source, but for those that the jobs of an earlier run have."""
    if options.jobs_at_once > 1:
        parts = SourceParts(source, options.bytes_per_job, options.records_per_job)
        return (yield from send_parts(body, parts, options))
    resume = options.resume or job_ids_of((yield from resume_state()))
    return (
        yield from job_upload.send(
            body,
            source,
            max_bytes=options.bytes_per_job,
            max_rows=options.records_per_job,
            resume=resume,
        )
    )


def send_parts(body: Mapping[str, Any], parts: Parts, options: WriteOptions) -> Flow[SentJobs]:
    """Send rows that are cut already, but for those that the jobs of an earlier run have."""
    resume = options.resume or job_ids_of((yield from resume_state()))
    return (
        yield from parallel_upload.send(body, parts, at_once=options.jobs_at_once, resume=resume)
    )


def finish(
    sent: SentJobs,
    options: WriteOptions,
    matcher: Matcher | None = None,
    refused: Sequence[BulkRecordResult] = (),
) -> Flow[Results]:
    """Wait for jobs if the step does, and return the results of their records.

    Args:
        sent: The jobs.
        options: Of the step.
        matcher: Finds the records that results are about, if the input was objects.
        refused: Results of the records that were not sent; of rows of a file, the first of them.

    Raises:
        RecordsFailed: More records failed than the builder allows.
        Rejected: Salesforce refused the jobs as a whole, or they took too long.
    """
    not_sent = sent.left_out or len(refused)
    total = sum(sent.rows.values()) + not_sent
    results = yield from _results(sent, options, matcher)
    results.records = sorted([*refused, *results.records], key=_position)
    results.failed += not_sent
    if not_sent > len(refused):
        yield Note(f"{not_sent:,} rows were not sent; the first {len(refused):,} are listed.")
    judged = total if options.wait else not_sent
    if options.fails(results.failed, judged):
        failed = [record for record in results.records if not record.ok]
        raise failure(
            results.records,
            failed,
            total,
            " ".join(
                f"Job {job.id}: {job.error or job.state}."
                for job in results.jobs
                if job.state != "JobComplete"
            ),
            count=results.failed,
            where=_where(results),
        )
    return results


def _where(results: Results) -> str:
    """Describe where the results are, and what sends the failed records again."""
    sentences = []
    if results.files:
        folder = Path(results.files[0]).parent
        sentences.append(f"Their results are in {folder} ({len(results.files)} files).")
    if job_ids := [job.id for job in results.jobs if job.failed]:
        more = "" if len(job_ids) <= _NAMED else f" and {len(job_ids) - _NAMED} more"
        named = f"{', '.join(job_ids[:_NAMED])}{more}"
        sentences.append(f"retry_failed_records sends those of one job again: {named}.")
    return " ".join(sentences)


def _results(sent: SentJobs, options: WriteOptions, matcher: Matcher | None) -> Flow[Results]:
    if not sent.jobs:
        return Results(jobs=[], succeeded=0, failed=0)
    if not options.wait:
        return Results(jobs=sent.jobs, succeeded=0, failed=0, complete=False)
    total = sum(sent.rows.values())
    done = yield from bulk.wait("write", sent.jobs, options.max_wait, total, created=True)
    refuse_whole(done)
    unprocessed = {job.id: sent.rows[job.id] - job.processed for job in done}
    most = total if matcher is not None else options.limit
    return (yield from fetch(done, unprocessed, options, most, matcher))


def fetch(
    jobs: Sequence[Job],
    unprocessed: Mapping[str, int],
    options: ResultOptions,
    most: int,
    matcher: Matcher | None = None,
) -> Flow[Results]:
    """Fetch the results of finished jobs; `unprocessed` says how many records each left undone."""
    records: list[BulkRecordResult] = []
    files: list[str] = []
    unread: list[str] = []
    matching = 0
    for job in jobs:
        if cause := cause_of(job):
            yield Note(cause)
    for job in jobs:
        counts = {
            "ok": job.processed - job.failed,
            "failed": job.failed,
            "unprocessed": unprocessed[job.id],
        }
        for which in options.results:
            if counts[which] <= 0:
                continue
            matching += counts[which]
            if options.results_folder is not None:
                folder = results_folder(options.results_folder)
                name = f"{job.id}-{which}.csv{'.gz' if options.results_gzip else ''}"
                path = file_access.resolve_to_write(folder / name, "results_folder")
                save = save_gzip if options.results_gzip else job_results.save
                saved = yield from save(job, which, path)
                files.append(str(path))
                if saved < counts[which]:
                    unread.append(f"{path.name} has {saved:,} of {counts[which]:,} results.")
            elif len(records) < most:
                try:
                    records += yield from job_results.collect(
                        job, which, most - len(records), matcher
                    )
                except (BadReply, Rejected) as error:  # the results of other jobs are not lost
                    unread.append(f"{job.id} ({which}): {error.message}")
    if unread:
        yield Note(f"Results could not be read: {' '.join(unread)}")
    elif not files and len(records) < matching:
        yield Note(
            f"Results of {len(records):,} of {matching:,} records are returned; for all, set "
            "results_folder."
        )
    if matcher is not None and any(record.index is None for record in records):
        yield Note(
            "Some results could not be matched with a record: they have values, and no index."
        )
    failed = sum(job.failed + unprocessed[job.id] for job in jobs)
    return Results(
        jobs=list(jobs),
        succeeded=sum(job.processed - job.failed for job in jobs),
        failed=failed,
        records=sorted(records, key=_position),
        complete=not unread and (bool(files) or len(records) >= matching),
        files=files,
    )


def refuse_whole(jobs: Sequence[Job]) -> None:
    """Raise Salesforce's error if it processed no record at all.

    Raises:
        ConnectorError: Every job failed before its first record; the kind is that of the cause.
    """
    if all(job.state == "Failed" and not job.processed for job in jobs):
        raise job_failure(list(jobs))


def _position(record: BulkRecordResult) -> tuple[bool, int]:
    return record.index is None, record.index or 0
