"""Checks the rows of a CSV file against the types of their columns while they are sent.

A job takes the good rows. A row with a value that its field cannot take, or with cells too many or
too few (for which Salesforce fails the whole job), is left out and named by its line and column.
The file is read once, and nothing of it is kept but what is wrong with the first rows that are.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_csv_valid_record_rows.htm
"""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from salesforce_connector.bulk.csv_file import CsvRow, FileSource
from salesforce_connector.bulk.csv_format import CLEARED, DELIMITERS, line
from salesforce_connector.bulk.job_results import BulkRecordResult
from salesforce_connector.metadata.field_rules import WRONG_TYPE, Fault, FieldRule
from salesforce_connector.metadata.record_rules import RecordRules
from salesforce_connector.metadata.text_length import truncate

MAX_NAMED: Final = 1_000  # rows whose faults are kept; all are counted

RAGGED: Final = "CELLS_DO_NOT_FIT_HEADER"
QUOTES: Final = "QUOTES_DO_NOT_FIT"
_QUOTES: Final = (
    "has a quote inside a cell. Put the whole cell in double quotes, and double those inside it."
)

# What Salesforce's own loaders read as true and false, besides true and false.
_BOOLEANS: Final = frozenset(
    {"true", "false", "yes", "no", "y", "n", "on", "off", "1", "0", "t", "f"}
)
_ID: Final = re.compile(r"\s*[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Column:
    """What is done with the cells of a column.

    Attributes:
        number: From 0.
        name: As the header has it.
        check: Gives the rule that a cell breaks; empty when it fits.
        length: Characters to which a text is cut; 0 to leave it.
        lines: Whether it is a text area.
    """

    number: int
    name: str
    check: Callable[[str], str] | None
    length: int
    lines: bool


class CheckedRows:
    """A CSV file without the rows that Salesforce would refuse for their form.

    Attributes:
        truncated: Columns in which a text was cut.
    """

    def __init__(
        self,
        file: FileSource,
        columns: Sequence[_Column],
        names: Sequence[str],
        dropped: Sequence[int],
        delimiter: str,
    ) -> None:
        """Take the columns as `checked_rows` describes them."""
        self._file = file
        self._columns = columns
        self._width = len(names)
        self._sent = [number for number in range(len(names)) if number not in dropped]
        self._names = [names[number] for number in self._sent]
        self._drops = bool(dropped)
        self._delimiter = DELIMITERS[delimiter]
        self._mark = self._delimiter.encode()
        cell = rb'(?>"(?:[^"]|"")*+"|[^"' + re.escape(self._mark) + rb"\r\n]*+)"
        self._quoted = re.compile(cell + rb"(?:" + re.escape(self._mark) + cell + rb")*+")
        self._faults: dict[int, BulkRecordResult] = {}  # by the offset after the row
        self._starts: dict[int, tuple[int, int]] = {0: (0, 1)}  # offset: row's number, its line
        self._recent: deque[tuple[int, int, int]] = deque(maxlen=3)
        self.truncated: dict[str, None] = {}

    @property
    def refused(self) -> list[BulkRecordResult]:
        """What is wrong with the rows that were left out, at most `MAX_NAMED` of them."""
        return sorted(self._faults.values(), key=lambda result: result.index or 0)

    def header(self) -> bytes:
        return line(self._names, self._delimiter) if self._drops else self._file.header()

    def lines(self, offset: int) -> Iterator[tuple[bytes, int]]:
        number, first_line = self._start(offset)
        for row in self._file.rows(offset, first_line):
            content = self._check(row, number)
            if content is None:  # nothing but delimiters, as spreadsheets end their files
                continue
            number += 1
            self._recent.append((row.end, number, row.next_line))
            yield content, row.end

    def _start(self, offset: int) -> tuple[int, int]:
        """Give the number and the line of the row at an offset, where an earlier part has ended."""
        for end, number, next_line in self._recent:
            if end == offset:
                self._starts[offset] = (number, next_line)
        return self._starts[offset]

    def _check(self, row: CsvRow, number: int) -> bytes | None:
        """Return a row as it is to be sent; b"" when it is not, None for an empty one."""
        content = row.content
        if b'"' not in content:
            if content.count(self._mark) != self._width - 1:
                return self._refuse_width(row, number, content.count(self._mark) + 1)
            if not (self._columns or self._drops):
                return content if content.strip(self._mark + b"\r\n ") else None
            cells = content[:-1].decode().split(self._delimiter)
        else:
            if not self._quoted.fullmatch(content, 0, len(content) - 1):
                return self._refuse(row, number, QUOTES, _QUOTES, {})
            cells = _cells(content, self._delimiter)
            if len(cells) != self._width:
                return self._refuse_width(row, number, len(cells))
        if not any(map(str.strip, cells)):
            return None
        faults: list[Fault] = []
        changed = False
        for column in self._columns:
            cell = cells[column.number]
            if not cell.strip() or cell == CLEARED:
                continue
            if column.check is not None and (broken := column.check(cell)):
                faults.append(Fault(column.name, WRONG_TYPE, broken))
            elif (
                column.length and (cut := truncate(cell, column.length, lines=column.lines)) != cell
            ):
                cells[column.number], changed = cut, True
                self.truncated[column.name] = None
        if faults:
            rules = " ".join(f"{fault.field} {fault.rule}." for fault in faults)
            fields = dict.fromkeys(fault.field for fault in faults)
            return self._refuse(row, number, WRONG_TYPE, rules, fields)
        if self._drops:
            return line([cells[number] for number in self._sent], self._delimiter)
        return line(cells, self._delimiter) if changed else content

    def _refuse_width(self, row: CsvRow, number: int, count: int) -> bytes | None:
        if not row.content.strip(self._mark + b'"\r\n '):
            return None
        rule = (
            f"has {count:,} cells; the header has {self._width:,}. Put a cell that holds the "
            "delimiter or a line break in double quotes."
        )
        return self._refuse(row, number, RAGGED, rule, {})

    def _refuse(
        self, row: CsvRow, number: int, code: str, rule: str, fields: Mapping[str, None]
    ) -> bytes:
        if len(self._faults) < MAX_NAMED:
            self._faults[row.end] = BulkRecordResult(
                index=number,
                ok=False,
                code=code,
                message=f"Not sent. Line {row.line:,}: {rule}",
                fields=list(fields),
            )
        return b""


def checked_rows(
    file: FileSource,
    names: Sequence[str],
    delimiter: str,
    rules: RecordRules | None,
    *,
    key: str | None = None,
    truncates: bool = False,
    dropped: Sequence[int] = (),
) -> CheckedRows:
    """Have the rows of a file checked by their object's rules.

    Args:
        file: Its header has been checked.
        names: Of the columns.
        delimiter: Salesforce's name for the character between cells.
        rules: None to check the number of cells alone.
        key: The external ID that identifies records; it is never truncated.
        truncates: Whether texts are cut to the length of their field.
        dropped: Numbers of the columns that are not sent.
    """
    columns = []
    for number, name in enumerate(names):
        if not name.strip():
            columns.append(_Column(number, f"column {number + 1}", _no_name, 0, lines=False))
            continue
        rule = rules.fields.get(name.strip().lower()) if rules is not None else None
        if rule is None or number in dropped:
            continue
        cuts = truncates and rule.cuttable and name.lower() != (key or "").lower()
        column = _Column(
            number,
            rule.name,
            _check_of(rule),
            rule.length if cuts else 0,
            rule.kind == "textarea",
        )
        if column.check is not None or column.length:
            columns.append(column)
    return CheckedRows(file, columns, names, dropped, delimiter)


def _check_of(rule: FieldRule) -> Callable[[str], str] | None:
    match rule.kind:
        case "boolean":
            return _boolean
        case "date" | "datetime" | "time" | "int" | "long" | "double" | "currency" | "percent":
            return rule.check
        case "id" | "reference":
            return _id
    return None


def _boolean(cell: str) -> str:
    return "" if cell.strip().lower() in _BOOLEANS else "takes true or false"


def _no_name(_: str) -> str:
    return "has a value, and no name in the header"


def _id(cell: str) -> str:
    return "" if _ID.fullmatch(cell) else "takes the ID of a record, 15 or 18 characters"


def _cells(content: bytes, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(content[:-1].decode(), newline=""), delimiter=delimiter), [])
