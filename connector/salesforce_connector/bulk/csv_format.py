"""CSV as bulk jobs take it: rows written as lines, lines of a file read whole, cut into parts.

An empty cell leaves a field, `#N/A` clears it. Texts stay what they are: "0012", "NA" and dates are
never taken for anything else. A file is read where a call's body is made, never in a flow.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_csv_valid_record_rows.htm
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Protocol

from salesforce_connector.metadata.field_rules import Fault

CLEARED: Final = "#N/A"

NO_CSV_FORM: Final = "NO_FORM_IN_CSV"

LARGEST: Final = 100_000_000  # bytes a job; 150 MB once Salesforce has written it as base64
MAX_ROW: Final = 8_000_000  # bytes; Salesforce takes 400,000 characters a record
_PIECE: Final = 65_536  # bytes sent to the network at once

DELIMITERS: Final[Mapping[str, str]] = {
    "COMMA": ",",
    "TAB": "\t",
    "PIPE": "|",
    "SEMICOLON": ";",
    "CARET": "^",
    "BACKQUOTE": "`",
}


class Source(Protocol):
    """Where a job's rows come from; an offset in it is a number, 0 the start."""

    def header(self) -> bytes:
        """Return the first line, with its end."""
        ...

    def lines(self, offset: int) -> Iterator[tuple[bytes, int]]:
        """Return each row from an offset on, as a line, with the offset after it; b"": not sent."""
        ...


@dataclass(slots=True)
class Part:
    """The rows of a source that one job takes; how many is known once its body was made.

    Attributes:
        start: Offset in the source.
        end: Position behind its last row.
        rows: How many it has.
        left_out: How many rows between start and end are not sent.
        more: Whether more rows follow.
    """

    source: Source
    start: int
    max_bytes: int = LARGEST
    max_rows: int | None = None
    end: int = field(default=0, init=False)
    rows: int = field(default=0, init=False)
    left_out: int = field(default=0, init=False)
    more: bool = field(default=False, init=False)

    def body(self) -> Iterator[bytes]:
        """Yield the job's CSV in pieces, from its beginning at each call."""
        self.rows, self.left_out, self.more, self.end = 0, 0, False, self.start
        pieces = bytearray(self.source.header())
        size = len(pieces)
        for line, offset in self.source.lines(self.start):
            rows_read = self.rows + self.left_out
            if rows_read > 0 and (size + len(line) > self.max_bytes or rows_read == self.max_rows):
                self.more = True
                break
            self.end = offset
            if not line:
                self.left_out += 1
                continue
            size += len(line)
            self.rows += 1
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
        raise ValueError("names a parent by one external ID field")
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
            raise ValueError(f"cannot hold the text {CLEARED}, which clears a field in a bulk job")
        case str():
            return value
        case _:
            raise ValueError("takes a text, a number, true, false or null")
