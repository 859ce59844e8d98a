"""bulk_write: rows to jobs, and back to one result for each."""

import gzip
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import httpx
import pytest
from bulk_jobs import BulkJobs
from flow_driver import serve, serve_steps
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from salesforce_actions.actions.bulk_write import Input, flow
from salesforce_connector.errors import (
    BadReply,
    ConnectorError,
    Forbidden,
    RateLimited,
    RecordsFailed,
    Rejected,
    Retryable,
    Unavailable,
)

A, B = "001D000000IqhSLIAZ", "0015500001QdQWaAAN"
NOWHERE = f"{gettempdir()}/no/such/folder"
NO_NAME = "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"


def make_input(**more: Any) -> Input:
    return Input.model_validate({"sobject": "Account", "operation": "insert", **more})


def nameless(row: dict[str, str]) -> str:
    return "" if row["Name"].isdigit() else NO_NAME


@pytest.mark.parametrize(
    "given_input",
    [
        {},
        {"records": []},
        {"records": [{"Name": "1"}], "csv": "Name\n1\n"},
        {"csv": "Name\n1\n", "path": "x.csv"},
        {"records": [{"Name": "1"}], "delimiter": "PIPE"},
        {"records": [{"Name": "1"}], "external_id_field": "E__c"},
        {"records": [{"Name": "1"}], "operation": "upsert"},
        {"records": [{"Name": "1"}], "operation": "update"},
        {"records": [{"Id": A, "Name": "1"}], "operation": "delete"},
    ],
)
def test_refuses_inputs_that_exclude_each_other(given_input: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_input(**given_input)


def test_refuses_a_value_without_a_csv_form_before_a_job_is_created() -> None:
    """The others are sent."""
    jobs = BulkJobs()
    run = serve(
        flow(make_input(records=[{"Name": "1"}, {"Name": object()}, {"Id": A, "Name": "2"}])), jobs
    )

    assert isinstance(run.error, RecordsFailed)
    assert [(row["index"], row["ok"], row["fields"]) for row in run.error.records] == [
        (0, True, []),
        (1, False, ["Name"]),
        (2, False, ["Id"]),
    ]
    assert "records[1].Name" in run.error.records[1]["message"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"csv": "Name\n"}, "EMPTY_INPUT"),
        ({"csv": 'Name\n"1\n'}, "CSV_NOT_READABLE"),
    ],
)
def test_leaves_no_job_open_when_the_input_gives_no_rows(more: dict[str, str], code: str) -> None:
    jobs = BulkJobs()
    run = serve(flow(make_input(**more)), jobs)

    assert isinstance(run.error, Rejected)
    assert run.error.code == code
    assert [job["state"] for job in jobs.jobs.values()] == ["Aborted"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"path": f"{NOWHERE}/file.csv"}, "FILE_NOT_READABLE"),
        ({"csv": "Name;Phone\n1;2\n"}, "INVALID_HEADER"),
        ({"csv": "Name,Name\n1,2\n"}, "INVALID_HEADER"),
        ({"csv": "Name\n1\n", "results_folder": NOWHERE}, "FILE_NOT_WRITABLE"),
    ],
)
def test_inputs_that_cannot_succeed_begin_no_job(more: dict[str, str], code: str) -> None:
    run = serve(flow(make_input(**more)), BulkJobs())

    assert isinstance(run.error, Rejected)
    assert (run.error.code, run.calls) == (code, [])


def test_failed_rows_fail_the_step_and_are_part_of_the_error() -> None:
    run = serve(flow(make_input(records=[{"Name": "x"}, {"Name": "1"}])), BulkJobs(judge=nameless))

    assert isinstance(run.error, RecordsFailed)
    assert "1 of 2 records failed. The first: records[0]: REQUIRED_FIELD_MISSING" in str(run.error)
    assert run.error.fields == ("Name",)
    assert [(row["index"], row["ok"], row["code"]) for row in run.error.records] == [
        (0, False, "REQUIRED_FIELD_MISSING"),
        (1, True, ""),
    ]


def test_a_job_that_fails_as_a_whole_reports_its_cause() -> None:
    """No policy on rows makes a wrong column a success."""
    message = "InvalidBatch : Field name not found : Nam"
    jobs = BulkJobs(judge=lambda _: "later", end="Failed", error=message)
    run = serve(flow(make_input(records=[{"Nam": "1"}], fail_when="none")), jobs)

    assert isinstance(run.error, Rejected)
    assert message in str(run.error)


def test_unprocessed_rows_count_as_failed() -> None:
    jobs = BulkJobs(judge=lambda row: "" if row["Name"] == "1" else "later", end="Failed")
    rows = [{"Name": "1"}, {"Name": "2"}]
    run = serve(flow(make_input(records=rows, fail_when="none")), jobs)

    assert (run.output.succeeded, run.output.failed) == (1, 1)
    assert [row.code for row in run.output.records] == ["", "UNPROCESSED"]


