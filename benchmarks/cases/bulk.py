"""A million rows by bulk jobs: down to a CSV file, and up from one."""

from pathlib import Path
from typing import Final

from benchmarks.case import Case, Client, Goal

ROWS: Final = 1_000_000

_RATE: Final = 5_000_000  # bytes a second, packed

_LINES: Final = 50_000  # written at a time


def _write_upload(folder: str, url: str) -> None:  # noqa: ARG001 - the shape of `prepare`
    path = Path(folder) / "upload.csv"
    if path.exists():
        return
    with path.open("w") as file:
        file.write("Name,Phone,Description\n")
        for start in range(0, ROWS, _LINES):
            file.writelines(
                f"Account {number},+49 30 {number:08d},An account of middle size\n"
                for number in range(start, start + _LINES)
            )


DOWNLOAD: Final = Case(
    "P4",
    f"bulk query of {ROWS:,} rows to CSV, gzip",
    ROWS,
    (
        Client("ours", "engine", "our_bulk", "bulk_to_csv"),
        Client("ours, extra fast", "ours", "our_bulk", "bulk_to_csv"),
        Client("ours, gzip, a file each page", "engine", "our_bulk", "bulk_to_gzip_pages"),
        Client("ours, gzip, one file, fast", "ours", "our_bulk", "bulk_to_gzip"),
        Client("simple-salesforce", "simple-salesforce", "simple_salesforce_work", "bulk_to_csv"),
    ),
    (
        Goal("ours", "cpu", 0.6, by="simple-salesforce"),
        Goal("ours, extra fast", "cpu", 0.3, by="simple-salesforce"),
        Goal("ours, gzip, a file each page", "cpu", 0.06, by="simple-salesforce"),
        Goal("ours", "rss", 8, unit="MiB", each_run=True),
        Goal("ours, gzip, a file each page", "rss", 8, unit="MiB", each_run=True),
        Goal("ours, gzip, one file, fast", "rss", 8, unit="MiB", each_run=True),
    ),
    stub_arguments=("--bulk-rows", str(ROWS)),
    scale=1e3,
    unit="ms",
)

SIDE_BY_SIDE: Final = Case(
    "P4b",
    f"the same at {_RATE / 1e6:.0f} MB a second for each stream",
    ROWS,
    (
        Client("ours, four at once", "ours", "our_bulk", "bulk_to_csv", rate=_RATE),
        Client("ours, one by one", "ours", "our_bulk", "bulk_to_csv_one_by_one", rate=_RATE),
    ),
    (
        Goal("ours, four at once", "wall", 0.35, by="ours, one by one"),
        Goal("ours, four at once", "rss", 8, unit="MiB", each_run=True),
    ),
    stub_arguments=("--bulk-rows", str(ROWS)),
    figure="wall",
    scale=1e3,
    unit="ms",
)

UPLOAD: Final = Case(
    "P4a",
    f"bulk insert of {ROWS:,} rows from a file, and from an iterator",
    ROWS,
    (
        Client("ours", "ours", "our_bulk", "bulk_from_csv"),
        Client("ours, an iterator", "ours", "our_bulk", "bulk_from_iterator"),
    ),
    (
        Goal("ours", "rss", 30, unit="MiB", each_run=True),
        Goal("ours", "rows", ROWS, unit="rows", each_run=True, at_least=True),
        Goal("ours, an iterator", "rss", 30, unit="MiB", each_run=True),
        Goal("ours, an iterator", "rows", ROWS, unit="rows", each_run=True, at_least=True),
    ),
    scale=1e3,
    unit="ms",
    prepare=_write_upload,
    runs=5,
)
