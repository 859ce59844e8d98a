"""export_report: an Excel file, to a path or into the output."""

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest
from flow_driver import serve
from pydantic import ValidationError

from salesforce_actions.actions.export_report import EXCEL, Input, flow
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.flow import Call

REPORT = "00OD0000001cw27MAA"
FILE = b"PK\x03\x04 a workbook"


def excel(_: Call, __: bytes) -> httpx.Response:
    headers = {
        "Content-Type": EXCEL,
        "Content-Disposition": 'attachment; filename="Pipeline.xlsx"; x=y',
    }
    return httpx.Response(200, content=FILE, headers=headers)


def test_logic_needs_filters() -> None:
    with pytest.raises(ValidationError):
        Input(report_id=REPORT, filter_logic="1 OR 2")


def test_an_answer_that_is_no_workbook_is_a_bad_reply() -> None:
    run = serve(flow(Input(report_id=REPORT)), lambda *_: httpx.Response(200, json={"factMap": {}}))
    assert isinstance(run.error, BadReply)


def test_a_file_that_is_too_large_for_the_output_is_refused() -> None:
    run = serve(flow(Input(report_id=REPORT, max_bytes=4)), excel)
    assert isinstance(run.error, Rejected)
    assert (run.error.code, run.error.fields) == ("FILE_TOO_LARGE", ("max_bytes",))


def test_returns_the_file_with_salesforces_name() -> None:
    run = serve(flow(Input(report_id=REPORT)), excel)
    (call,) = run.calls
    assert (call.method, call.headers["Accept"]) == ("GET", EXCEL)
    assert call.reading
    assert base64.b64decode(run.output.content_base64) == FILE
    output = run.output
    assert (output.file_name, output.size, output.path) == ("Pipeline.xlsx", len(FILE), None)


def test_writes_it_to_a_path(tmp_path: Path) -> None:
    path = tmp_path / "pipeline.xlsx"
    run = serve(flow(Input(report_id=REPORT, path=path, max_bytes=1)), excel)
    assert path.read_bytes() == FILE
    assert (run.output.size, run.output.content_base64) == (len(FILE), None)


def test_other_filters_go_along() -> None:
    described = {"reportMetadata": {"name": "Pipeline", "reportFilters": []}}
    bodies: list[Any] = []

    def answer(call: Call, _: bytes) -> httpx.Response:
        bodies.append(call.json)
        if call.path.endswith("describe"):
            return httpx.Response(200, json=described)
        return excel(call, b"")

    condition = {"column": "AMOUNT", "operator": "greaterThan", "value": "1"}
    args = Input.model_validate({"report_id": REPORT, "filters": [condition]})
    run = serve(flow(args), answer)
    assert run.calls[-1].method == "POST"
    assert bodies[-1]["reportMetadata"]["reportFilters"] == [condition]
