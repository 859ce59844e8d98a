"""CSV as bulk jobs take it: rows written as lines, lines of a file read whole, cut into parts.

An empty cell leaves a field, `#N/A` clears it. Texts stay what they are: "0012", "NA" and dates are
never taken for anything else. A file is read where a call's body is made, never in a flow.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_csv_valid_record_rows.htm
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from salesforce_connector.errors import Rejected
from salesforce_connector.file_access import open_to_read
from salesforce_connector.metadata.field_rules import Fault

CLEARED: Final = "#N/A"

NO_CSV_FORM: Final = "NO_FORM_IN_CSV"

LARGEST: Final = 100_000_000  # bytes a job; 150 MB once Salesforce has written it as base64
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATOR: Final = re.compile(rb'"?sep=.?"?\n', re.IGNORECASE)
MAX_ROW: Final = 8_000_000  # bytes; Salesforce takes 400,000 characters a record
_PIECE: Final = 65_536  # bytes given to the network at once

DELIMITERS: Final[Mapping[str, str]] = {
    "COMMA": ",",
    "TAB": "\t",
    "PIPE": "|",
    "SEMICOLON": ";",
    "CARET": "^",
    "BACKQUOTE": "`",
}


class Source(Protocol):
    """Where a job's rows come from; a place in it is a number, 0 the start."""

    def header(self) -> bytes:
        """Return the first line, with its end."""
        ...

    def lines(self, offset: int) -> Iterator[tuple[bytes, int]]:
        """Return each row from a place on, as a line, with the place behind it."""
        ...


@dataclass(slots=True)
class Part:
    """As much of a source as one job takes; what it came to is known once its body is made.

    Attributes:
        start: Place in the source.
        end: Place behind its last row.
        rows: How many it has.
        more: Whether rows are left behind it.
    """

    source: Source
    start: int
    most_bytes: int = LARGEST
    most_rows: int | None = None
    end: int = field(default=0, init=False)
    rows: int = field(default=0, init=False)
    more: bool = field(default=False, init=False)

    def body(self) -> Iterator[bytes]:
        """Yield the job's CSV in pieces, from its beginning at each call."""
        self.rows, self.more, self.end = 0, False, self.start
        pieces = bytearray(self.source.header())
        size = len(pieces)
        for line, offset in self.source.lines(self.start):
            if self.rows and (size + len(line) > self.most_bytes or self.rows == self.most_rows):
                self.more = True
                break
            size += len(line)
            self.rows, self.end = self.rows + 1, offset
            pieces += line
            if len(pieces) >= _PIECE:
                yield bytes(pieces)
                pieces.clear()
        yield bytes(pieces)


