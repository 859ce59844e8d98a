"""run_invocable_action: many inputs, and when the step fails."""

from typing import Any

import pytest
from flow_driver import FlowRun, drive, ok

from salesforce_actions.actions.run_invocable_action import Input, flow
from salesforce_connector.errors import RecordsFailed, Rejected

GOOD = {"actionName": "a", "errors": None, "isSuccess": True, "outputValues": {"x": 1}}
BAD = {
    "actionName": "a",
    "errors": [{"statusCode": "INVALID", "message": "no", "fields": ["Name"]}],
    "isSuccess": False,
    "outputValues": None,
}


def run_all(fail_when: str, *results: dict[str, Any]) -> FlowRun:
    inputs = {
        "kind": "apex",
        "action_name": "Ship",
        "inputs": [{} for _ in results],
        "fail_when": fail_when,
    }
    return drive(flow(Input.model_validate(inputs)), ok(list(results), 400))


@pytest.mark.parametrize(("fail_when", "results"), [("any", (GOOD, BAD)), ("all", (BAD, BAD))])
def test_fails_as_configured(fail_when: str, results: tuple[dict[str, Any], ...]) -> None:
    """What ran well is told with the error, so that nobody runs it a second time."""
    run = run_all(fail_when, *results)

    assert isinstance(run.error, RecordsFailed)
    assert run.error.fields == ("Name",)
    assert [row["ok"] for row in run.error.records] == [result["isSuccess"] for result in results]
    assert run.error.sent is any(result["isSuccess"] for result in results)


def test_one_input_alone_fails_by_its_own_error() -> None:
    run = run_all("any", BAD)

    assert isinstance(run.error, Rejected)
    assert (run.error.code, run.error.fields) == ("INVALID", ("Name",))


@pytest.mark.parametrize(("fail_when", "results"), [("all", (GOOD, BAD)), ("none", (BAD, BAD))])
def test_returns_a_row_for_each_input_otherwise(
    fail_when: str, results: tuple[dict[str, Any], ...]
) -> None:
    run = run_all(fail_when, *results)

    last = run.output.results[-1]
    assert (last.index, last.ok, last.code, last.message) == (1, False, "INVALID", "no")
    assert last.fields == ["Name"]
    assert run.output.failed == sum(not result["isSuccess"] for result in results)
    assert "failed" in run.notes[0]


@pytest.mark.parametrize(
    ("kind", "path"),
    [("standard", "/actions/standard/chatterPost"), ("apex", "/actions/custom/apex/chatterPost")],
)
def test_finds_standard_and_custom_actions(kind: str, path: str) -> None:
    inputs = Input(kind=kind, action_name="chatterPost", inputs=[{}])
    run = drive(flow(inputs), ok([GOOD]))

    assert run.calls[0].path == path
    assert run.output.results[0].outputs == {"x": 1}
