"""Reads and writes files of records: JSON lines, CSV or Parquet, by the suffix; text also gzipped.

A file is written under a temporary name and renamed when it is complete. It is read record by
record.
"""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

from connector_host.errors import BadInput
from connector_host.file_replacement import replacing
from connector_host.hookspecs import JsonObject, RowForm, StreamPage


class RecordFile(Protocol):
    """A file that records are written to.

    Attributes:
        form: The form of the pages that `write` takes.
        rows: How many records were written.
    """

    form: RowForm
    rows: int

    def write(self, page: StreamPage) -> None:
        """Write a page."""

    def finish(self) -> None:
        """Write the end of the file."""


class JsonLines:
    """One record a line, as JSON."""

    form: RowForm = "records"

    def __init__(self, file: IO[bytes]) -> None:
        self.rows = 0
        self._file = file

    def write(self, page: StreamPage) -> None:
        records = page.get("records", [])
        lines = (
            json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records
        )
        self._file.write("".join(f"{line}\n" for line in lines).encode())
        self.rows += len(records)

    def finish(self) -> None:
        """Do nothing: the file needs no end."""


class Csv:
    """A header, and a line for each record; null is an empty cell."""

    form: RowForm = "columns"

    def __init__(self, file: IO[bytes]) -> None:
        self.rows = 0
        self._file = file
        self._has_header = False

    def write(self, page: StreamPage) -> None:
        columns = page.get("columns", {})
        if not columns:
            return
        text = _Text()
        writer = csv.writer(text, lineterminator="\n")
        if not self._has_header:
            writer.writerow(columns)
            self._has_header = True
        count = 0
        for row in zip(*columns.values(), strict=True):
            writer.writerow(map(_cell, row))
            count += 1
        self._file.write("".join(text.pieces).encode())
        self.rows += count

    def finish(self) -> None:
        """Do nothing: the file needs no end."""


class Parquet:
    """Row groups of several pages each; needs pyarrow."""

    form: RowForm = "arrow"

    def __init__(self, file: IO[bytes]) -> None:
        self.rows = 0
        self._arrow, self._parquet = _pyarrow()
        self._file = file
        self._writer: Any = None
        self._batches: list[Any] = []
        self._waiting = 0

    def write(self, page: StreamPage) -> None:
        batch = page.get("arrow")
        if batch is None:
            return
        self._batches.append(batch)
        self._waiting += batch.num_rows
        if self._waiting >= _GROUP:
            self._write_group()

    def finish(self) -> None:
        if self._batches:
            self._write_group()
        if self._writer is not None:
            self._writer.close()

    def _write_group(self) -> None:
        table = self._arrow.Table.from_batches(self._batches)
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._file, table.schema)
        self._writer.write_table(table)
        self.rows += table.num_rows
        self._batches, self._waiting = [], 0


_GZIP_LEVEL: Final = 4  # most of the gain for a third of the time of 9
_GROUP: Final = 50_000  # rows of a row group, which is collected in memory

_KINDS: Final[Mapping[str, Callable[[IO[bytes]], RecordFile]]] = {
    ".jsonl": JsonLines,
    ".jsonl.gz": JsonLines,
    ".csv": Csv,
    ".csv.gz": Csv,
    ".parquet": Parquet,
}


def read_records(path: Path) -> Iterator[JsonObject]:
    """Yield the records of a file, one by one; an empty cell of CSV is null.

    Raises:
        BadInput: The suffix is unknown, a package is not installed, or the file cannot be read.
    """
    reader = _READERS.get(_ending(path))
    if reader is None:
        raise BadInput(
            f"Records cannot be read from {_ending(path) or 'a file without a suffix'}.",
            f"Use one of these suffixes: {', '.join(_READERS)}.",
        )
    if not path.is_file():
        raise BadInput(f"There is no file {path}.")
    if reader is _read_parquet:
        _pyarrow()
    return _reading(path, reader(path))


def _reading(path: Path, records: Iterator[JsonObject]) -> Iterator[JsonObject]:
    number = 0
    try:
        for number, record in enumerate(records, 1):  # noqa: B007 - for the error
            yield record
    except (EOFError, OSError, ValueError, zlib.error, csv.Error) as exc:
        raise BadInput(f"{path} cannot be read after record {number}: {exc}") from exc


def _read_lines(path: Path) -> Iterator[JsonObject]:
    with _open_to_read(path) as file:
        for line in file:
            if line.strip():
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise ValueError("a line is not a JSON object")
                yield record


def _read_csv(path: Path) -> Iterator[JsonObject]:
    with _open_to_read(path) as file, io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
        for row in csv.DictReader(text, strict=True):
            if None in row:
                raise ValueError("a line has more cells than the header")
            yield {name: cell for name, cell in row.items() if cell}


def _read_parquet(path: Path) -> Iterator[JsonObject]:
    _, parquet = _pyarrow()
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(2_000):
            yield from batch.to_pylist()


def _open_to_read(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb"))


_READERS: Final[Mapping[str, Callable[[Path], Iterator[JsonObject]]]] = {
    ".jsonl": _read_lines,
    ".jsonl.gz": _read_lines,
    ".csv": _read_csv,
    ".csv.gz": _read_csv,
    ".parquet": _read_parquet,
}


@contextmanager
def open_record_file(path: Path) -> Generator[RecordFile]:
    """Open a file for records; an error or an interrupt inside leaves no file.

    Raises:
        BadInput: The suffix is unknown, a package is not installed, or the file cannot be written.
    """
    kind = _KINDS.get(_ending(path))
    if kind is None:
        raise BadInput(
            f"Records cannot be written as {_ending(path) or 'a file without a suffix'}.",
            f"Use one of these suffixes: {', '.join(_KINDS)}.",
        )
    if kind is Parquet:
        _pyarrow()
    if path.is_dir():
        raise BadInput(f"{path} is a folder.", "Give the path of a file.")
    with replacing(path) as file, _writer(path, file) as content:
        records = kind(content)
        yield records
        records.finish()


def _ending(path: Path) -> str:
    """Return what the name ends with: `.csv`, `.csv.gz`."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() + suffix if suffix == ".gz" else suffix


@contextmanager
def _writer(path: Path, file: IO[bytes]) -> Generator[IO[bytes]]:
    """Return what compresses into a file, if its name says so."""
    if path.suffix.lower() != ".gz":
        yield file
        return
    with gzip.GzipFile(path.stem, "wb", _GZIP_LEVEL, file) as compressed:
        yield cast("IO[bytes]", compressed)


def _pyarrow() -> tuple[Any, Any]:
    from importlib import import_module

    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as exc:
        raise BadInput(
            "Parquet files need pyarrow, which is not installed.",
            "Install pyarrow, or use the suffix .csv or .jsonl.",
        ) from exc


def _cell(value: Any) -> Any:
    return ("true" if value else "false") if isinstance(value, bool) else value


class _Text:
    """The text file that a CSV writer needs."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def write(self, text: str, /) -> None:
        self.pieces.append(text)