def test_an_error_after_the_longest_wait_names_the_job() -> None:
    run = serve(flow(make_input(records=[{"Name": "1"}], max_wait=60)), BulkJobs(polls=10**6))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "JOB_NOT_FINISHED"
    assert run.error.sent is True
    [job] = run.progress[-1].state["job_ids"]
    assert job in str(run.error)
    pauses = [call.delay for call in run.calls if call.delay]
    assert sum(pauses) == 60
    assert pauses[:3] == [2.0, 3.0, 4.5]


def test_an_upload_whose_response_is_lost_is_repeated_by_a_new_job() -> None:
    """Nothing is written twice: the first job never runs."""
    jobs = BulkJobs(broken=[Unavailable("Broken.", code="ReadError", sent=True)])
    run = serve(flow(make_input(records=[{"Name": "1"}])), jobs)

    assert run.output.succeeded == 1
    assert len(jobs.aborted) == 1
    assert [len(rows) for rows in jobs.uploads.values()] == [1]


def test_a_refused_upload_aborts_its_job() -> None:
    refusal = Forbidden("No.", code="API_DISABLED_FOR_ORG")
    jobs = BulkJobs(broken=[refusal])
    run = serve(flow(make_input(records=[{"Name": "1"}])), jobs)

    assert run.error is refusal
    assert len(jobs.aborted) == 1


def test_an_error_names_the_jobs_created_before_it() -> None:
    jobs = BulkJobs()
    rows = [{"Name": "1"}, {"Name": "2"}]

    def server(call: Any, body: bytes) -> Any:
        if call.method == "POST" and len(jobs.jobs) == 1:
            return Forbidden("No.", code="EXCEEDED_QUOTA")
        return jobs(call, body)

    run = serve(flow(make_input(records=rows, records_per_job=1)), server)

    assert isinstance(run.error, Rejected)
    assert run.error.code == "EXCEEDED_QUOTA"
    assert run.error.sent is True
    assert next(iter(jobs.jobs)) in str(run.error)


cells = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0")).filter(
    lambda text: text != "#N/A"
)


@given(
    st.lists(st.tuples(cells, st.booleans(), st.none() | st.sampled_from([A, B])), min_size=1),
    st.integers(1, 4),
)
def test_every_row_gets_its_own_result(
    given_rows: list[tuple[str | None, bool, str | None]], per_job: int
) -> None:
    """In the input's order, however jobs cut and order them; equal rows have equal results."""
    rows = [
        {"Name": name, "Flag__c": flag, "ParentId": parent} for name, flag, parent in given_rows
    ]
    jobs = BulkJobs(judge=lambda row: "" if row["Flag__c"] == "true" else NO_NAME)
    run = serve(flow(make_input(records=rows, records_per_job=per_job, fail_when="none")), jobs)

    assert [row.index for row in run.output.records] == list(range(len(rows)))
    assert [row.ok for row in run.output.records] == [flag for _, flag, _ in given_rows]
    assert sum(len(upload) for upload in jobs.uploads.values()) == len(rows)
    assert all(len(upload) <= per_job for upload in jobs.uploads.values())
    assert run.output.complete


def test_a_result_that_matches_no_row_has_values_in_place_of_an_index() -> None:
    """Salesforce gave back another text than it was given."""
    jobs = BulkJobs()

    def server(call: Any, body: bytes) -> Any:
        if call.path.endswith("Results/"):
            for rows in jobs.uploads.values():
                rows[0]["Name"] = "trimmed"
        return jobs(call, body)

    run = serve(flow(make_input(records=[{"Name": "1"}])), server)

    [row] = run.output.records
    assert (row.index, row.ok, row.values) == (None, True, {"Name": "trimmed"})
    assert run.notes == [
        "Some results could not be matched with a record: they have values, and no index."
    ]


def test_a_key_matches_when_the_content_does_not() -> None:
    jobs = BulkJobs()

    def server(call: Any, body: bytes) -> Any:
        if call.path.endswith("Results/"):
            for rows in jobs.uploads.values():
                for row in rows:
                    row["Name"] = "trimmed"
        return jobs(call, body)

    rows = [{"Id": A, "Name": "1"}, {"id": B, "Name": "2"}]
    run = serve(flow(make_input(operation="update", records=rows)), server)

    assert [row.index for row in run.output.records] == [0, 1]


def test_returns_the_job_without_waiting_when_requested() -> None:
    jobs = BulkJobs()
    run = serve(flow(make_input(records=[{"Name": "1"}], wait=False)), jobs)

    assert [job.state for job in run.output.jobs] == ["UploadComplete"]
    assert run.progress[-1].state == {"job_ids": list(jobs.jobs)}
    assert run.output.records == []
    assert not run.output.complete


