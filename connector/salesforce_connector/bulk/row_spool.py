"""Rows that come from an iterator, written to temporary files that a job can take.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_prepare_csv.htm
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import IO

from salesforce_connector.bulk.csv_format import line
from salesforce_connector.files.file_errors import scratch_errors


def new_file() -> IO[bytes]:
    """Open a temporary file.

    Raises:
        Rejected: The disk is full.
    """
    with scratch_errors():
        return TemporaryFile(prefix="salesforce-connector-")


class RowSpool:
    """The rows of one part as CSV lines; an empty cell leaves its field as it is.

    A column may first appear in any row. The rows before it are then written again, with an empty
    cell; records of one object mostly have the same columns from the beginning.

    Attributes:
        file: The lines, without a header.
        rows: How many there are.
    """

    def __init__(self, max_bytes: int, max_rows: int | None) -> None:
        """Start without rows."""
        self.file = new_file()
        self.rows = 0
        self._max_bytes = max_bytes
        self._max_rows = max_rows
        self._columns: dict[str, str] = {}  # by their names in lower case
        self._size = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns so far, as they were first written."""
        return tuple(self._columns.values())

    def take(self, rows: Sequence[Mapping[str, str]]) -> int:
        """Write rows until the part is full; return how many were written.

        Raises:
            Rejected: The disk is full.
        """
        keys: tuple[str, ...] | None = None
        order: list[str] = []
        with scratch_errors():
            for count, row in enumerate(rows):
                if self.rows == self._max_rows:
                    return count
                if (*row,) != keys:  # mostly the same as of the row before
                    if not self._add_columns(row):
                        return count
                    keys = (*row,)
                    own = {name.lower(): name for name in keys}
                    order = [own.get(column, "") for column in self._columns]
                written = line([row.get(name, "") for name in order])
                if self.rows and self._size + len(written) > self._max_bytes:
                    return count
                self.file.write(written)
                self._size += len(written)
                self.rows += 1
        return len(rows)

    def close(self) -> None:
        """Remove the file."""
        self.file.close()

    def _add_columns(self, row: Mapping[str, str]) -> bool:
        """Take the columns of a row; False when the rows so far have no room for them."""
        fresh = {name.lower(): name for name in row if name.lower() not in self._columns}
        if not fresh:
            return True
        grown = len(line([*self._columns.values(), *fresh.values()])) + self.rows * len(fresh)
        if self.rows and self._size + grown > self._max_bytes:
            return False
        before, width = self.file, len(self._columns) + len(fresh)
        self._size += len(line([*fresh.values()]))
        self._columns |= fresh
        if self.rows:
            self.file = new_file()
            before.seek(0)
            for cells in _rows(before):
                self.file.write(line([*cells, *[""] * (width - len(cells))]))
            before.close()
            self._size = self.file.tell() + len(line(self.columns))
        return True


def _rows(file: IO[bytes]) -> Iterator[list[str]]:
    text = io.TextIOWrapper(file, "utf-8", newline="")
    try:
        yield from csv.reader(text)
    finally:
        text.detach()
