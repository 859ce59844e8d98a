"""Rows that a job did not write, read from its results and made ready for another job.

https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/get_job_failed_results.htm
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from salesforce_connector.bulk.csv_format import line


class FailedSource:
    """Result files of a job, without the columns that Salesforce added; a place is a row's number.

    The files have the same columns, though not in the same order. They are ours, written before
    they are read.
    """

    def __init__(self, paths: Sequence[Path], delimiter: str, codes: Sequence[str]) -> None:
        """Take files of results.

        Args:
            paths: At least one.
            delimiter: The character between cells, in the files and in the result.
            codes: Only rows that failed by one of these; all when empty.
        """
        self._paths = paths
        self._delimiter = delimiter
        self._codes = tuple(f"{code}:" for code in codes)

    def header(self) -> bytes:
        return line(self._columns(), self._delimiter)

    def lines(self, offset: int) -> Iterator[tuple[bytes, int]]:
        columns = self._columns()
        for number, row in enumerate(self._rows()):
            if number >= offset:
                yield line([row.get(name) or "" for name in columns], self._delimiter), number + 1

    def _columns(self) -> list[str]:
        for path in self._paths:
            with path.open(encoding="utf-8-sig", newline="") as file:
                names = next(csv.reader(file, delimiter=self._delimiter), [])
            if own := [name for name in names if not name.startswith("sf__")]:
                return own
        return []

    def _rows(self) -> Iterator[dict[str, str]]:
        for path in self._paths:
            with path.open(encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file, delimiter=self._delimiter):
                    error = row.get("sf__Error") or ""
                    if not self._codes or error.startswith(self._codes):
                        yield row
