"""call_apex_rest: any path below its home, and no other."""

import httpx
import pytest
from flow_driver import drive, ok
from pydantic import ValidationError

from salesforce_actions.actions.call_apex_rest import Input, flow
from salesforce_connector.errors import Rejected


@pytest.mark.parametrize("path", ["/../oauth2/token", "/x/%2e%2e/%2e%2e/oauth2/token", "/x?y=1"])
def test_does_not_leave_its_home(path: str) -> None:
    run = drive(flow(Input(path=path)))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_needs_a_slash() -> None:
    with pytest.raises(ValidationError):
        Input(path="orders")


@pytest.mark.parametrize("status", [0, 99, 600, -1])
def test_accepts_only_what_is_a_status(status: int) -> None:
    with pytest.raises(ValidationError):
        Input(path="/orders", accept_statuses=[status])


def test_returns_an_accepted_status_to_the_workflow() -> None:
    run = drive(
        flow(Input(method="POST", path="/orders", body=[1], accept_statuses=[409])),
        httpx.Response(409, text="shipped already"),
    )

    call = run.calls[0]
    assert (call.path, call.json, call.expect) == ("/services/apexrest/orders", [1], (409,))
    assert (call.reading, call.safe) == (False, False)
    assert (run.output.status, run.output.body, run.output.encoding) == (
        409,
        "shipped already",
        "text",
    )


def test_sends_a_get_again_but_does_not_call_it_a_read() -> None:
    run = drive(flow(Input(path="/orders", params={"a": 1})), ok({"n": 1}))

    assert (run.calls[0].reading, run.calls[0].safe) == (False, True)
    assert run.output.body == {"n": 1}
