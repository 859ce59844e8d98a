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
from salesforce_connector.bulk.job_results import RESULTS_TIMEOUT, Collected, not_csv
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.http.file_sink import part_of
from salesforce_connector.response import Response

PAGE: Final = 50_000  # rows of a page that is kept in memory
GROUP: Final = 50_000  # rows of a row group in Parquet, which is made in memory

Opening = Callable[[int], Callable[[], AbstractContextManager[Sink]]]
"""Gives what opens the place for a page, by the page's number from 0."""


def pages(job: Job, opening: Opening, most: int | None, page: int | None) -> Flow[int]:
    """Fetch a finished job's pages, at most `most` rows when the server keeps to it; count them.

    Raises:
        BadReply: Salesforce named the same next page twice.
    """
    seen: set[str] = set()
    locator, count, number = "", 0, 0
    while True:
        left = None if most is None else most - count
        limits = [size for size in (left, page) if size is not None]
        answer = yield Call(
            "GET",
            job.path("query", "results"),
            params=_params(locator, min(limits, default=None)),
            headers={"Accept": "text/csv"},
            into=opening(number),
            timeout=RESULTS_TIMEOUT,
        )
        count, number = count + _count(answer), number + 1
        yield Progress(count, job.processed, "rows fetched", {"job_ids": [job.id]})
        locator = answer.headers.get("sforce-locator", "null")
        if locator in ("null", "") or (most is not None and count >= most):  # the text "null"
            return count
        if locator in seen:
            raise BadReply(
                "Salesforce named a next page that it had named before.",
                code="BAD_LOCATOR",
                remedy="Fetch the job's results again.",
            )
        seen.add(locator)


def rows(job: Job, most: int) -> Flow[list[dict[str, str | None]]]:
    """Fetch at most `most` rows; an empty cell is None, since Salesforce has no empty texts."""
    kept: list[Collected] = []

    def opening(number: int) -> Callable[[], AbstractContextManager[Sink]]:
        del kept[number:]
        kept.append(Collected(most))
        return kept[number].open

    yield from pages(job, opening, most, PAGE)
    found: list[dict[str, str | None]] = []
    for page in kept:
        for row in page.rows():
            if len(found) == most:
                return found
            found.append({name: cell or None for name, cell in row.items()})
    return found


def csv_file(job: Job, path: Path) -> Flow[int]:
    """Fetch all rows into a CSV file, with one header; give their number."""

    def opening(number: int) -> Callable[[], AbstractContextManager[Sink]]:
        return lambda: _appended(path, number)

    return (yield from pages(job, opening, None, None))


def parquet_file(job: Job, path: Path) -> Flow[int]:
    """Fetch all rows into a Parquet file, every column text, an empty cell null.

    Raises:
        Rejected: pyarrow is not installed.
    """
    parquet = Parquet(path)
    try:
        count = yield from pages(job, lambda _: parquet.page, None, PAGE)
    except BaseException:
        parquet.discard()
        raise
    parquet.finish()
    return count


class Parquet:
    """A Parquet file that is written a page at a time, each once it has come as a whole.

    It is written beside its place, and takes it when it is whole.
    """

    def __init__(self, path: Path) -> None:
        """Take the file's path; nothing is opened yet.

        Raises:
            Rejected: pyarrow is not installed.
        """
        self._arrow, self._parquet = _pyarrow()
        self._path = path
        self._beside = path.with_name(f".{path.name}.part")
        self._writer: Any = None

    @contextmanager
    def page(self) -> Iterator[Sink]:
        """Take one page, however large; one that breaks off leaves no trace."""
        with TemporaryFile(prefix="salesforce-connector-") as kept:
            yield kept
            kept.seek(0)
            reader = csv.reader(TextIOWrapper(kept, "utf-8-sig", newline=""), strict=True)
            try:
                names = next(reader, [])
                self._write(names, [])
                while some := list(islice(reader, GROUP)):
                    self._write(names, [row for row in some if row])
            except (UnicodeDecodeError, csv.Error) as exc:
                raise not_csv() from exc

    def finish(self) -> None:
        """End the file and put it in its place."""
        if self._writer is not None:
            self._writer.close()
            self._beside.replace(self._path)

    def discard(self) -> None:
        """Leave nothing of the file."""
        if self._writer is not None:
            self._writer.close()
            self._beside.unlink(missing_ok=True)

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
            try:
                self._writer = self._parquet.ParquetWriter(str(self._beside), table.schema)
            except OSError as exc:
                raise Rejected(
                    f"Cannot write to {self._path}: {exc.strerror or exc}.",
                    code="FILE_NOT_WRITABLE",
                    remedy="Choose a folder that exists and may be written to.",
                ) from exc
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
def _appended(path: Path, number: int) -> Iterator[Sink]:
    with part_of(path, appending=number > 0) as file:
        yield _Headless(file) if number else file


def _params(locator: str, most: int | None) -> dict[str, str]:
    said = {"locator": locator, "maxRecords": "" if most is None else str(most)}
    return {name: value for name, value in said.items() if value}


def _count(answer: Response) -> int:
    try:
        return int(answer.headers["sforce-numberofrecords"])
    except (KeyError, ValueError):
        return 0
