"""bulk_query: a query's job, its pages, and where the rows go."""

import sys
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import httpx
import pytest
from flow_driver import serve, serve_steps
from pydantic import ValidationError

from salesforce_actions.actions.bulk_query import Input, flow
from salesforce_connector.bulk.result_forms import GROUP
from salesforce_connector.errors import BadReply, Rejected, Retryable
from salesforce_connector.flow import Call

JOB = "750000000000000001"
SOQL = "SELECT Id, Zip FROM Lead"
PAGES = [b'"Id","Zip"\n"1","0012"\n"2","NA"\n', b'"Id","Zip"\n"3",""\n"4","a ""b""\nc"\n']


class Queries:
    """A query's job with some pages, by locators."""

    def __init__(self, pages: list[bytes], *, state: str = "JobComplete", rows: int = 4) -> None:
        self.pages = pages
        self.job = {
            "id": JOB,
            "operation": "query",
            "state": "UploadComplete",
            "apiVersion": 61.0,
            "numberRecordsProcessed": rows,
            "errorMessage": "MALFORMED_QUERY: no",
        }
        self._end = state
        self.loop = False
        self.headers: dict[str, str] = {}

    def __call__(self, call: Call, _: bytes) -> httpx.Response:
        if call.method == "POST":
            return httpx.Response(200, json=self.job)
        if call.path.endswith("/resultPages"):
            root = f"/services/data/v61.0/jobs/query/{JOB}/results"
            pages = [f"{root}?locator={number}" for number in range(len(self.pages))]
            listed = [{"resultUrl": page if number else root} for number, page in enumerate(pages)]
            return httpx.Response(200, json={"resultPages": listed, "done": True})
        if not call.path.endswith("/results"):
            self.job["state"] = self._end
            return httpx.Response(200, json=self.job)
        number = int(call.params.get("locator", "0"))
        more = number + 1 < len(self.pages)
        locator = "1" if self.loop else str(number + 1) if more else "null"
        count = max(0, self.pages[number].count(b"\n") - 1)
        headers = {"Sforce-NumberOfRecords": str(count), "Sforce-Locator": locator} | self.headers
        return httpx.Response(200, content=self.pages[number], headers=headers)


def make_input(**more: Any) -> Input:
    return Input.model_validate({"soql": SOQL, **more})


