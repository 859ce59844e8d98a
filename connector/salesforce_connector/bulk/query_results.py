"""Results of bulk queries, page by page: to rows, to a CSV file, to a Parquet file.

Cells stay texts, as Salesforce wrote them: "0012", "NA" and dates are not taken for anything else.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_job_results.htm
"""

import csv
import importlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

from salesforce_connector.action import Call, Flow, Progress, Sink
from salesforce_connector.bulk.job_results import RESULTS_TIMEOUT, Collected, not_csv, require_csv
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.file_access import NewFile, scratch_errors
from salesforce_connector.pages import NextPages
from salesforce_connector.response import Response

PAGE: Final = 50_000  # rows of a page that is kept in memory
GROUP: Final = 50_000  # rows of a row group in Parquet, which is made in memory

Opening = Callable[[int], Callable[[], AbstractContextManager[Sink]]]
"""Gives what opens the place for a page, by the page's number from 0."""

Measure = Callable[[], int]


def pages(
    job: Job, opening: Opening, measure: Measure, cap: int | None, page_size: int | None
) -> Flow[int]:
    """Fetch a finished job's pages, at most `cap` rows when the server keeps to it; count them.

    Args:
        job: Finished.
        opening: Where pages go.
        measure: Counts the rows of the last page, if Salesforce does not say how many it has.
        cap: Rows to fetch at most; None for all.
        page_size: Rows to ask for at once; None: as many as Salesforce gives.

    Raises:
        BadReply: The pages have no end, are no CSV, or have fewer rows than the job.
    """
    following = NextPages()
    locator, count, number = "", 0, 0
    while True:
        left = None if cap is None else cap - count
        limits = [size for size in (left, page_size) if size is not None]
        response = yield Call(
            "GET",
            job.path("query", "results"),
            params=_params(locator, min(limits, default=None)),
            headers={"Accept": "text/csv"},
            into=opening(number),
            timeout=RESULTS_TIMEOUT,
        )
        require_csv(response)
        rows = _count(response, measure)
        count, number = count + rows, number + 1
        yield Progress(count, job.processed, "rows fetched", {"job_ids": [job.id]})
        locator = response.headers.get("sforce-locator", "null")
        if cap is not None and count >= cap:
            return count
        if locator in ("null", ""):  # the text "null"
            break
        following.locator(locator, rows)
    if count < job.processed:
        raise BadReply(
            f"The job {job.id} has {job.processed:,} rows, and Salesforce sent {count:,}.",
            code="INCOMPLETE_RESULT",
            remedy="Let the proxy between here and Salesforce keep the headers Sforce-*.",
        )
    return count


def rows(job: Job, cap: int) -> Flow[list[dict[str, str | None]]]:
    """Fetch at most `cap` rows; an empty cell is None, since Salesforce has no empty texts.

    Raises:
        BadReply: The pages are no CSV, or have fewer rows than the job.
    """
    collected: list[Collected] = []

    def opening(number: int) -> Callable[[], AbstractContextManager[Sink]]:
        del collected[number:]
        collected.append(Collected(cap))
        return collected[number].open

    def measure() -> int:
        return sum(1 for _ in collected[-1].rows())

    yield from pages(job, opening, measure, cap, PAGE)
    records: list[dict[str, str | None]] = []
    for page in collected:
        for row in page.rows():
            if len(records) == cap:
                return records
            records.append({name: cell or None for name, cell in row.items()})
    return records


def csv_file(job: Job, path: Path) -> Flow[int]:
    """Fetch all rows into a CSV file, with one header; give their number.

    Raises:
        Rejected: The file cannot be written.
    """
    with NewFile(path) as file:

        def opening(number: int) -> Callable[[], AbstractContextManager[Sink]]:
            return lambda: _page_of(file, number)

        counted = 0

        def measure() -> int:
            nonlocal counted
            before, counted = counted, _rows_in(file)
            return counted - before

        return (yield from pages(job, opening, measure, None, None))


