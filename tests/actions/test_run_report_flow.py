"""run_report: at once and in the background, with its own filters and others."""

from contextlib import suppress
from typing import Any

import httpx
import pytest
from flow_driver import drive, ok, serve, serve_steps
from pydantic import ValidationError

from salesforce_actions.actions.run_report import Input, flow
from salesforce_connector.errors import BadReply, Rejected, Retryable
from salesforce_connector.flow import Call

REPORT, INSTANCE = "00OD0000001cw27MAA", "0LGD00000000abcOAA"
METADATA = {"name": "R", "reportFormat": "TABULAR", "detailColumns": ["NAME"], "aggregates": []}
RESULTS = {
    "allData": True,
    "factMap": {"T!T": {"aggregates": [], "rows": [{"dataCells": [{"label": "A", "value": "A"}]}]}},
    "reportMetadata": METADATA,
}
DESCRIBED = {
    "reportMetadata": {**METADATA, "reportFilters": [{"column": "OLD"}]},
    "reportTypeMetadata": {"categories": [{"columns": {"AMOUNT": {}, "NAME": {}}}]},
}


def make_input(**more: Any) -> Input:
    return Input.model_validate({"report_id": REPORT, **more})


def filtered(column: str) -> list[dict[str, str]]:
    return [{"column": column, "operator": "equals", "value": "1"}]


@pytest.mark.parametrize(
    "more",
    [
        {"filter_logic": "1 OR 2"},
        {"instance_id": INSTANCE, "filters": []},
        {"report_id": "../limits"},
    ],
)
def test_refuses_what_would_be_passed_over(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_input(**more)


def test_refuses_a_column_that_the_report_has_not_and_names_the_nearest() -> None:
    run = drive(flow(make_input(filters=filtered("AMOUNTT"))), ok(DESCRIBED))

    assert isinstance(run.error, Rejected)
    assert "'AMOUNT'" in run.error.remedy


def test_does_not_take_a_description_without_metadata() -> None:
    assert isinstance(drive(flow(make_input(filters=[])), ok({})).error, BadReply)


def test_reports_that_a_run_has_failed() -> None:
    run = drive(
        flow(make_input(instance_id=INSTANCE)),
        ok({"id": INSTANCE, "attributes": {"status": "Error"}}),
    )

    assert isinstance(run.error, Rejected)
    assert run.error.code == "REPORT_FAILED"


def test_the_error_after_max_wait_names_the_run_to_continue() -> None:
    running = ok({"id": INSTANCE, "status": "Running"})
    run = drive(flow(make_input(instance_id=INSTANCE, max_wait=4)), running, running)

    assert [call.delay for call in run.calls] == [2.0, 3.0]
    assert isinstance(run.error, Retryable)
    assert INSTANCE in run.error.remedy
    assert not run.error.sent


def test_a_run_that_it_has_begun_is_not_to_be_begun_again() -> None:
    """An engine that repeats what is retryable would begin another each time."""
    running = ok({"id": INSTANCE, "status": "Running"})
    run = drive(flow(make_input(in_background=True, max_wait=1)), running, running)

    assert isinstance(run.error, Rejected)
    assert (run.error.code, run.error.sent) == ("REPORT_NOT_FINISHED", True)
    assert INSTANCE in run.error.remedy


def test_warns_when_salesforce_cut_the_rows_off() -> None:
    run = drive(flow(make_input()), ok({**RESULTS, "allData": False}))

    assert not run.output.complete
    assert "2,000 rows" in run.notes[0]


def test_runs_a_report_as_it_is() -> None:
    run = drive(flow(make_input(include_details=False)), ok(RESULTS))

    (call,) = run.calls
    assert (call.method, call.path) == ("GET", f"/analytics/reports/{REPORT}")
    assert call.params == {"includeDetails": "false"}
    assert run.output.rows == [{"NAME": "A"}]
    assert (run.output.complete, run.output.instance_id) == (True, None)


def test_puts_other_filters_into_the_reports_own_metadata() -> None:
    dates = {"column": "CLOSE_DATE", "duration": "THIS_MONTH"}
    run = drive(
        flow(make_input(filters=filtered("AMOUNT"), filter_logic="1", date_filter=dates)),
        ok(DESCRIBED),
        ok(RESULTS),
    )

    assert run.calls[0].cached
    assert (run.calls[1].method, run.calls[1].reading) == ("POST", True)
    sent = run.calls[1].json["reportMetadata"]
    assert sent["name"] == "R"
    assert sent["reportFilters"] == filtered("AMOUNT")
    assert sent["reportBooleanFilter"] == "1"
    assert sent["standardDateFilter"]["durationValue"] == "THIS_MONTH"


def test_a_background_run_is_awaited_and_reported() -> None:
    run = drive(
        flow(make_input(in_background=True)),
        ok({"id": INSTANCE, "status": "New"}),
        ok({"id": INSTANCE, "status": "Running"}),
        ok({**RESULTS, "attributes": {"status": "Success"}}),
    )

    assert run.calls[0].path == f"/analytics/reports/{REPORT}/instances"
    assert run.calls[1].path == f"/analytics/reports/{REPORT}/instances/{INSTANCE}"
    assert [dict(report.state) for report in run.progress] == [{"instance_id": INSTANCE}] * 2
    assert run.output.instance_id == INSTANCE
    assert run.output.rows == [{"NAME": "A"}]


class Killed(BaseException):
    """The process ends here: nothing is cleaned up."""


@pytest.mark.parametrize("served", [1, 2, 3])
def test_a_killed_run_resumes_its_report_run(served: int) -> None:
    """Killed right before a call, and taken up with the state of its last progress."""
    calls: list[Call] = []
    statuses = iter(["New", "Running", "Running", "Success", "Success"])

    def server(call: Call, _: bytes) -> httpx.Response:
        if len(calls) == served:
            raise Killed
        calls.append(call)
        status = next(statuses)
        return ok({**RESULTS, "id": INSTANCE, "status": status})

    state: dict[str, Any] = {}
    with suppress(Killed):
        for run in serve_steps(flow(make_input(in_background=True)), server):
            if run.progress:
                state = dict(run.progress[-1].state)
    served = -1
    again = serve(flow(make_input(in_background=True)), server, resume=state)

    assert again.output.rows == [{"NAME": "A"}]
    assert [call.method for call in calls].count("POST") == 1
