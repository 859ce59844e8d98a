"""CSV files and texts as people save them, read row by row.

A byte order mark, a line by which Excel names the delimiter, and empty lines are passed over. A
file is read where a call's body is made, never in a flow.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_prepare_csv.htm
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from salesforce_connector.bulk.csv_format import MAX_ROW
from salesforce_connector.errors import Rejected
from salesforce_connector.files.file_access import open_to_read

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATOR: Final = re.compile(rb'"?sep=.?"?\n', re.IGNORECASE)


class CsvRow(NamedTuple):
    """A row of a file.

    Attributes:
        content: Ended by LF.
        end: Offset of the byte after it.
        line: The line that it begins in, from 1.
        next_line: The line after it.
    """

    content: bytes
    end: int
    line: int
    next_line: int


class FileSource:
    """A CSV file or text, UTF-8, its lines ended by LF or CRLF; what is sent is ended by LF."""

    def __init__(
        self, open_file: Callable[[], AbstractContextManager[BinaryIO]], name: str
    ) -> None:
        """Take what opens it, from its beginning each time; `name` is for errors."""
        self._open_file = open_file
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
        for row in self._all_rows():
            return row.content.removeprefix(codecs.BOM_UTF8)
        raise Rejected(
            f"There is nothing in {self._name}.",
            code="EMPTY_INPUT",
            remedy="Its first line names the fields.",
        )

    def lines(self, offset: int) -> Iterator[tuple[bytes, int]]:
        for row in self.rows(offset):
            yield row.content, row.end

    def rows(self, offset: int, line: int = 1) -> Iterator[CsvRow]:
        """Yield each row below the header from an offset on, which begins the line `line`."""
        if offset:
            return self._records(offset, line)
        rows = self._all_rows()
        next(rows, None)
        return rows

    def _all_rows(self) -> Iterator[CsvRow]:
        """Yield all rows, the header first; a line by which Excel names the delimiter is none."""
        for number, row in enumerate(self._records(0, 1)):
            if number or not _SEPARATOR.fullmatch(row.content.removeprefix(codecs.BOM_UTF8)):
                yield row

    def _records(self, offset: int, line: int) -> Iterator[CsvRow]:
        try:
            with self._open_file() as file:
                file.seek(offset)
                yield from self._split(file, offset, line)
        except OSError as exc:
            raise Rejected(
                f"Cannot read {self._name}: {exc.strerror}.",
                code="FILE_NOT_READABLE",
                remedy="Give the path of an existing file that may be read.",
                fields=("path",),
            ) from exc

    def _split(self, file: BinaryIO, offset: int, line: int) -> Iterator[CsvRow]:
        """Split at ends of lines that stand outside of quotes; empty lines are no rows."""
        pieces: list[bytes] = []
        size, quotes, first = 0, 0, line
        while piece := file.readline(MAX_ROW):
            pieces.append(piece)
            size += len(piece)
            quotes += piece.count(b'"')
            line += piece.endswith(b"\n")
            if quotes % 2 or (not piece.endswith(b"\n") and len(piece) == MAX_ROW):
                if size >= MAX_ROW:
                    break
                continue
            row = b"".join(pieces)
            offset += size
            if content := row.rstrip(b"\r\n"):
                self._check(content, first)
                yield CsvRow(content + b"\n", offset, first, line)
            pieces, size, quotes, first = [], 0, 0, line
        if pieces:
            raise self._unreadable("has an unclosed quote, or is too long", first)

    def _check(self, content: bytes, line: int) -> None:
        try:
            content.decode()
            if b"\0" not in content:
                return
            what = "holds the character NUL, as UTF-16 does"
        except UnicodeDecodeError:
            what = "is UTF-16" if content.startswith(_UTF16) or b"\0" in content else "is not UTF-8"
        raise self._unreadable(what, line)

    def _unreadable(self, what: str, line: int) -> Rejected:
        return Rejected(
            f"Line {line:,} of {self._name} {what}.",
            code="CSV_NOT_READABLE",
            remedy="Save it as CSV in UTF-8, with quotes doubled inside quotes.",
        )
