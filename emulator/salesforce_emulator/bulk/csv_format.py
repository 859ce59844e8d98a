"""CSV as Bulk API 2.0 reads and writes it: delimiters, line endings, quotes.

Reading is strict: what Salesforce refuses is refused, with the whole job. What is written is quoted
everywhere.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_prepare_csv.htm
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from salesforce_emulator.bulk import errors as bulk_errors

DELIMITERS: Final = {
    "COMMA": ",",
    "TAB": "\t",
    "PIPE": "|",
    "SEMICOLON": ";",
    "CARET": "^",
    "BACKQUOTE": "`",
}
LINE_ENDINGS: Final = {"LF": "\n", "CRLF": "\r\n"}
MAX_FIELDS: Final = 5_000  # a record, Bulk API 2.0 limits
MAX_CHARACTERS: Final = 400_000  # a record, Bulk API 2.0 limits


class CsvFormat:
    """A CSV text to read, from any place that a row begins at.

    Attributes:
        offset: Byte after the last row that was read.
    """

    def __init__(
        self, chunks: Callable[[int], Iterator[bytes]], delimiter: str, line_ending: str
    ) -> None:
        """Read through a function that returns the bytes from an offset on.

        Args:
            delimiter: By name: COMMA, TAB ...
            line_ending: LF or CRLF.
        """
        self._pieces = chunks
        self._delimiter = DELIMITERS[delimiter]
        self._crlf = line_ending == "CRLF"
        self.offset = 0
        self._raw: list[str] = []

    def rows(self, start: int = 0, *, checked: bool = False) -> Iterator[list[str]]:
        """Return the rows from an offset on; empty lines are none.

        Args:
            checked: They have been read before, and nothing was wrong with them.

        Raises:
            Unprocessable: The text is not CSV of this kind.
        """
        self.offset = start
        reader = csv.reader(self._lines(start), delimiter=self._delimiter, strict=True)
        number = 0
        while True:
            number += 1
            self._raw.clear()
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as exc:
                raise bulk_errors.malformed_row(number, f"{exc}") from None
            except UnicodeDecodeError:
                raise bulk_errors.malformed_row(number, "It is not UTF-8") from None
            if row:
                if not checked:
                    self._check(row, number)
                yield row

    def _check(self, row: list[str], number: int) -> None:
        last = self._raw[-1]
        if last.endswith("\n") and last.endswith("\r\n") is not self._crlf:
            raise bulk_errors.wrong_line_ending("CRLF" if self._crlf else "LF")
        text = last if len(self._raw) == 1 else "".join(self._raw)
        if '"' in text:
            for cell in row:
                if '"' in cell and cell.replace('"', '""') not in text:
                    raise bulk_errors.malformed_row(
                        number, "Found unescaped quote. A value with quote should be within a quote"
                    )
        if len(text) > MAX_CHARACTERS or len(row) > MAX_FIELDS:
            raise bulk_errors.malformed_row(
                number, f"It has more than {MAX_FIELDS} fields or {MAX_CHARACTERS} characters"
            )

    def _lines(self, start: int) -> Iterator[str]:
        for line in _split(self._pieces(start)):
            self.offset += len(line)
            text = line.decode()
            self._raw.append(text)
            yield text


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in chunks:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line + b"\n"
        if len(rest) > 4 * MAX_CHARACTERS:  # UTF-8 takes four bytes a character at most
            raise csv.Error("line is too long")
    if rest:
        yield rest


def written(rows: Iterable[Sequence[object]], delimiter: str, line_ending: str) -> bytes:
    """Write rows as CSV, every cell in quotes; delimiter and line ending by name."""
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=DELIMITERS[delimiter],
        lineterminator=LINE_ENDINGS[line_ending],
        quoting=csv.QUOTE_ALL,
    )
    writer.writerows(rows)
    return text.getvalue().encode()
