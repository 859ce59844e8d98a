"""A million rows by bulk jobs: down to a CSV file, and up from one."""

from pathlib import Path
from typing import Final

from benchmarks.case import Case, Client, Goal

ROWS: Final = 1_000_000

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
        Client("ours", "ours", "ours", "bulk_to_csv"),
        Client("simple-salesforce", "simple-salesforce", "simple_salesforce_work", "bulk_to_csv"),
    ),
    (
        Goal("ours", "cpu", 0.6, by="simple-salesforce"),
        Goal("ours", "rss", 8, unit="MiB", each_run=True),
    ),
    stub_arguments=("--bulk-rows", str(ROWS)),
    scale=1e3,
    unit="ms",
    missing=(
        "Answers are unpacked by zlib alone, not by isal.",
        "A file cannot be kept as it comes, packed.",
        "Result pages come one after another, not four at a time.",
    ),
    runs=3,
)

UPLOAD: Final = Case(
    "P4a",
    f"bulk insert of {ROWS:,} rows from a file",
    ROWS,
    (Client("ours", "ours", "ours", "bulk_from_csv"),),
    (
        Goal("ours", "rss", 30, unit="MiB", each_run=True),
        Goal("ours", "rows", ROWS, unit="rows", each_run=True, at_least=True),
    ),
    scale=1e3,
    unit="ms",
    prepare=_write_upload,
    runs=3,
)