def test_describes_the_job_as_salesforce_takes_it() -> None:
    jobs = BulkJobs()
    rows = [{"E__c": "1", "Name": None, "Site": ""}]
    args = make_input(operation="upsert", external_id_field="E__c", records=rows, assignment_rule=A)
    run = serve(flow(args), jobs)

    assert run.calls[1].json == {
        "object": "Account",
        "operation": "upsert",
        "contentType": "CSV",
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
        "externalIdFieldName": "E__c",
        "assignmentRuleId": A,
    }
    assert run.calls[2].content_type == "text/csv"
    assert list(jobs.uploads.values()) == [[{"E__c": "1", "Name": "#N/A", "Site": "#N/A"}]]
    # Results come by the version that the job was begun with.
    assert run.calls[-1].path.startswith("/services/data/v61.0/jobs/ingest/750")


def test_a_file_is_split_into_jobs_and_its_results_are_written_to_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("Name\n1\n2\nx\n", encoding="utf-8")
    args = make_input(
        path=str(file), records_per_job=2, results_folder=str(tmp_path), fail_when="none"
    )
    jobs = BulkJobs(judge=nameless)
    run = serve(flow(args), jobs)

    assert [len(rows) for rows in jobs.uploads.values()] == [2, 1]
    assert (run.output.succeeded, run.output.failed) == (2, 1)
    first, second = jobs.uploads
    assert [Path(name).name for name in run.output.files] == [
        f"{first}-ok.csv",
        f"{second}-failed.csv",
    ]
    assert "REQUIRED_FIELD_MISSING" in Path(run.output.files[1]).read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_results_are_written_as_gzip_when_requested(encoding: str, tmp_path: Path) -> None:
    """As they came, if they came as gzip."""
    jobs = BulkJobs(judge=nameless, encoding=encoding)
    args = make_input(
        csv="Name\n1\nx\n", results_folder=str(tmp_path), results_gzip=True, fail_when="none"
    )
    run = serve(flow(args), jobs)

    [job] = jobs.uploads
    names = [f"{job}-ok.csv.gz", f"{job}-failed.csv.gz"]
    assert [Path(file).name for file in run.output.files] == names
    assert run.output.complete
    failed = (tmp_path / names[1]).read_bytes()
    assert b"REQUIRED_FIELD_MISSING" in gzip.decompress(failed)
    if encoding:
        assert failed == jobs.sent[f"{job}/failedResults"]


def test_an_error_names_the_jobs_to_retry_and_where_their_results_are(tmp_path: Path) -> None:
    args = make_input(csv="Name\n1\n2\nx\n", records_per_job=1, results_folder=str(tmp_path))
    jobs = BulkJobs(judge=nameless)
    run = serve(flow(args), jobs)

    assert isinstance(run.error, RecordsFailed)
    *complete, failed = jobs.uploads
    assert failed in run.error.message
    assert not any(job in run.error.message for job in complete)
    assert str(tmp_path) in run.error.message


def test_progress_counts_the_rows_that_were_sent() -> None:
    for at_once in (1, 2):
        args = make_input(csv="Name\n1\n2\n3\n", records_per_job=2, jobs_at_once=at_once)
        run = serve(flow(args), BulkJobs())

        counts = [report.done for report in run.progress if report.total is None]
        assert (counts[0], counts[-1]) == (0, 3), at_once
        assert counts == sorted(counts)


def test_limit_bounds_the_results_of_a_file_and_warns() -> None:
    args = make_input(csv="Name\n1\n2\n3\n", limit=2)
    run = serve(flow(args), BulkJobs())

    assert len(run.output.records) == 2
    assert not run.output.complete
    assert run.output.succeeded == 3
    assert "2 of 3" in run.notes[0]


def test_returns_only_the_requested_kinds_of_results() -> None:
    args = make_input(
        records=[{"Name": "1"}, {"Name": "x"}],
        results=["failed"],
        fail_when="none",
    )
    run = serve(flow(args), BulkJobs(judge=nameless))

    assert [row.index for row in run.output.records] == [1]
    assert run.output.complete


class Killed(BaseException):
    """The process ends here: nothing is cleaned up."""


@pytest.mark.parametrize("served", range(1, 16))
def test_a_killed_run_resumes_without_writing_a_record_twice(served: int) -> None:
    """Killed right after Salesforce has done so many calls, and before their answers came."""
    jobs = BulkJobs()
    names = [str(number) for number in range(7)]
    args = {"records": [{"Name": name} for name in names], "records_per_job": 2}
    left = iter(range(served))

    def killing(call: Any, body: bytes) -> Any:
        reply = jobs(call, body)
        if next(left, None) is None:
            raise Killed
        return reply

    state: dict[str, Any] = {}
    with suppress(Killed):
        for run in serve_steps(flow(make_input(**args)), killing):
            if run.progress:
                state = dict(run.progress[-1].state)
    again = serve(flow(make_input(**args, resume=state.get("job_ids", []))), jobs)

    closed = [
        rows for job, rows in jobs.uploads.items() if jobs.jobs[job]["state"] == "JobComplete"
    ]
    assert sorted(row["Name"] for rows in closed for row in rows) == names
    assert [row.index for row in again.output.records] == list(range(7))
    assert all(row.ok for row in again.output.records)


