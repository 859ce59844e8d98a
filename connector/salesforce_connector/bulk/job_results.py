"""The results of a bulk job's records: fetched, read, and matched with the input.

Salesforce gives results in any order, each with its record's cells and no number. A result is
matched by the record's whole content, then by its key; equal records are interchangeable. A result
without a match has no index, and its cells instead.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_successful_results.htm
"""

import csv
import io
import re
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from pydantic import Field

from salesforce_connector.bulk.csv_format import DELIMITERS, MAX_ROW, RecordSource
from salesforce_connector.bulk.jobs import Job
from salesforce_connector.errors import BadReply
from salesforce_connector.files.new_file import NewFile
from salesforce_connector.flow import Call, Flow, Sink
from salesforce_connector.response import Response
from salesforce_connector.writing.record_results import RecordResult

Which: TypeAlias = Literal["ok", "failed", "unprocessed"]
OpenSink: TypeAlias = Callable[[], AbstractContextManager[Sink]]

_PATHS: Final[Mapping[Which, str]] = {
    "ok": "successfulResults/",
    "failed": "failedResults/",
    "unprocessed": "unprocessedrecords/",  # all in small letters, unlike the others
}

RESULTS_TIMEOUT: Final = 1_200.0  # seconds, Salesforce's own for results

_ERROR: Final = re.compile(r"([A-Z][A-Z0-9_]+):(.*?)\s*-*\s*", re.DOTALL)
_FIELDS: Final = re.compile(r"(.*):([\w, .]*)", re.DOTALL)


class BulkRecordResult(RecordResult):
    """The result of one record of a bulk job."""

    values: dict[str, Any] = Field(
        default_factory=dict,
        title="Values",
        description="The record as Salesforce returned it, by column; only if the index is null.",
    )


class BufferedCsv:
    """A CSV body in memory, up to a number of records; the rest is dropped."""

    def __init__(self, most: int) -> None:
        """Take at most `most` records."""
        self._most = most
        self._begin()

    def _begin(self) -> None:
        self._buffered: list[bytes] = []
        self._quotes = 0
        self._ends = 0
        self._size = 0

    @contextmanager
    def open(self) -> Generator[Sink]:
        """Start again."""
        self._begin()
        yield self

    def write(self, piece: bytes, /) -> None:
        """Take the next piece of the body."""
        for line in piece.splitlines(keepends=True):
            if self._ends > self._most:  # the header's end is one of them
                return
            self._buffered.append(line)
            self._size += len(line)
            self._quotes += line.count(b'"')
            if line.endswith(b"\n") and self._quotes % 2 == 0:
                self._ends, self._size = self._ends + 1, 0
            elif self._size > MAX_ROW:  # a quote that does not end
                raise not_csv()

    def header(self, delimiter: str = ",") -> list[str]:
        """Return the columns; see `records`."""
        return list(next(self._lines(delimiter), []))

    def rows(self, delimiter: str = ",") -> Iterator[dict[str, str]]:
        """Yield the records kept, by column.

        Raises:
            BadReply: The body is not CSV.
        """
        lines = self._lines(delimiter)
        names = next(lines, [])
        for cells in lines:
            if len(cells) > len(names):
                raise not_csv()
            yield dict(zip(names, (*cells, *[""] * (len(names) - len(cells))), strict=True))

    def _lines(self, delimiter: str) -> Iterator[list[str]]:
        try:
            text = io.StringIO(b"".join(self._buffered).decode("utf-8-sig"), newline="")
            yield from filter(None, csv.reader(text, delimiter=delimiter, strict=True))
        except (UnicodeDecodeError, csv.Error) as exc:
            raise not_csv() from exc


def not_csv() -> BadReply:
    """Return the error for results that cannot be read."""
    return BadReply(
        "Salesforce returned results that are not CSV.",
        code="NOT_CSV",
        remedy="Look for a proxy or sign-in page between this machine and Salesforce.",
        sent=True,
    )


def require_csv(response: Response) -> None:
    """Refuse a response that says of itself that it is something else, such as a web page.

    Raises:
        BadReply: So it does.
    """
    kind = response.headers.get("content-type", "text/csv").lower()
    if not any(item in kind for item in ("csv", "text/plain", "octet-stream")):
        raise not_csv()


class RowCounter:
    """A CSV body whose rows are counted while it is written to a file, or dropped."""

    def __init__(self, file: NewFile | None = None) -> None:
        self.rows = 0
        self._file = file
        self._quotes = 0
        self._ends = 0

    @contextmanager
    def open(self) -> Generator[Sink]:
        self._quotes = self._ends = 0
        with self._file.transaction() if self._file else nullcontext():
            yield self
        self.rows = max(0, self._ends - 1)

    def write(self, piece: bytes, /) -> None:
        if self._file is not None:
            self._file.write(piece)
        for line in piece.splitlines(keepends=True):
            self._quotes += line.count(b'"')
            self._ends += line.endswith(b"\n") and self._quotes % 2 == 0


