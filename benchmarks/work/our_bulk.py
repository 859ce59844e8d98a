"""The connector's bulk jobs: results into files, records from a file or an iterator."""

import gzip
from pathlib import Path

from benchmarks.work.engine import BenchmarkConnection, hooks
from benchmarks.work.our_operations import allow_files, make_query_job, make_run
from benchmarks.work.worker import Measurement, Task, require, run

BULK_PAGE = 50_000  # rows of a page of the stub


def bulk_to_csv(task: Task, **inputs: int) -> None:
    operation, job = make_query_job(task)
    path = Path(task.folder) / "accounts.csv"
    with Measurement() as measurement:
        operation("bulk_query", {"job_id": job, "format": "csv", "path": str(path), **inputs})
        measurement.figures["bytes"] = path.stat().st_size
    with path.open("rb") as file:
        require(sum(1 for _ in file) == task.count + 1, "all rows and one header")


def bulk_to_csv_one_by_one(task: Task) -> None:
    bulk_to_csv(task, pages_at_once=1)


def bulk_to_gzip(task: Task) -> None:
    """Write one gzipped file; each page but the first is compressed anew."""
    bulk_to_gzip_files(task, headers=1)


def bulk_to_gzip_pages(task: Task) -> None:
    """Write a gzipped file for each page, as it comes."""
    bulk_to_gzip_files(task, headers=task.count // BULK_PAGE, one_file_per_page=True)


def bulk_to_gzip_files(task: Task, headers: int, **inputs: bool) -> None:
    operation, job = make_query_job(task)
    inputs_of_file = {"format": "csv_gzip", "path": str(Path(task.folder) / "accounts.csv.gz")}
    with Measurement() as measurement:
        result = operation("bulk_query", {"job_id": job, **inputs_of_file, **inputs})
        paths = result["output"]["files"]
        measurement.figures["bytes"] = sum(Path(path).stat().st_size for path in paths)
    lines = 0
    for path in paths:
        with gzip.open(path, "rb") as file:
            lines += sum(1 for _ in file)
    require(lines == task.count + headers, "all rows and the headers")


def bulk_from_iterator(task: Task) -> None:
    make_run(task)
    hook, connection = hooks(), BenchmarkConnection(task)
    records = (
        {"Name": f"Account {number}", "Phone": f"+49 30 {number:08d}", "Description": "Middle"}
        for number in range(task.count)
    )
    inputs = {"sobject": "Account", "operation": "insert", "from_engine": True, "wait": False}
    with Measurement():
        hook.run_action(
            connector="salesforce",
            action="bulk_write",
            connection=connection,
            inputs=inputs,
            context={"records": records},
        )


def bulk_from_csv(task: Task) -> None:
    allow_files(task)
    operation, path = make_run(task), str(Path(task.folder) / "upload.csv")
    inputs = {"sobject": "Account", "operation": "insert", "path": path, "wait": False}
    with Measurement():
        operation("bulk_write", inputs)


if __name__ == "__main__":
    run(
        bulk_to_csv,
        bulk_to_csv_one_by_one,
        bulk_to_gzip,
        bulk_to_gzip_pages,
        bulk_from_iterator,
        bulk_from_csv,
    )
