"""bulk_write: several jobs at once, and records that come from the engine as they are sent."""

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from bulk_jobs import BulkJobs
from flow_driver import serve, serve_steps
from hypothesis import given, settings
from hypothesis import strategies as st

from salesforce_actions.actions.bulk_write import Input, flow
from salesforce_connector.bulk.csv_format import line
from salesforce_connector.bulk.row_spool import RowSpool
from salesforce_connector.errors import RecordsFailed, Rejected, Unavailable

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)
NAMES = st.lists(TEXT.map(lambda text: f"x{text}y"), min_size=1, max_size=12)
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)


def make_input(**more: Any) -> Input:
    return Input.model_validate({"sobject": "Account", "operation": "insert", **more})


def written_names(jobs: BulkJobs) -> list[str]:
    """Return the names that jobs have written, in the order of the jobs."""
    return [
        row["Name"]
        for job, rows in jobs.uploads.items()
        if jobs.jobs[job]["state"] == "JobComplete"
        for row in rows
    ]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(names=NAMES, size=st.integers(1, 5), at_once=st.integers(1, 4), source=st.booleans())
def test_every_record_is_written_once_by_parallel_jobs(
    names: list[str], size: int, at_once: int, source: bool
) -> None:
    jobs = BulkJobs()
    options = {"records_per_job": size, "jobs_at_once": at_once}
    if source:
        csv = "Name\n" + "".join(line([name]).decode() for name in names)
        run = serve(flow(make_input(csv=csv, **options)), jobs)
    else:
        records = ({"Name": name} for name in names)
        run = serve(flow(make_input(from_engine=True, **options)), jobs, records=records)

    assert run.error is None
    assert sorted(written_names(jobs)) == sorted(names)
    assert run.output.succeeded == len(names)
    assert [job.processed for job in run.output.jobs] == [
        min(size, len(names) - start) for start in range(0, len(names), size)
    ]


class Killed(BaseException):
    """The process ends here: nothing is cleaned up."""


@pytest.mark.parametrize("source", ["csv", "engine"])
@pytest.mark.parametrize("at_once", [2, 3])
@pytest.mark.parametrize("served", range(1, 20))
def test_a_killed_run_resumes_without_writing_a_record_twice(
    served: int, at_once: int, source: str
) -> None:
    """Killed right after Salesforce has done so many calls, and before their answers came."""
    jobs = BulkJobs()
    names = [f"name {number}" for number in range(7)]
    left = iter(range(served))
    options = {"records_per_job": 2, "jobs_at_once": at_once}

    def killing(call: Any, body: bytes) -> Any:
        reply = jobs(call, body)
        if next(left, None) is None:
            raise Killed
        return reply

    def arguments() -> tuple[Input, Iterator[dict[str, str]] | None]:
        if source == "csv":
            return make_input(csv="Name\n" + "\n".join(names), **options), None
        return make_input(from_engine=True, **options), ({"Name": name} for name in names)

    state: dict[str, Any] = {}
    inputs, records = arguments()
    with suppress(Killed):
        for run in serve_steps(flow(inputs), killing, records=records):
            if run.progress:
                state = dict(run.progress[-1].state)
    inputs, records = arguments()
    again = serve(flow(inputs), jobs, state, records=records)

    assert again.error is None
    assert sorted(written_names(jobs)) == names


def test_an_upload_whose_answer_is_lost_is_sent_by_another_job() -> None:
    lost = Unavailable("Gone.", code="ReadError", sent=True)
    jobs = BulkJobs(broken=[lost, lost])
    records = [{"Name": str(number)} for number in range(6)]
    run = serve(
        flow(make_input(from_engine=True, records_per_job=2, jobs_at_once=3)), jobs, records=records
    )

    assert run.error is None
    assert sorted(written_names(jobs)) == [str(number) for number in range(6)]
    assert len(jobs.aborted) == 2


def test_an_error_names_the_jobs_that_go_on() -> None:
    refused = Rejected("No.", code="NO")
    jobs = BulkJobs(broken=[refused])
    run = serve(flow(make_input(csv="Name\n1\n2\n3\n4\n", records_per_job=1, jobs_at_once=2)), jobs)

    assert isinstance(run.error, Rejected)
    closed = [job for job, state in jobs.jobs.items() if state["state"] not in ("Aborted", "Open")]
    assert closed
    assert all(job in str(run.error) for job in closed)