def test_a_job_of_another_object_is_not_resumed() -> None:
    jobs = BulkJobs()
    serve(flow(make_input(records=[{"Name": "1"}], wait=False)), jobs)
    [job] = jobs.jobs
    args = Input.model_validate(
        {"sobject": "Lead", "operation": "insert", "records": [{"Name": "1"}], "resume": job}
    )
    run = serve(flow(args), jobs)

    assert isinstance(run.error, Rejected)
    assert run.error.code == "OTHER_JOB"


def test_one_broken_job_of_several_does_not_hide_the_results_of_the_others() -> None:
    """A row with a cell too many fails its job, and comes back as ragged as it went."""
    jobs = BulkJobs()
    ragged = "InvalidBatch : Number of columns in row 1 does not match the header"

    def server(call: Any, body: bytes) -> Any:
        second = list(jobs.uploads)[1:2]
        reply = jobs(call, body)
        if second and call.method == "GET" and call.path.endswith(second[0]):
            job = {**jobs.jobs[second[0]], "state": "Failed", "errorMessage": ragged}
            return httpx.Response(
                200, json={**job, "numberRecordsProcessed": 0, "numberRecordsFailed": 0}
            )
        if second and second[0] in call.path and call.path.endswith("unprocessedrecords/"):
            return httpx.Response(200, content=b'"Name"\n"3","too","many"\n')
        return reply

    args = make_input(csv="Name\n1\n2\n3\n4\n5\n", records_per_job=2, fail_when="none")
    run = serve(flow(args), server)

    assert run.error is None
    assert [job.state for job in run.output.jobs] == ["JobComplete", "Failed", "JobComplete"]
    assert [row.ok for row in run.output.records if row.ok] == [True] * 3
    assert (run.output.succeeded, run.output.failed, run.output.complete) == (3, 2, False)
    assert any("more or fewer cells" in note for note in run.notes)


@pytest.mark.parametrize(
    ("says", "kind", "hint"),
    [
        ("ExceededQuota : quota limit exceeded", RateLimited, "quota"),
        ("InternalServerError : An unexpected error", Retryable, "later"),
        ("ClientInputError : LineEnding is invalid on user data", Rejected, "line"),
        ("InvalidBatch : Field name not found : Nam", Rejected, "column"),
        ("InvalidBatch : The number of columns is not the header's", Rejected, "cells"),
        ("InsufficientAccess : no", Forbidden, "administrator"),
        ("Something else", Rejected, "columns"),
        (None, Rejected, "columns"),
    ],
)
def test_a_job_that_failed_is_reported_by_its_cause(
    says: str | None, kind: type[ConnectorError], hint: str
) -> None:
    jobs = BulkJobs(judge=lambda _: "later", end="Failed", error=says)
    run = serve(flow(make_input(csv="Name\n1\n")), jobs)

    assert type(run.error) is kind
    assert run.error.code == "JOB_FAILED"
    assert hint in run.error.remedy


@pytest.mark.parametrize("job", ["../../etc/x", "/etc/passwd", "750", "", "750000000000000000/x"])
def test_a_response_does_not_choose_where_results_are_written(job: str, tmp_path: Path) -> None:
    jobs = BulkJobs(judge=nameless)

    def server(call: Any, body: bytes) -> Any:
        reply = jobs(call, body)
        there = call.path.rpartition("/")[2]
        if call.method == "GET" and there in jobs.jobs:
            return httpx.Response(200, json={**jobs.jobs[there], "id": job})
        return reply

    folder = tmp_path / "results"
    folder.mkdir()
    args = make_input(csv="Name\n1\nx\n", results_folder=str(folder), fail_when="none")
    run = serve(flow(args), server)

    assert isinstance(run.error, BadReply)
    assert [*tmp_path.rglob("*")] == [folder]


def test_results_that_are_a_web_page_leave_no_file(tmp_path: Path) -> None:
    jobs = BulkJobs(judge=nameless)

    def server(call: Any, body: bytes) -> Any:
        if call.path.endswith("Results/"):
            return httpx.Response(200, html="<html>Sign in</html>")
        return jobs(call, body)

    args = make_input(csv="Name\n1\nx\n", results_folder=str(tmp_path), fail_when="none")
    run = serve(flow(args), server)

    assert isinstance(run.error, BadReply)
    assert list(tmp_path.iterdir()) == []
