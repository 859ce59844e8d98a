"""What proxies, firewalls and sign-in pages of networks answer in place of Salesforce."""

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from connector.scripted_org import TOKEN_PATH, ScriptedOrg
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.retry import without_pauses

SETTINGS = {
    "my_domain_url": "https://acme.my.salesforce.com",
    "consumer_key": "KEY",
    "consumer_secret": "SECRET",
    "check_fields": False,
}
TOKEN = {
    "access_token": "ACCESS-1",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA",
}
PAGE = "\n<!DOCTYPE html><html><head><title>Access Denied</title></head><body>No.</body></html>"
ROWS = {"totalSize": 1, "done": True, "records": [{"attributes": {"type": "Account"}, "Id": "1"}]}

Run = Callable[[str, dict[str, Any], ScriptedOrg], Any]


def page(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, html=PAGE, headers=headers)


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    """Run an action on an org that answers all calls alike, and pauses for nothing."""

    def act(action: str, inputs: dict[str, Any], org: ScriptedOrg) -> Any:
        plugin = SalesforceConnector(org, org)
        connection = MemoryConnection("client_credentials", SETTINGS)

        async def on_a_loop() -> Any:
            started = plugin.run_action_async("salesforce", action, connection, inputs, {})
            assert started is not None
            return await started

        with without_pauses():
            if request.param == "sync":
                return plugin.run_action("salesforce", action, connection, inputs, {})
            return asyncio.run(on_a_loop())

    return act


def answering(response: Callable[[], httpx.Response], *, at_token: bool = False) -> ScriptedOrg:
    def script(request: httpx.Request) -> httpx.Response:
        if (request.url.path == TOKEN_PATH) is at_token:
            return response()
        return httpx.Response(200, json=TOKEN)

    return ScriptedOrg(script)


READ = ("query", {"soql": "SELECT Id FROM Account"})
WRITE = ("create_record", {"sobject": "Account", "fields": {"Name": "x"}})

# Of a call to the API: the answer, the kind and code of the error, and a word of its remedy.
ANSWERS: dict[str, tuple[Callable[[], httpx.Response], str, str, str]] = {
    "a page with 200": (lambda: page(200), "bad_reply", "NOT_JSON", "proxy"),
    "a page called JSON": (
        lambda: httpx.Response(200, text=PAGE, headers={"content-type": "application/json"}),
        "bad_reply",
        "NOT_JSON",
        "proxy",
    ),
    "nothing with 200": (lambda: httpx.Response(200), "bad_reply", "NOT_JSON", "proxy"),
    "no content where a body is due": (
        lambda: httpx.Response(204),
        "bad_reply",
        "NOT_JSON",
        "proxy",
    ),
    "half of the JSON": (
        lambda: httpx.Response(200, text=json.dumps(ROWS)[:40]),
        "bad_reply",
        "NOT_JSON",
        "proxy",
    ),
    "another form of JSON": (lambda: httpx.Response(200, json=[1]), "bad_reply", "BAD_REPLY", ""),
    "a page with 401": (lambda: page(401), "forbidden", "HTTP_401", "network administrator"),
    "a page with 403": (lambda: page(403), "forbidden", "HTTP_403", "network administrator"),
    "a page with 451": (lambda: page(451), "forbidden", "HTTP_451", "network administrator"),
    "a page with 404": (lambda: page(404), "rejected", "HTTP_404", "My Domain"),
    "a page with 407": (lambda: page(407), "forbidden", "HTTP_407", "HTTPS_PROXY"),
    "a page with 511": (lambda: page(511), "forbidden", "HTTP_511", "Sign in to the network"),
    "a page with 400": (lambda: page(400), "rejected", "HTTP_400", "proxy"),
    "a page with 413": (lambda: page(413), "rejected", "HTTP_413", "fewer records"),
    "a page with 418": (lambda: page(418), "rejected", "HTTP_418", "proxy"),
    "a redirect to a sign-in page": (
        lambda: httpx.Response(302, headers={"location": "https://portal.corp.example/login"}),
        "rejected",
        "HTTP_302",
        "sign-in page",
    ),
    "a page with 502": (lambda: page(502), "retryable", "HTTP_502", ""),
    "a page with 503": (lambda: page(503), "retryable", "HTTP_503", ""),
    "a page with 429": (lambda: page(429), "retryable", "HTTP_429", ""),
    "a text with 520": (
        lambda: httpx.Response(520, text="error code: 520"),
        "retryable",
        "HTTP_520",
        "",
    ),
}


