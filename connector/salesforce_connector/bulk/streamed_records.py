"""Records that a host passes beside an action's inputs, cut into the parts that jobs take.

They may be any iterable of mappings, or of Arrow: a table, a reader of batches, or any object with
`__arrow_c_stream__`, as data frames have. Some thousand are in memory at a time. They are read on a
thread, since what they come from may wait.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from salesforce_connector.bulk.csv_format import line
from salesforce_connector.bulk.parallel_upload import SpooledPart
from salesforce_connector.bulk.row_spool import RowSpool
from salesforce_connector.errors import Rejected
from salesforce_connector.flow import Flow, in_thread
from salesforce_connector.record_pages import pyarrow

CHUNK: Final = 2_000  # records in memory

Prepare = Callable[[list[Mapping[str, Any]], int], Flow[list[dict[str, str]]]]
"""Returns the cells of records that can be written; takes records, and the first one's number."""


def iterate(records: object) -> Iterator[Mapping[str, Any]]:
    """Return the records that a host has passed, one by one.

    Raises:
        Rejected: It holds no records, or needs pyarrow, which is not installed.
    """
    if hasattr(records, "__arrow_c_stream__") or hasattr(records, "to_batches"):
        return _arrow_records(records)
    if isinstance(records, Iterable) and not isinstance(records, str | bytes | Mapping):
        return iter(records)
    raise Rejected(
        "The engine passed no records with this run.",
        code="NO_RECORDS",
        remedy="Pass an iterable of dicts, or Arrow, or give the records as inputs.",
        fields=("from_engine",),
    )


def _arrow_records(records: Any) -> Iterator[Mapping[str, Any]]:
    arrow = pyarrow()
    if not hasattr(records, "__arrow_c_stream__"):
        records = arrow.Table.from_batches(records.to_batches())
    for batch in arrow.RecordBatchReader.from_stream(records):
        for start in range(0, batch.num_rows, CHUNK):
            yield from batch.slice(start, CHUNK).to_pylist()


class RecordParts:
    """The parts of some records; see `parallel_upload.Parts`."""

    def __init__(
        self,
        records: Iterator[Mapping[str, Any]],
        prepare: Prepare,
        max_bytes: int,
        max_rows: int | None,
    ) -> None:
        """Begin before the first record.

        Args:
            records: The same in each run, if jobs of an earlier run are resumed.
            prepare: See `Prepare`.
            max_bytes: Of the rows of one job.
            max_rows: Of one job.
        """
        self._records = records
        self._prepare = prepare
        self._limits = (max_bytes, max_rows)
        self._read = 0
        self._waiting: list[dict[str, str]] = []

    def next_part(self) -> Flow[SpooledPart | None]:
        """See `Parts`."""
        spool = RowSpool(*self._limits)
        try:
            while self._waiting or (yield from self._read_some()):
                length: int = yield from in_thread(lambda: spool.take(self._waiting))
                del self._waiting[:length]
                if self._waiting:
                    break
        except BaseException:
            spool.close()
            raise
        if spool.rows:
            return SpooledPart(spool.file, spool.rows, header=line(spool.columns))
        spool.close()
        return None

    def _read_some(self) -> Flow[bool]:
        """Read records until some can be written; False at the end."""
        while not self._waiting:
            chunk = yield from in_thread(lambda: list(islice(self._records, CHUNK)))
            if not chunk:
                return False
            for number, record in enumerate(chunk, self._read):
                if not isinstance(record, Mapping):
                    raise Rejected(
                        f"Record {number} is no mapping of fields to values.",
                        code="INVALID_INPUT",
                        fields=("from_engine",),
                    )
            first, self._read = self._read, self._read + len(chunk)
            self._waiting = yield from self._prepare(chunk, first)
        return True
