"""get_bulk_job, abort_bulk_job, get_bulk_results and retry_failed_records: jobs begun before."""

from pathlib import Path
from typing import Any

import pytest
from bulk_jobs import BulkJobs
from flow_driver import drive, ok, serve
from pydantic import ValidationError

from salesforce_actions.actions import (
    abort_bulk_job,
    bulk_write,
    get_bulk_job,
    get_bulk_results,
    retry_failed_records,
)
from salesforce_connector.errors import Rejected, Retryable

JOB = "750000000000000000"
LOCKED = "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record:--"
BAD = "INVALID_EMAIL_ADDRESS:Email: invalid email address: 123:Email --"


def create_job(jobs: BulkJobs, **more: Any) -> BulkJobs:
    """Begin a job of three rows."""
    rows = [{"Name": "ok"}, {"Name": "locked"}, {"Name": "bad"}]
    args = {"sobject": "Account", "operation": "insert", "records": rows, "wait": False, **more}
    serve(bulk_write.flow(bulk_write.Input.model_validate(args)), jobs)
    return jobs


def judge(row: dict[str, str]) -> str:
    return {"ok": "", "locked": LOCKED, "bad": BAD, "late": "later"}[row["Name"]]


@pytest.mark.parametrize("job", ["", "7501", "001000000000000000", "750/../../sobjects"])
def test_refuses_what_is_no_job(job: str) -> None:
    with pytest.raises(ValidationError):
        get_bulk_job.Input(job_id=job)


@pytest.mark.parametrize("action", [get_bulk_results, retry_failed_records])
def test_refuses_results_of_a_job_that_is_not_finished(action: Any) -> None:
    run = serve(action.flow(action.Input(job_id=JOB)), create_job(BulkJobs()))

    assert isinstance(run.error, Retryable)
    assert (run.error.code, run.error.retry_after) == ("JOB_NOT_FINISHED", 60.0)


def test_a_wait_for_an_earlier_job_is_retryable() -> None:
    jobs = create_job(BulkJobs(judge=judge, polls=10**6))
    inputs = get_bulk_job.Input(job_id=JOB, wait=True, max_wait=5)
    run = serve(get_bulk_job.flow(inputs), jobs)

    assert isinstance(run.error, Retryable)
    assert not run.error.sent


@pytest.mark.parametrize("action", [get_bulk_results, retry_failed_records])
def test_a_folder_that_is_missing_is_refused_before_anything_is_fetched(
    action: Any, tmp_path: Path
) -> None:
    folder = str(tmp_path / "missing")
    run = serve(
        action.flow(action.Input(job_id=JOB, results_folder=folder)), create_job(BulkJobs())
    )

    assert isinstance(run.error, Rejected)
    assert (run.error.fields, run.calls) == (("results_folder",), [])


def test_get_bulk_job_returns_the_state_or_waits() -> None:
    jobs = create_job(BulkJobs(judge=judge, polls=3))
    run = serve(get_bulk_job.flow(get_bulk_job.Input(job_id=JOB)), jobs)
    assert (run.output.job.state, run.output.finished) == ("InProgress", False)

    run = serve(get_bulk_job.flow(get_bulk_job.Input(job_id=JOB, wait=True)), jobs)
    assert (run.output.job.state, run.output.finished) == ("JobComplete", True)
    assert (run.output.job.processed, run.output.job.failed) == (3, 2)


@pytest.mark.parametrize(("kind", "resource"), [("write", "ingest"), ("query", "query")])
def test_stops_a_job_of_either_kind(kind: Any, resource: str) -> None:
    args = abort_bulk_job.Input(job_id=JOB, kind=kind)
    run = drive(abort_bulk_job.flow(args), ok({"id": JOB, "operation": "x", "state": "Aborted"}))

    [call] = run.calls
    assert (call.method, call.path) == ("PATCH", f"/jobs/{resource}/{JOB}")
    assert call.json == {"state": "Aborted"}
    assert run.output.job.state == "Aborted"


