"""api_request: what is let through, and what comes back."""

import httpx
import pytest
from flow_driver import drive

from salesforce_actions.actions.api_request import Input, flow
from salesforce_connector.errors import Rejected


@pytest.mark.parametrize("path", ["https://evil.example/x", "/services/oauth2/token"])
def test_sends_nothing_to_other_hosts_and_sign_in(path: str) -> None:
    run = drive(flow(Input(path=path)))

    assert isinstance(run.error, Rejected)
    assert run.calls == []


def test_gives_status_body_and_telling_headers() -> None:
    answer = httpx.Response(
        201,
        json={"id": "1"},
        headers={"Location": "/x/1", "Set-Cookie": "a=b", "Sforce-Locator": "null"},
    )
    run = drive(
        flow(Input(method="POST", path="/x", body={"a": None}, params={"all": True})), answer
    )

    call = run.calls[0]
    assert (call.method, call.path, call.json) == ("POST", "/x", {"a": None})
    assert call.params == {"all": "true"}
    assert (call.reading, call.safe) == (False, False)
    assert (run.output.status, run.output.body, run.output.encoding) == (201, {"id": "1"}, "json")
    assert run.output.headers == {"location": "/x/1", "sforce-locator": "null"}


def test_sends_a_post_again_only_when_told_that_it_may_be() -> None:
    run = drive(flow(Input(method="POST", path="/x", repeatable=True)), httpx.Response(204))

    assert run.calls[0].safe
    assert run.output.body is None


def test_does_not_call_apex_a_read() -> None:
    """A GET of Apex may change anything, so that a read-only connection must refuse it."""
    run = drive(flow(Input(path="/services/apexrest/orders")), httpx.Response(200, text="x"))

    assert not run.calls[0].reading