@pytest.mark.parametrize("records", [None, {"Name": "x"}, "Name", 7])
def test_without_records_from_the_engine_nothing_is_sent(records: object) -> None:
    run = serve(flow(make_input(from_engine=True)), BulkJobs(), records=records)

    assert isinstance(run.error, Rejected)
    assert run.error.code == "NO_RECORDS"
    assert run.calls == []


def test_records_that_cannot_be_written_are_named_by_their_number() -> None:
    jobs = BulkJobs()
    records = [{"Name": "1"}, {"Name": object()}, {"Name": "2"}, {"Id": "x", "Name": "3"}]
    run = serve(flow(make_input(from_engine=True, fail_when="any")), jobs, records=records)

    assert isinstance(run.error, RecordsFailed)
    assert [row["index"] for row in run.error.records if not row["ok"]] == [1, 3]
    assert "1" in written_names(jobs)


def test_no_records_are_no_error_and_no_job() -> None:
    run = serve(flow(make_input(from_engine=True)), BulkJobs(), records=[])

    assert run.error is None
    assert run.output.jobs == []


def test_arrow_is_read_batch_by_batch() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    names = [f"n{number}" for number in range(5)]
    table = pyarrow.table({"Name": names, "AnnualRevenue": [1.5, None, 2.0, None, 3.0]})
    for records in (table, table.to_reader(2), table.to_batches()[0]):
        jobs = BulkJobs()
        run = serve(flow(make_input(from_engine=True)), jobs, records=records)

        assert run.error is None
        assert written_names(jobs) == names
        (rows,) = jobs.uploads.values()
        assert [row["AnnualRevenue"] for row in rows] == ["1.5", "#N/A", "2.0", "#N/A", "3.0"]


def test_an_iterator_is_not_read_far_ahead_of_what_is_sent() -> None:
    """Of a million records some thousand are in memory, and two jobs' worth on disk."""
    jobs, read = BulkJobs(), 0

    def records() -> Iterator[dict[str, str]]:
        nonlocal read
        for read in range(1, 20_001):
            yield {"Name": str(read)}

    most_ahead = 0
    options = {"records_per_job": 2_000, "jobs_at_once": 2, "wait": False}
    for _ in serve_steps(flow(make_input(from_engine=True, **options)), jobs, records=records()):
        sent = sum(len(rows) for rows in jobs.uploads.values())
        most_ahead = max(most_ahead, read - sent)

    assert read == 20_000
    assert most_ahead <= 2_000 * 4


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from(["Name", "name", "Phone", "City"]), CELL, min_size=1, max_size=1
        )
        | st.fixed_dictionaries({"Name": st.text(max_size=3), "Phone": st.just('"5"\n')}),
        max_size=8,
    ),
    max_bytes=st.integers(1, 120),
)
def test_a_spool_keeps_every_cell_and_its_bound(rows: list[dict[str, str]], max_bytes: int) -> None:
    """Columns may come up in any row; only a part of one row may be larger than the bound."""
    left = list(rows)
    given_back: list[dict[str, str]] = []
    while left:
        spool = RowSpool(max_bytes, None)
        part = spool.take(left)
        assert part
        spool.file.seek(0)
        content = line(spool.columns) + spool.file.read()
        assert spool.rows == part
        assert spool.rows == 1 or len(content) <= max_bytes
        given_back += _read(content)
        left = left[part:]
        spool.close()
    assert given_back == [
        {name.lower(): cell for name, cell in row.items() if cell} for row in rows
    ]


def _read(content: bytes) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True)
    return [{name.lower(): cell for name, cell in row.items() if cell} for row in reader]


def test_temporary_files_are_removed(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    jobs = BulkJobs(broken=[Rejected("No.", code="NO")])
    records = [{"Name": str(number)} for number in range(6)]
    serve(flow(make_input(from_engine=True, records_per_job=2)), jobs, records=records)

    assert list(tmp_path.iterdir()) == []