class Matcher:
    """Finds the record that a result is about."""

    def __init__(
        self, source: RecordSource, indices: Sequence[int], key: str | None = None
    ) -> None:
        """Take the records of all jobs.

        Args:
            source: The records as they were sent.
            indices: Of each of them in the input.
            key: Column whose values are unique, if there is one.
        """
        self._columns = source.columns
        self._left: defaultdict[tuple[str, ...], deque[int]] = defaultdict(deque)
        self._keys: dict[str, tuple[str, ...]] = {}
        for index, cells in zip(indices, source.cells, strict=True):
            content = tuple(map(_plain, cells))
            self._left[content].append(index)
            if key in self._columns:
                self._keys[_plain(cells[self._columns.index(str(key))])] = content
        self._key = key

    def take(self, cells: Mapping[str, str]) -> int | None:
        """Return the index of the record with these cells, each once; None when none is left."""
        content = tuple(_plain(cells.get(name, "")) for name in self._columns)
        if not self._left.get(content) and self._key is not None:
            content = self._keys.get(_plain(cells.get(self._key, "")), content)
        left = self._left.get(content)
        return left.popleft() if left else None


def _plain(cell: str) -> str:
    """Return a cell without what Salesforce changes on the way: ends of lines, outer space."""
    return cell.replace("\r\n", "\n").strip()


def collect(
    job: Job, which: Which, most: int, matcher: Matcher | None = None
) -> Flow[list[BulkRecordResult]]:
    """Fetch results of one kind, at most `most` records.

    Raises:
        BadReply: They are no CSV.
    """
    buffered = BufferedCsv(most)
    require_csv((yield results_call(job, which, buffered.open)))
    rows = islice(buffered.rows(DELIMITERS.get(job.delimiter, ",")), most)
    return [_result(row, which, job, matcher) for row in rows]


def save(job: Job, which: Which, path: Path) -> Flow[int]:
    """Fetch results of one kind into a file, as Salesforce gives them; give their number.

    Raises:
        BadReply: They are no CSV; nothing is left of the file.
    """
    with NewFile(path) as file:
        counter = RowCounter(file)
        require_csv((yield results_call(job, which, counter.open)))
    return counter.rows


def count(job: Job, which: Which) -> Flow[int]:
    """Count results of one kind, keeping none."""
    counter = RowCounter()
    require_csv((yield results_call(job, which, counter.open)))
    return counter.rows


def results_call(job: Job, which: Which, open_sink: OpenSink, *, compressed: bool = False) -> Call:
    """Return the call for results of one kind; `open_sink` opens what takes the body."""
    return Call(
        "GET",
        f"{job.path('write')}/{_PATHS[which]}",
        headers={"Accept": "text/csv"},
        into=open_sink,
        compressed=compressed,
        timeout=RESULTS_TIMEOUT,
    )


def _result(
    cells: Mapping[str, str], which: Which, job: Job, matcher: Matcher | None
) -> BulkRecordResult:
    values = {name: cell for name, cell in cells.items() if not name.startswith("sf__")}
    index = matcher.take(values) if matcher is not None else None
    code, message, fields = _error(cells.get("sf__Error", ""), which)
    created: bool | None = None
    if which == "ok" and job.operation in ("insert", "update", "upsert"):
        created = cells.get("sf__Created", "").lower() == "true"
    return BulkRecordResult(
        index=index,
        ok=which == "ok",
        id=cells.get("sf__Id") or None,
        created=created,
        code=code,
        message=message,
        fields=fields,
        values=values if index is None else {},
    )


def _error(text: str, which: Which) -> tuple[str, str, list[str]]:
    """Read an error as in `REQUIRED_FIELD_MISSING:Required fields are missing: [X]:X --`."""
    if which == "ok":
        return "", "", []
    if which == "unprocessed":
        return "UNPROCESSED", "The job ended before this record.", []
    match = _ERROR.fullmatch(text.strip())
    if match is None:
        return "UNKNOWN_ERROR", text, []
    code, message = match[1], match[2]
    fields_part = _FIELDS.fullmatch(message)
    if fields_part is None:
        return code, message, []
    names = fields_part[2].replace(",", " ").split()
    if not all(name.replace("_", "a").replace(".", "a").isalnum() for name in names):
        return code, message, []
    return code, fields_part[1], names
