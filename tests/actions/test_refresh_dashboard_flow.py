"""refresh_dashboard: the refresh, and the wait for it."""

import httpx
import pytest
from flow_driver import drive, ok

from salesforce_actions.actions.refresh_dashboard import Input, flow
from salesforce_connector.errors import BadReply, Retryable
from salesforce_connector.flow import Flow, GetResumeState

DASHBOARD = "01ZD00000007S89MAE"
BEGUN = ok({"statusUrl": f"/services/data/v68.0/analytics/dashboards/{DASHBOARD}/status"}, 201)


def status(*states: str) -> httpx.Response:
    return ok(
        {
            "componentStatus": [
                {"componentId": f"01a{at}", "refreshDate": None, "refreshStatus": state}
                for at, state in enumerate(states)
            ]
        }
    )


def test_a_status_that_does_not_fit_is_a_bad_reply() -> None:
    run = drive(flow(Input(dashboard_id=DASHBOARD)), BEGUN, ok({}))
    assert isinstance(run.error, BadReply)


def test_waits_longer_each_time_until_no_component_is_running() -> None:
    run = drive(
        flow(Input(dashboard_id=DASHBOARD)),
        BEGUN,
        status("RUNNING", "RUNNING"),
        status("RUNNING", "IDLE"),
        status("IDLE", "IDLE"),
    )
    assert [call.method for call in run.calls] == ["PUT", "GET", "GET", "GET"]
    delays = [call.delay for call in run.calls[1:]]
    assert delays == sorted(delays)
    assert delays[0] > 0
    assert [(step.done, step.total) for step in run.progress] == [(0, 2), (1, 2)]
    assert run.output.refreshing is False


def test_without_a_wait_it_looks_once() -> None:
    run = drive(flow(Input(dashboard_id=DASHBOARD, wait=False)), BEGUN, status("RUNNING"))
    assert run.output.refreshing is True
    assert run.calls[1].delay == 0


def test_the_time_may_be_over() -> None:
    run = drive(flow(Input(dashboard_id=DASHBOARD, max_wait=1)), BEGUN, status("RUNNING"))
    assert isinstance(run.error, Retryable)
    assert run.error.sent


@pytest.mark.parametrize(("earlier", "methods"), [(DASHBOARD, ["GET"]), ("01Z", ["PUT", "GET"])])
def test_a_resumed_run_begins_no_second_refresh(earlier: str, methods: list[str]) -> None:
    def resumed() -> Flow[object]:
        running = flow(Input(dashboard_id=DASHBOARD))
        step = next(running)
        assert isinstance(step, GetResumeState)
        step = running.send({"refreshing": earlier})  # type: ignore[arg-type] # see resume_state
        while True:
            reply = yield step
            try:
                step = running.send(reply)
            except StopIteration as stopped:
                return stopped.value

    replies = [BEGUN, status("IDLE")] if "PUT" in methods else [status("IDLE")]
    assert [call.method for call in drive(resumed(), *replies).calls] == methods