def test_gives_results_with_their_cells_since_the_rows_are_not_at_hand() -> None:
    jobs = create_job(BulkJobs(judge=judge, polls=0))
    run = serve(get_bulk_results.flow(get_bulk_results.Input(job_id=JOB)), jobs)

    rows = {row.values["Name"]: row for row in run.output.records}
    assert rows["ok"].id == "001"
    assert rows["ok"].created is True
    assert (rows["locked"].code, rows["locked"].fields) == ("UNABLE_TO_LOCK_ROW", [])
    assert rows["bad"].message == "Email: invalid email address: 123"
    assert rows["bad"].fields == ["Email"]
    assert (run.output.succeeded, run.output.failed) == (1, 2)
    assert run.output.complete


def test_counts_what_a_job_that_ended_early_left_undone() -> None:
    """The job itself does not say."""
    jobs = create_job(BulkJobs(judge=judge, polls=0, end="Aborted"), records=[{"Name": "late"}] * 2)
    run = serve(get_bulk_results.flow(get_bulk_results.Input(job_id=JOB, values="text")), jobs)

    assert run.output.failed == 2
    assert [row.code for row in run.output.records] == ["UNPROCESSED"] * 2
    assert run.calls[-1].path.endswith("/unprocessedrecords/")


@pytest.mark.parametrize(
    ("codes", "again"), [([], ["bad", "locked"]), (["UNABLE_TO_LOCK_ROW"], ["locked"])]
)
def test_writes_failed_rows_again_by_another_job(codes: list[str], again: list[str]) -> None:
    jobs = create_job(BulkJobs(judge=judge, polls=0))
    serve(get_bulk_job.flow(get_bulk_job.Input(job_id=JOB)), jobs)
    jobs.judge = lambda row: judge(row) if row in jobs.uploads[JOB] and jobs.uploads else ""
    args = retry_failed_records.Input(job_id=JOB, codes=codes, fail_when="none")
    run = serve(retry_failed_records.flow(args), jobs)

    assert run.error is None
    assert [row["Name"] for row in list(jobs.uploads.values())[1]] == again
    assert run.output.jobs[0].id != JOB
    assert run.output.jobs[0].operation == "insert"


def test_takes_unprocessed_rows_along() -> None:
    jobs = create_job(
        BulkJobs(judge=judge, polls=0, end="Failed"), records=[{"Name": "locked"}, {"Name": "late"}]
    )
    args = retry_failed_records.Input(job_id=JOB, wait=False)
    serve(get_bulk_job.flow(get_bulk_job.Input(job_id=JOB)), jobs)
    run = serve(retry_failed_records.flow(args), jobs)

    assert run.error is None
    assert [row["Name"] for row in list(jobs.uploads.values())[1]] == ["locked", "late"]


@pytest.mark.parametrize(
    ("rows", "codes"), [([{"Name": "ok"}], []), ([{"Name": "locked"}], ["INVALID_FIELD"])]
)
def test_creates_no_job_when_no_record_failed(rows: list[dict[str, str]], codes: list[str]) -> None:
    jobs = create_job(BulkJobs(judge=judge, polls=0), records=rows)
    serve(get_bulk_job.flow(get_bulk_job.Input(job_id=JOB)), jobs)
    run = serve(
        retry_failed_records.flow(retry_failed_records.Input(job_id=JOB, codes=codes)), jobs
    )

    assert run.output.jobs == []
    assert run.notes == [f"No record of the job {JOB} needs to be written again."]
    assert all(job["state"] != "Open" for job in jobs.jobs.values())


def test_cuts_rows_to_write_again_into_jobs() -> None:
    jobs = create_job(BulkJobs(judge=judge, polls=0))
    serve(get_bulk_job.flow(get_bulk_job.Input(job_id=JOB)), jobs)
    args = retry_failed_records.Input(job_id=JOB, records_per_job=1, wait=False)
    run = serve(retry_failed_records.flow(args), jobs)

    assert len(run.output.jobs) == 2
    _, *again = jobs.uploads.values()
    assert [[row["Name"] for row in rows] for rows in again] == [["bad"], ["locked"]]


@pytest.mark.parametrize("action", [get_bulk_results, retry_failed_records])
def test_gzip_without_a_results_folder_is_refused(action: Any) -> None:
    with pytest.raises(ValidationError, match="results_folder"):
        action.Input(job_id=JOB, results_gzip=True)