@pytest.mark.parametrize(
    "inputs",
    [
        {"soql": None},
        {"job_id": JOB},
        {"format": "csv"},
        {"format": "records", "path": "x.csv"},
    ],
)
def test_refuses_inputs_that_exclude_each_other(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_input(**inputs)


@pytest.mark.parametrize("state", ["Failed", "Aborted"])
def test_a_failed_query_reports_its_cause(state: str) -> None:
    run = serve(flow(make_input()), Queries(PAGES, state=state))

    assert isinstance(run.error, Rejected)
    assert "MALFORMED_QUERY: no" in str(run.error)


def test_does_not_follow_pages_in_a_circle() -> None:
    queries = Queries(PAGES)
    queries.loop = True

    assert isinstance(serve(flow(make_input()), queries).error, BadReply)


def test_results_that_are_not_csv_are_refused() -> None:
    run = serve(flow(make_input()), Queries([b'"Id"\n"1","2"\n'], rows=1))

    assert isinstance(run.error, BadReply)
    assert run.error.code == "NOT_CSV"


def test_a_file_that_cannot_be_written_is_reported() -> None:
    run = serve(
        flow(make_input(format="csv", path=f"{gettempdir()}/no/such/folder/x.csv")), Queries(PAGES)
    )

    assert isinstance(run.error, Rejected)
    assert run.error.code == "FILE_NOT_WRITABLE"


TYPED = "SELECT Id, Zip, Score__c, Rating__c, IsConverted, CreatedDate FROM Lead"
TYPED_PAGE = (
    b'"Id","Zip","Score__c","Rating__c","IsConverted","CreatedDate","Birthday__c","Owner.Age__c"\n'
    b'"1","0012","1.5E2","7","true","2026-01-31T09:00:00.000Z","2026-01-31","40"\n'
    b'"2","NA","","","false","2026-01-31T09:00:00.000Z","",""\n'
)


class TypedQueries(Queries):
    """The same, of an org that describes the lead and its owner."""

    def __init__(self, page: bytes = TYPED_PAGE) -> None:
        super().__init__([page], rows=page.count(b"\n") - 1)

    def __call__(self, call: Call, body: bytes) -> httpx.Response:
        if call.path.endswith("/describe"):
            kinds = {"Age__c": "int"}
            if "Lead" in call.path:
                kinds = {
                    "Id": "id", "Zip": "string", "Score__c": "double", "Rating__c": "int",
                    "IsConverted": "boolean", "CreatedDate": "datetime", "Birthday__c": "date",
                    "OwnerId": "reference",
                }  # fmt: skip
            return httpx.Response(200, json=described(call.path.split("/")[-2], kinds))
        return super().__call__(call, body)


def described(name: str, kinds: dict[str, str]) -> dict[str, Any]:
    flags = dict.fromkeys(("custom", "queryable", "createable", "updateable", "deletable"), True)
    about = {"nillable": True, "createable": True, "updateable": True, "defaultedOnCreate": False}
    fields = [
        {
            "name": field,
            "label": field,
            "type": kind,
            "relationshipName": "Owner" if kind == "reference" else None,
            "referenceTo": ["User"] if kind == "reference" else [],
            **about,
        }
        for field, kind in kinds.items()
    ]
    lists: dict[str, Any] = {"childRelationships": [], "recordTypeInfos": []}
    about_object = {"name": name, "label": name, "labelPlural": name, "fields": fields}
    return about_object | flags | lists


@pytest.mark.parametrize(
    ("column", "cell"), [("Score__c", "x"), ("Rating__c", "7.5"), ("Rating__c", "x")]
)
def test_a_value_of_the_wrong_type_is_reported(column: str, cell: str) -> None:
    queries = TypedQueries(f'"{column}"\n"{cell}"\n'.encode())
    run = serve(flow(make_input(soql=TYPED)), queries)

    assert isinstance(run.error, BadReply)
    assert run.error.code == "UNEXPECTED_VALUE"


def test_values_have_the_types_of_their_fields() -> None:
    """Digits in a text field stay a text, and NA too; a parent's fields are described too."""
    run = serve(flow(make_input(soql=TYPED)), TypedQueries())

    assert run.output.records == [
        {
            "Id": "1",
            "Zip": "0012",
            "Score__c": 150.0,
            "Rating__c": 7,
            "IsConverted": True,
            "CreatedDate": "2026-01-31T09:00:00.000+0000",
            "Birthday__c": "2026-01-31",
            "Owner.Age__c": 40,
        },
        {
            **dict.fromkeys(("Score__c", "Rating__c", "Birthday__c", "Owner.Age__c")),
            "Id": "2",
            "Zip": "NA",
            "IsConverted": False,
            "CreatedDate": "2026-01-31T09:00:00.000+0000",
        },
    ]


def test_values_stay_texts_on_request() -> None:
    run = serve(flow(make_input(soql=TYPED, values="text")), TypedQueries())

    assert run.output.records[0]["Rating__c"] == "7"
    assert run.output.records[0]["CreatedDate"] == "2026-01-31T09:00:00.000Z"
    assert not any(call.path.endswith("/describe") for call in run.calls)


def test_parquet_has_typed_columns(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    path = tmp_path / "out.parquet"
    run = serve(flow(make_input(soql=TYPED, format="parquet", path=str(path))), TypedQueries())

    assert run.error is None
    table = parquet.read_table(path)
    assert {name: str(table.schema.field(name).type) for name in table.column_names} == {
        "Id": "string",
        "Zip": "string",
        "Score__c": "double",
        "Rating__c": "int64",
        "IsConverted": "bool",
        "CreatedDate": "timestamp[ms, tz=UTC]",
        "Birthday__c": "date32[day]",
        "Owner.Age__c": "int64",
    }
    assert table["Birthday__c"].to_pylist() == [date(2026, 1, 31), None]
    assert table["CreatedDate"].to_pylist()[0] == datetime(2026, 1, 31, 9, tzinfo=UTC)


def test_returns_rows_of_all_pages_as_texts() -> None:
    run = serve(flow(make_input()), Queries(PAGES))

    assert run.output.records == [
        {"Id": "1", "Zip": "0012"},
        {"Id": "2", "Zip": "NA"},
        {"Id": "3", "Zip": None},
        {"Id": "4", "Zip": 'a "b"\nc'},
    ]
    assert run.output.complete
    assert run.calls[0].json == {"operation": "query", "query": SOQL}
    results = [call for call in run.calls if call.path.endswith("/results")]
    assert [call.params.get("locator") for call in results] == [None, "1"]
    assert {call.path for call in results} == {f"/services/data/v61.0/jobs/query/{JOB}/results"}


def test_truncates_rows_at_the_limit_with_a_warning() -> None:
    run = serve(flow(make_input(limit=3)), Queries(PAGES))

    assert [row["Id"] for row in run.output.records] == ["1", "2", "3"]
    assert not run.output.complete
    assert "4 rows" in run.notes[0]
    results = [call for call in run.calls if call.path.endswith("/results")]
    assert [call.params["maxRecords"] for call in results] == ["3", "1"]


def test_writes_pages_to_one_file_with_one_header(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("from before", encoding="utf-8")
    run = serve(flow(make_input(format="csv", path=str(path))), Queries(PAGES))

    assert path.read_bytes() == PAGES[0] + PAGES[1].removeprefix(b'"Id","Zip"\n')
    assert run.output.path == str(path)
    assert run.output.total == 4
    assert run.output.records == []


def test_one_step_creates_a_query_and_another_fetches_it() -> None:
    queries = Queries(PAGES)
    begun = serve(flow(make_input(wait=False)), queries)
    assert begun.output.job.state == "UploadComplete"
    assert not begun.output.complete
    assert begun.progress[0].state == {"job_ids": [JOB]}

    run = serve(flow(Input(job_id=JOB)), queries)
    assert len(run.output.records) == 4
    assert all(call.method == "GET" for call in run.calls)


def test_deleted_rows_and_values_go_into_the_job() -> None:
    args = Input(
        soql="SELECT Id FROM Lead WHERE X = :x", parameters={"x": "O'Hara"}, include_deleted=True
    )
    run = serve(flow(args), Queries(PAGES))

    assert run.calls[0].json == {
        "operation": "queryAll",
        "query": "SELECT Id FROM Lead WHERE X = 'O\\'Hara'",
    }


def test_parquet_without_pyarrow_is_refused_before_a_job_is_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    run = serve(flow(make_input(format="parquet", path=str(tmp_path / "x"))), Queries(PAGES))

    assert isinstance(run.error, Rejected)
    assert run.error.code == "NOT_INSTALLED"
    assert run.calls == []


def test_parquet_holds_texts_as_they_are(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    path = tmp_path / "out.parquet"
    run = serve(flow(make_input(format="parquet", path=str(path))), Queries(PAGES))

    assert run.error is None
    assert parquet.read_table(path).to_pydict() == {
        "Id": ["1", "2", "3", "4"],
        "Zip": ["0012", "NA", None, 'a "b"\nc'],
    }


def test_parquet_keeps_every_row_of_an_oversized_page(tmp_path: Path) -> None:
    """A server may take maxRecords for advice; the file has all, a group at a time."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    path = tmp_path / "out.parquet"
    count = GROUP * 2 + 1
    page = b'"Id"\n' + b"".join(b'"%d"\n' % at for at in range(count))
    run = serve(flow(make_input(format="parquet", path=str(path))), Queries([page], rows=count))

    assert run.error is None
    assert parquet.read_table(path)["Id"].to_pylist() == [str(at) for at in range(count)]


def test_parquet_of_no_rows_has_its_columns(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    path = tmp_path / "out.parquet"
    serve(flow(make_input(format="parquet", path=str(path))), Queries([b'"Id","Zip"\n'], rows=0))

    assert parquet.read_table(path).to_pydict() == {"Id": [], "Zip": []}


def test_parquet_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    path = tmp_path / "out.parquet"
    path.write_bytes(b"from before")
    pages = [PAGES[0], b'"Id","Zip"\n"1","2","3"\n']
    run = serve(flow(make_input(format="parquet", path=str(path))), Queries(pages))

    assert isinstance(run.error, BadReply)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("out.parquet", b"from before")
    ]


def test_a_wait_for_an_earlier_query_is_retryable() -> None:
    run = serve(flow(Input(job_id=JOB, max_wait=3)), Queries(PAGES, state="InProgress"))

    assert isinstance(run.error, Retryable)
    again = serve(flow(make_input(max_wait=3)), Queries(PAGES, state="InProgress"))
    assert isinstance(again.error, Rejected)
    assert again.error.sent


@pytest.mark.parametrize("form", ["records", "csv", "parquet"])
def test_a_page_without_its_locator_makes_the_result_incomplete(form: str, tmp_path: Path) -> None:
    """A proxy has taken Salesforce's headers away: 2 of 5 rows, and no word of more."""
    queries = Queries([b'"Id"\n"1"\n"2"\n', b'"Id"\n"3"\n"4"\n"5"\n'], rows=5)
    queries.headers = {"Sforce-Locator": "", "Sforce-NumberOfRecords": ""}
    path = tmp_path / "out"
    more = {} if form == "records" else {"path": str(path)}
    run = serve(flow(make_input(format=form, **more)), queries)

    assert run.error is not None
    assert run.error.code == "INCOMPLETE_RESULT"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["records", "csv", "parquet"])
def test_a_page_whose_headers_are_gone_is_counted_here(form: str, tmp_path: Path) -> None:
    queries = Queries([b'"Id","Name"\n"1","a\n""b"""\n"2","c"\n'], rows=2)
    queries.headers = {"Sforce-Locator": "", "Sforce-NumberOfRecords": ""}
    more = {} if form == "records" else {"path": str(tmp_path / "out")}
    run = serve(flow(make_input(format=form, **more)), queries)

    assert (run.error, run.output.complete, run.output.total) == (None, True, 2)
    assert [step.done for step in run.progress if step.message.startswith("Rows")][-1] == 2


@pytest.mark.parametrize("form", ["records", "csv", "parquet"])
def test_a_web_page_is_no_csv(form: str, tmp_path: Path) -> None:
    queries = Queries([b"<html>Sign in\n</html>\n"], rows=1)
    queries.headers = {"Content-Type": "text/html;charset=UTF-8"}
    more = {} if form == "records" else {"path": str(tmp_path / "out")}
    run = serve(flow(make_input(format=form, **more)), queries)

    assert run.error is not None
    assert run.error.code == "NOT_CSV"
    assert list(tmp_path.iterdir()) == []


def test_pages_without_rows_are_not_followed_for_ever() -> None:
    run = serve(flow(make_input()), Queries([b'"Id"\n'] * 100, rows=1))

    assert run.error is not None
    assert run.error.code == "BAD_LOCATOR"
    assert len(run.calls) < 20


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_two_runs_that_write_one_path_do_not_mix(form: str, tmp_path: Path) -> None:
    """Driven a step each in turn, as two workers are; the one that ends later wins, whole."""
    path = tmp_path / "out"
    runs = [make_input(format=form, path=str(path)) for _ in range(2)]
    pages = [[b'"Id"\n"%d%d"\n"%d%d"\n' % (n, p, n, p) for p in range(3)] for n in range(2)]
    flows = [serve_steps(flow(args), Queries(pages[n], rows=6)) for n, args in enumerate(runs)]
    for _ in zip(*flows, strict=True):
        pass

    if form == "csv":
        whole = [b'"Id"\n' + b"".join(b'"%d%d"\n' % (n, p) * 2 for p in range(3)) for n in (0, 1)]
        assert path.read_bytes() == whole[1]
    else:
        table = pytest.importorskip("pyarrow.parquet").read_table(path)
        assert table.column("Id").to_pylist() == [f"1{p}" for p in range(3) for _ in range(2)]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_aborted_run_leaves_no_file(form: str, tmp_path: Path) -> None:
    queries = Queries([b'"Id"\n"1"\n', b'"Id"\n"2"\n'], rows=2)
    steps = serve_steps(flow(make_input(format=form, path=str(tmp_path / "out"))), queries)
    for _ in range(3):
        next(steps)
    steps.close()

    assert list(tmp_path.iterdir()) == []


class Killed(BaseException):
    """The process ends here: nothing is cleaned up."""


@pytest.mark.parametrize("served", range(1, 5))
def test_a_killed_run_resumes_its_bulk_job(served: int) -> None:
    """Killed right before a call, and taken up with the state of its last progress."""
    queries = Queries(PAGES)
    calls: list[Call] = []

    def server(call: Call, body: bytes) -> httpx.Response:
        if len(calls) == served:
            raise Killed
        calls.append(call)
        return queries(call, body)

    state: dict[str, Any] = {}
    with suppress(Killed):
        for run in serve_steps(flow(make_input()), server):
            if run.progress:
                state = dict(run.progress[-1].state)
    served = -1
    again = serve(flow(make_input()), server, resume=state)

    assert [row["Id"] for row in again.output.records] == ["1", "2", "3", "4"]
    assert [call.method for call in calls].count("POST") == 1


@pytest.mark.parametrize("state", [{"job_ids": "x"}, {"job_ids": [5]}, {"other": 1}, {}])
def test_a_state_without_a_job_creates_a_job(state: dict[str, Any]) -> None:
    run = serve(flow(make_input()), Queries(PAGES), resume=state)

    assert run.calls[0].method == "POST"
