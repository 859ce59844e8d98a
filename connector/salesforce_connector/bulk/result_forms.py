"""Rows of bulk queries in the forms that readers want: records, columns, Arrow, Parquet.

Values are texts, or typed by `column_types`.
"""

from itertools import islice
from typing import Any, Final

from salesforce_connector.bulk.column_types import ARROW, convert, read_cells
from salesforce_connector.bulk.job_results import not_csv
from salesforce_connector.bulk.page_spool import PageSpool
from salesforce_connector.files.file_errors import scratch_errors
from salesforce_connector.files.new_file import NewFile
from salesforce_connector.record_pages import pyarrow

GROUP: Final = 50_000  # rows of a row group in Parquet, which is made in memory


class CsvPage:
    """Some rows of a CSV file; an empty cell is None, since Salesforce has no empty texts."""

    def __init__(
        self, names: list[str], rows: list[list[str]], types: list[str] | None = None
    ) -> None:
        """Take rows as cells.

        Args:
            types: Of the columns, by Salesforce's names; None: all are text.

        Raises:
            BadReply: A row has another number of cells than there are names.
        """
        if any(len(row) != len(names) for row in rows):
            raise not_csv()
        self._names = names
        self._rows = rows
        self._types = types or [""] * len(names)

    def __len__(self) -> int:
        return len(self._rows)

    def records(self) -> list[dict[str, Any]]:
        """See `RecordPage`."""
        names, columns = self._names, self.columns().values()
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

    def columns(self) -> dict[str, list[Any]]:
        """See `RecordPage`."""
        return {
            name: read_cells(self._types[at], [row[at] for row in self._rows])
            for at, name in enumerate(self._names)
        }

    def arrow(self) -> Any:
        """See `RecordPage`."""
        arrow = pyarrow()
        fields, arrays = [], []
        for at, (name, type_) in enumerate(zip(self._names, self._types, strict=True)):
            kind, reader = ARROW.get(type_, ("string", str))
            arguments = ("ms", "UTC") if kind == "timestamp" else ()
            arrow_type = getattr(arrow, kind)(*arguments)
            fields.append((name, arrow_type))
            values = [convert(reader, row[at]) for row in self._rows]
            arrays.append(arrow.array(values, arrow_type))
        return arrow.RecordBatch.from_arrays(arrays, schema=arrow.schema(fields))


class Parquet:
    """A Parquet file that is written a page at a time, each once it has come as a whole.

    Attributes:
        types: Of the columns, as `CsvPage` takes them; to be set before the first page.
    """

    def __init__(self, file: NewFile) -> None:
        """Take the file to write to; nothing is opened yet.

        Raises:
            Rejected: pyarrow is not installed.
        """
        self._arrow, self._parquet = pyarrow(), pyarrow("pyarrow.parquet")
        self._file = file
        self._writer: Any = None
        self.types: list[str] | None = None

    def write_page(self, spool: PageSpool) -> None:
        """Write a page, a row group at a time."""
        lines = spool.lines()
        names = next(lines, [])
        self._write(names, [])
        while rows := list(islice(lines, GROUP)):
            self._write(names, rows)

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
        table = self._arrow.Table.from_batches([CsvPage(names, rows, self.types).arrow()])
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._file.file, table.schema)
        if rows:
            self._writer.write_table(table)