@pytest.mark.parametrize("action", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize(("response", "kind", "code", "word"), ANSWERS.values(), ids=ANSWERS)
def test_a_response_of_a_gateway_is_reported_by_its_cause(
    run: Run,
    action: tuple[str, dict[str, Any]],
    response: Callable[[], httpx.Response],
    kind: str,
    code: str,
    word: str,
) -> None:
    """A read never counts as something that may have been done."""
    org = answering(response)
    with pytest.raises(ConnectorError) as raised:
        run(*action, org)

    error = raised.value
    assert (error.kind, error.code) == (kind, code)
    assert error.remedy
    assert word in error.remedy
    assert "SECRET" not in str(error)
    assert "_Page" not in str(error)
    assert error.sent is (
        action is WRITE and (kind == "bad_reply" or error.status in (502, 503, 520))
    )


@pytest.mark.parametrize(
    "response",
    [
        lambda: httpx.Response(
            200,
            content=b"\xef\xbb\xbf" + json.dumps(ROWS).encode(),
            headers={"content-type": "application/json"},
        ),
        lambda: httpx.Response(200, content=b"\xef\xbb\xbf" + json.dumps(ROWS).encode()),
        lambda: httpx.Response(200, content=gzip.compress(json.dumps(ROWS).encode())),
        lambda: httpx.Response(
            200,
            content=gzip.compress(json.dumps(ROWS).encode()),
            headers={"content-type": "application/json;charset=UTF-8"},
        ),
        lambda: httpx.Response(203, json=ROWS),
    ],
    ids=["byte order mark", "mark, no type", "gzip, no header", "gzip, no encoding", "another 2xx"],
)
def test_what_a_gateway_did_to_data_is_undone(
    run: Run, response: Callable[[], httpx.Response]
) -> None:
    result = run(*READ, answering(response))

    assert result["output"]["records"] == ROWS["records"]


def test_a_page_with_404_is_not_an_absent_record(run: Run) -> None:
    """Or a step behind it would create the record again."""
    inputs = {
        "sobject": "Account",
        "external_id_field": "Ext__c",
        "external_id": "A-1",
        "required": False,
    }
    with pytest.raises(ConnectorError) as raised:
        run("get_record_by_external_id", inputs, answering(lambda: page(404)))
    assert raised.value.kind == "rejected"

    missing = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    org = answering(lambda: httpx.Response(404, json=missing))
    assert run("get_record_by_external_id", inputs, org)["output"]["record"] is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 86_400.0),
        ("99999999999999999999", 86_400.0),
        ("-5", 0.0),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_the_time_to_wait_is_read_in_each_of_its_forms(
    run: Run, status: int, header: str, seconds: float | None
) -> None:
    """Nothing that an engine could not put into a calendar."""
    with pytest.raises(ConnectorError) as raised:
        run(*READ, answering(lambda: page(status, **{"Retry-After": header})))

    assert (raised.value.kind, raised.value.retry_after) == ("retryable", seconds)


TOKEN_ANSWERS: dict[str, tuple[Callable[[], httpx.Response], str]] = {
    "a page with 200": (lambda: page(200), "bad_reply"),
    "nothing": (lambda: httpx.Response(200), "bad_reply"),
    "a page with 403": (lambda: page(403), "forbidden"),
    "a page with 407": (lambda: page(407), "forbidden"),
    "a page with 511": (lambda: page(511), "forbidden"),
    "a redirect to a sign-in page": (
        lambda: httpx.Response(302, headers={"location": "https://portal.corp.example/login"}),
        "rejected",
    ),
    "a page with 503": (lambda: page(503), "retryable"),
}


@pytest.mark.parametrize(("response", "kind"), TOKEN_ANSWERS.values(), ids=TOKEN_ANSWERS)
def test_at_the_token_endpoint_it_never_ends_the_authorization(
    run: Run, response: Callable[[], httpx.Response], kind: str
) -> None:
    with pytest.raises(ConnectorError) as raised:
        run(*READ, answering(response, at_token=True))

    assert raised.value.kind == kind
    assert raised.value.remedy


def test_a_token_with_a_byte_order_mark_is_used(run: Run) -> None:
    marked = b"\xef\xbb\xbf" + json.dumps(TOKEN).encode()

    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return httpx.Response(200, content=marked)
        return httpx.Response(200, json=ROWS)

    assert run(*READ, ScriptedOrg(script))["output"]["total"] == 1