def parquet_file(job: Job, path: Path) -> Flow[int]:
    """Fetch all rows into a Parquet file, every column text, an empty cell null.

    Raises:
        Rejected: pyarrow is not installed.
    """
    with NewFile(path) as file:
        parquet = Parquet(file)
        try:
            return (yield from pages(job, lambda _: parquet.page, lambda: parquet.rows, None, PAGE))
        finally:
            parquet.close()


class Parquet:
    """A Parquet file that is written a page at a time, each once it has come as a whole.

    Attributes:
        rows: Of the last page.
    """

    def __init__(self, file: NewFile) -> None:
        """Take the file to write to; nothing is opened yet.

        Raises:
            Rejected: pyarrow is not installed.
        """
        self._arrow, self._parquet = _pyarrow()
        self._file = file
        self._writer: Any = None
        self.rows = 0

    @contextmanager
    def page(self) -> Iterator[Sink]:
        """Take one page, however large; one that breaks off leaves no trace."""
        with scratch_errors(), TemporaryFile(prefix="salesforce-connector-") as page_file:
            yield page_file
            page_file.seek(0)
            self.rows = 0
            reader = csv.reader(TextIOWrapper(page_file, "utf-8-sig", newline=""), strict=True)
            try:
                names = next(reader, [])
                self._write(names, [])
                while some := list(islice(reader, GROUP)):
                    self._write(names, [row for row in some if row])
            except (UnicodeDecodeError, csv.Error) as exc:
                raise not_csv() from exc

    def close(self) -> None:
        """Write the end of the file.

        Raises:
            Rejected: The disk is full.
        """
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with scratch_errors():
                writer.close()

    def _write(self, names: list[str], rows: list[list[str]]) -> None:
        if any(len(row) != len(names) for row in rows):
            raise not_csv()
        kind = self._arrow.string()
        columns = {
            name: self._arrow.array([row[at] or None for row in rows], kind)
            for at, name in enumerate(names)
        }
        table = self._arrow.table(columns)
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._file.file, table.schema)
        self.rows += len(rows)
        if rows:
            self._writer.write_table(table)


def require_parquet() -> None:
    """Refuse before a job is begun that could not be written.

    Raises:
        Rejected: pyarrow is not installed.
    """
    _pyarrow()


def _pyarrow() -> tuple[Any, Any]:
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as exc:
        raise Rejected(
            "Parquet files are written by pyarrow, which is not installed.",
            code="NOT_INSTALLED",
            remedy="Install salesforce-connector[parquet], or write a CSV file.",
            fields=("format",),
        ) from exc


class _Headless:
    """A page of CSV without its first line, which names the columns again."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._begun = False

    def write(self, piece: bytes, /) -> None:
        if not self._begun:  # names of fields hold no line ends
            _, end, piece = piece.partition(b"\n")
            self._begun = bool(end)
        if piece and self._begun:
            self._sink.write(piece)


@contextmanager
def _page_of(file: NewFile, number: int) -> Iterator[Sink]:
    with file.part():
        yield _Headless(file) if number else file


def _rows_in(file: NewFile) -> int:
    """Count the rows that a CSV file has so far, without its header."""
    with file.read_back() as content:
        lines = csv.reader(TextIOWrapper(content, "utf-8-sig", newline=""))
        try:
            return max(0, sum(1 for line in lines if line) - 1)
        except (UnicodeDecodeError, csv.Error) as exc:
            raise not_csv() from exc


def _params(locator: str, most: int | None) -> dict[str, str]:
    params = {"locator": locator, "maxRecords": "" if most is None else str(most)}
    return {name: value for name, value in params.items() if value}


def _count(response: Response, measure: Measure) -> int:
    """Return the rows of a page as Salesforce counts them, or as they are counted here."""
    try:
        return int(response.headers["sforce-numberofrecords"][:20])
    except (KeyError, ValueError):  # a proxy has taken the headers away
        return measure()
