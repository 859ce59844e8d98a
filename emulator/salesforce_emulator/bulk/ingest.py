"""Runs an ingest job: reads the uploaded rows, writes them, stores the result of each.

Rows are read through once before the first is written, so that a job whose CSV is malformed writes
nothing. Then they are written 200 at a time, each lot in one transaction with how far the job is:
work that was broken off goes on where it stopped.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/bulk_api_2_0_ingest.htm
"""

from collections.abc import Generator, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from salesforce_emulator.bulk import errors as bulk_errors
from salesforce_emulator.bulk.columns import Columns
from salesforce_emulator.bulk.csv_format import DELIMITERS, LINE_ENDINGS, CsvFormat, written
from salesforce_emulator.bulk.jobs import Job, jobs_of
from salesforce_emulator.bulk.row_writer import Writer, error_text
from salesforce_emulator.errors import SalesforceError

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

CHUNK: Final = 200  # records a transaction, as triggers get them
BATCH: Final = 10_000  # records a batch, of which there are so many a day
MAX_BYTES: Final = 150_000_000  # bytes of content in base64, Bulk API 2.0 limits

Outcome: TypeAlias = Literal["successful", "failed"]

_ADDED: Final = {"successful": ("sf__Id", "sf__Created"), "failed": ("sf__Id", "sf__Error")}
_ALLOCATION: Final = "DailyBulkApiBatches"


def in_base64(size: int) -> int:
    """Return the bytes that content takes once it is base64."""
    return (size + 2) // 3 * 4


def run(org: "Org", job: Job) -> Generator[None, None, None]:
    """Do a job's work, from where it stopped; every 200 rows the caller may stop it again.

    Raises:
        Unprocessable: The job fails as a whole.
    """
    csv_format = _csv_format(org, job)
    if not any(_content(org, job, 0)):  # recorded: a job without content is done, of no record
        return
    names = _header(csv_format)
    first = csv_format.offset
    access = org.access(job.user_id)
    sobject = access.schema.get(job.object)
    if sobject is None:
        raise bulk_errors.type_not_found(job.object)
    columns = Columns(access.schema, sobject, names)
    writer = Writer(org, access, job, sobject, columns)
    if not job.counted:
        yield from _count(org, job, csv_format, len(names))
        job.position = first
    rows = csv_format.rows(job.position, checked=True)
    while chunk := list(islice(rows, CHUNK)):
        with org.transaction():
            _write(org, job, writer, chunk)
            job.position = csv_format.offset
            jobs_of(org).save(job)
        yield


def results(org: "Org", job: Job, outcome: Outcome) -> Iterator[bytes]:
    """Return the CSV of the rows that were written, or that failed, piece by piece."""
    added = ",".join(f'"{name}"' for name in _ADDED[outcome])
    values = _header_line(org, job)
    line = DELIMITERS[job.delimiter].join([added.replace(",", DELIMITERS[job.delimiter]), values])
    yield (line if values else added).encode() + LINE_ENDINGS[job.line_ending].encode()
    for _, data in jobs_of(org).chunks.read(job.id, outcome):
        yield data


def unprocessed(org: "Org", job: Job) -> Iterator[bytes]:
    """Return the CSV of the rows that were not tried, as they were uploaded."""
    csv_format = _csv_format(org, job)
    try:
        names = _header(csv_format)
    except bulk_errors.Unprocessable:
        return
    yield written([names], job.delimiter, job.line_ending)
    start = max(job.position, csv_format.offset)
    yield from _content(org, job, start)


def _header_line(org: "Org", job: Job) -> str:
    """Return the header as it was uploaded, quotes and all; empty when it cannot be read."""
    csv_format = _csv_format(org, job)
    try:
        _header(csv_format)
    except bulk_errors.Unprocessable:
        return ""  # it failed for that
    head = b""
    for data in _content(org, job, 0):
        head += data
        if len(head) >= csv_format.offset:
            break
    return head[: csv_format.offset].decode().strip("\r\n")


def _header(csv_format: CsvFormat) -> list[str]:
    for names in csv_format.rows():
        return names
    raise bulk_errors.no_header()


def _csv_format(org: "Org", job: Job) -> CsvFormat:
    return CsvFormat(lambda start: _content(org, job, start), job.delimiter, job.line_ending)


def _content(org: "Org", job: Job, start: int) -> Iterator[bytes]:
    for first, data in jobs_of(org).chunks.read(job.id, "content", start):
        yield data[max(0, start - first) :]


def _count(org: "Org", job: Job, csv_format: CsvFormat, width: int) -> Generator[None, None, None]:
    """Read all rows through; count them against the day's batches."""
    count = 0
    for row in csv_format.rows(csv_format.offset):
        count += 1
        if len(row) > width:
            raise bulk_errors.malformed_row(count, f"It has {len(row)} cells, the header {width}")
        if not count % BATCH:
            yield
    if not org.limits.take(_ALLOCATION, -(-count // BATCH)):
        raise bulk_errors.no_more_batches(org.limits.others[_ALLOCATION])
    job.rows, job.counted = count, True


def _write(org: "Org", job: Job, writer: Writer, chunk: Sequence[list[str]]) -> None:
    results: list[Sequence[object]] = []
    failed: list[Sequence[object]] = []
    for cells in chunk:
        try:
            record_id, created = writer.write(cells)
        except SalesforceError as error:
            failed.append((writer.given_id(cells), error_text(error), *cells))
        else:
            results.append((record_id, "true" if created else "false", *cells))
    chunks = jobs_of(org).chunks
    parts: tuple[tuple[Outcome, list[Sequence[object]], int], ...] = (
        ("successful", results, job.processed - job.failed),
        ("failed", failed, job.failed),
    )
    for outcome, rows, first in parts:
        if rows:
            data = written(rows, job.delimiter, job.line_ending)
            chunks.add(job.id, outcome, first, len(rows), data)
    job.processed += len(chunk)
    job.failed += len(failed)