class RecordSource:
    """Records as rows, each flattened.

    Attributes:
        columns: Of all rows, in the order of their first use.
        cells: Of each row, one for each column.
    """

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Take rows as cells by column; columns that differ in case alone are one."""
        cells: list[dict[str, str]] = []
        canonical: dict[str, str] = {}
        for row in rows:
            cells.append({name.lower(): cell for name, cell in row.items()})
            for name in row:
                canonical.setdefault(name.lower(), name)
        self.columns = tuple(canonical.values())
        self.cells = [tuple(row.get(name, "") for name in canonical) for row in cells]

    def header(self) -> bytes:
        return line(self.columns)

    def lines(self, offset: int) -> Iterator[tuple[bytes, int]]:
        for index in range(offset, len(self.cells)):
            yield line(self.cells[index]), index + 1


class FileSource:
    """A CSV file or text, UTF-8, its lines ended by LF or CRLF; what is sent is ended by LF."""

    def __init__(self, opening: Callable[[], AbstractContextManager[BinaryIO]], name: str) -> None:
        """Take what opens it, from its beginning each time; `name` is for errors."""
        self._opening = opening
        self._name = name

    @classmethod
    def of_path(cls, path: Path) -> "FileSource":
        """Take a file."""
        return cls(lambda: open_to_read(path), str(path))

    @classmethod
    def of_text(cls, text: str) -> "FileSource":
        """Take a text."""
        content = text.encode()
        return cls(lambda: io.BytesIO(content), "the CSV text")

    def header(self) -> bytes:
        for content, _ in self._rows():
            return content.removeprefix(codecs.BOM_UTF8)
        raise Rejected(
            f"There is nothing in {self._name}.",
            code="EMPTY_INPUT",
            remedy="Its first line names the fields.",
        )

    def lines(self, offset: int) -> Iterator[tuple[bytes, int]]:
        if offset:
            return self._records(offset)
        rows = self._rows()
        next(rows, None)
        return rows

    def _rows(self) -> Iterator[tuple[bytes, int]]:
        """Yield all rows, the header first; a line by which Excel names the delimiter is none."""
        for number, (row, offset) in enumerate(self._records(0)):
            if number or not _SEPARATOR.fullmatch(row.removeprefix(codecs.BOM_UTF8)):
                yield row, offset

    def _records(self, offset: int) -> Iterator[tuple[bytes, int]]:
        try:
            with self._opening() as file:
                file.seek(offset)
                yield from self._split(file, offset)
        except OSError as exc:
            raise Rejected(
                f"Cannot read {self._name}: {exc.strerror}.",
                code="FILE_NOT_READABLE",
                remedy="Give the path of a file that is there and may be read.",
                fields=("path",),
            ) from exc

    def _split(self, file: BinaryIO, offset: int) -> Iterator[tuple[bytes, int]]:
        """Split at ends of lines that stand outside of quotes; empty lines are no rows."""
        pieces: list[bytes] = []
        size, quotes = 0, 0
        while piece := file.readline(MAX_ROW):
            pieces.append(piece)
            size += len(piece)
            quotes += piece.count(b'"')
            if quotes % 2 or (not piece.endswith(b"\n") and len(piece) == MAX_ROW):
                if size >= MAX_ROW:
                    break
                continue
            row = b"".join(pieces)
            offset += size
            if content := row.rstrip(b"\r\n"):
                self._check(content, offset)
                yield content + b"\n", offset
            pieces, size, quotes = [], 0, 0
        if pieces:
            raise self._unreadable("has a quote that does not end, or is too long", offset)

    def _check(self, content: bytes, offset: int) -> None:
        try:
            content.decode()
            if b"\0" not in content:
                return
            what = "holds the character NUL, as UTF-16 does"
        except UnicodeDecodeError:
            what = "is UTF-16" if content.startswith(_UTF16) or b"\0" in content else "is not UTF-8"
        raise self._unreadable(what, offset - len(content))

    def _unreadable(self, what: str, offset: int) -> Rejected:
        return Rejected(
            f"The row at byte {offset:,} of {self._name} {what}.",
            code="CSV_NOT_READABLE",
            remedy="Save it as CSV in UTF-8, with quotes doubled inside quotes.",
        )


def line(cells: Sequence[str], delimiter: str = ",") -> bytes:
    """Write one line of CSV, ended by LF."""
    text = io.StringIO()
    # The writer quotes the characters of the line's end alone: with LF a bare CR would go unquoted.
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return text.getvalue()[:-2].encode() + b"\n"


def flatten(record: Mapping[str, Any]) -> tuple[dict[str, str], list[Fault]]:
    """Write a record as cells by column, and give the values that have no form in CSV.

    A parent's external id gets a column of its own.
    """
    cells: dict[str, str] = {}
    faults: list[Fault] = []
    for name, value in record.items():
        try:
            if isinstance(value, Mapping):
                column, value = _parent(name, value)
            else:
                column = name
            cells[column] = cell(value)
        except ValueError as error:
            faults.append(Fault(name, NO_CSV_FORM, str(error)))
    return cells, faults


def _parent(name: str, parent: Mapping[str, Any]) -> tuple[str, Any]:
    attributes = parent.get("attributes") or {}
    keys = [key for key in parent if key != "attributes"]
    if len(keys) != 1:
        raise ValueError("names a parent by one external id field")
    kind = f"{attributes['type']}:" if attributes.get("type") else ""
    return f"{kind}{name}.{keys[0]}", parent[keys[0]]


def cell(value: Any) -> str:
    """Write a value as a cell; None clears the field.

    Raises:
        ValueError: It has no form in CSV; says what the field takes.
    """
    match value:
        case None:
            return CLEARED
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return format(Decimal(repr(value)), "f")
        case str() if value == CLEARED:
            raise ValueError(f"cannot hold the text {CLEARED}, by which a bulk job clears a field")
        case str():
            return value
        case _:
            raise ValueError("takes a text, a number, true, false or null")
