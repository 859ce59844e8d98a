"""What the clients send, and when again; each test runs against both."""

import json
from typing import Any

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import ScriptedOrg, answer, error, expired, saying

from salesforce_actions.actions.create_record import create_record
from salesforce_actions.actions.get_records import get_records
from salesforce_actions.actions.query import query
from salesforce_connector.action import Action
from salesforce_connector.errors import (
    ConnectorError,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    RowLocked,
    Unavailable,
)
from salesforce_connector.flow import Call, Flow, Note, Progress, begin, first_ended, resume_state
from salesforce_connector.http import retry
from salesforce_connector.http.result import Result

READ = Call("GET", "/limits")
CREATE = Call("POST", "/sobjects/Account", json={"Name": "Acme"})
UPSERT = Call("PATCH", "/sobjects/Account/X__c/1", json={"Name": "Acme"}, repeatable=True)
DELETE = Call("DELETE", "/sobjects/Account/001000000000001")


@pytest.mark.parametrize("call", [CREATE, DELETE], ids=["create", "delete"])
@pytest.mark.parametrize(
    "fault",
    [answer(503), answer(500), answer(502), httpx.ReadTimeout("late"), httpx.ReadError("cut")],
    ids=["503", "500", "502", "ReadTimeout", "ReadError"],
)
def test_a_create_that_may_have_been_done_is_not_sent_again(
    connect: Connect, call: Call, fault: httpx.Response | Exception
) -> None:
    """Salesforce has no key to tell a second create from the first."""
    org = saying(fault, answer(201))

    with pytest.raises(Unavailable) as raised:
        send(connect(AcmeConnection(), org), call)

    assert raised.value.sent is True
    assert len(org.requests) == 1


@pytest.mark.parametrize("call", [READ, UPSERT], ids=["read", "upsert"])
@pytest.mark.parametrize(
    "fault",
    [answer(503), answer(500), answer(420), httpx.ReadTimeout("late"), httpx.ReadError("cut")],
    ids=["503", "500", "420", "ReadTimeout", "ReadError"],
)
def test_a_repeatable_call_is_sent_again(
    connect: Connect, call: Call, fault: httpx.Response | Exception
) -> None:
    org = saying(fault, fault, answer(200, {}))

    assert send(connect(AcmeConnection(), org), call).status_code == 200
    assert len(org.requests) == 3


@pytest.mark.parametrize(
    "fault",
    [
        error(400, "UNABLE_TO_LOCK_ROW"),
        error(500, "UNABLE_TO_LOCK_ROW"),
        error(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."),
        answer(420),
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("late"),
        httpx.PoolTimeout("full"),
    ],
    ids=["locked", "locked 500", "concurrent", "420", "ConnectError", "ConnectTimeout", "Pool"],
)
def test_a_create_is_sent_again_after_what_certainly_had_no_effect(
    connect: Connect, fault: httpx.Response | Exception
) -> None:
    org = saying(fault, answer(201, {"id": "001000000000001AAA", "success": True, "errors": []}))

    result = connect(AcmeConnection(), org).run(
        create_record, {"sobject": "Account", "fields": {"Name": "Acme"}}
    )

    assert result.output == {"id": "001000000000001AAA"}
    assert len(org.requests) == 2


def test_the_last_attempt_raises_salesforces_own_error(connect: Connect) -> None:
    org = saying(error(400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access"))

    with pytest.raises(RowLocked) as raised:
        send(connect(AcmeConnection(), org), CREATE)

    assert raised.value.code == "UNABLE_TO_LOCK_ROW"
    assert len(org.requests) == retry.CALLS.attempts


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), RateLimited),
        (answer(503, retry_after="3600"), Unavailable),
        (error(400, "REQUIRED_FIELD_MISSING"), Rejected),
        (error(403, "INSUFFICIENT_ACCESS"), Forbidden),
        (error(404, "NOT_FOUND"), NotFound),
    ],
    ids=["24-hour window", "longer than a process waits", "400", "403", "404"],
)
def test_a_read_is_sent_once_when_a_retry_would_fail_too(
    connect: Connect, fault: httpx.Response, kind: type[ConnectorError]
) -> None:
    org = saying(fault)

    with pytest.raises(kind):
        send(connect(AcmeConnection(), org), READ)

    assert len(org.requests) == 1


def test_a_redirect_is_not_followed(connect: Connect) -> None:
    """A redirect must never carry a token elsewhere."""
    org = saying(answer(302, location="https://elsewhere.example/"))

    with pytest.raises(Rejected) as raised:
        send(connect(AcmeConnection(), org), READ)

    assert raised.value.status == 302
    assert raised.value.remedy
    assert len(org.requests) == 1


def test_an_anonymous_call_carries_no_token_and_gets_none(connect: Connect) -> None:
    org = saying(answer(200, []))

    send(connect(AcmeConnection({}), org), Call("GET", "/services/data", anonymous=True))

    assert [str(request.url) for request in org.requests] == [
        "https://acme.my.salesforce.com/services/data"
    ]
    assert "authorization" not in org.requests[0].headers


def test_an_anonymous_call_that_is_refused_causes_no_refresh(connect: Connect) -> None:
    org = saying(expired())

    with pytest.raises(ConnectorError):
        send(connect(AcmeConnection(), org), Call("GET", "/services/data", anonymous=True))

    assert len(org.requests) == 1


def test_calls_go_to_the_instance_that_salesforce_named(connect: Connect) -> None:
    org = saying(answer(200, {}))
    stored = AcmeConnection(SIGNED_IN | {"instance_url": "https://na15.salesforce.com"})

    send(connect(stored, org), READ)

    assert str(org.requests[0].url) == "https://na15.salesforce.com/services/data/v68.0/limits"
    assert org.requests[0].headers["authorization"] == "Bearer ACCESS-1"


def test_a_pinned_api_version_is_used(connect: Connect) -> None:
    org = saying(answer(200, {}))

    send(connect(AcmeConnection(settings={"api_version": "59.0"}), org), READ)

    assert org.requests[0].url.path == "/services/data/v59.0/limits"


def test_a_value_reaches_salesforce_unchanged(connect: Connect) -> None:
    """A plus sign, an ampersand and a percent sign survive the query string."""
    org = saying(answer(200, {"totalSize": 0, "done": True, "records": []}))

    connect(AcmeConnection(), org).run(
        query,
        {"soql": "SELECT Id FROM Account WHERE Name = :n", "parameters": {"n": "a+b & 5% = ü"}},
    )

    assert org.requests[0].url.params["q"] == "SELECT Id FROM Account WHERE Name = 'a+b & 5% = ü'"
    assert "+" not in str(org.requests[0].url)


def test_usage_counts_each_request_and_keeps_the_last_limit(connect: Connect) -> None:
    org = saying(
        answer(503),
        answer(200, {}, sforce_limit_info="api-usage=18/15000"),
    )
    result = Result()

    send(connect(AcmeConnection(), org), READ, result)

    assert result.as_json()["usage"] == {
        "calls": 2,
        "limit_used": 18,
        "limit_max": 15000,
        "limit_left": 14982,
    }


def test_a_flow_may_catch_an_error_and_go_on(connect: Connect) -> None:
    def flow() -> Flow[str]:
        try:
            yield READ
        except NotFound:
            yield Note("not found")
        return str(json.loads((yield DELETE).content)["by"])

    org = saying(error(404, "NOT_FOUND"), answer(200, {"by": "me"}))
    result = Result()

    assert connect(AcmeConnection(), org).drive(flow(), result) == "me"
    assert result.warnings == ["not found"]


def test_a_flow_is_sent_the_state_that_it_resumes_from(connect: Connect) -> None:
    def flow() -> Flow[object]:
        return (yield from resume_state())

    driver = connect(AcmeConnection(), saying(answer(500)))

    assert driver.drive(flow(), Result(resume={"job_ids": ["750"]})) == {"job_ids": ["750"]}
    assert driver.drive(flow(), Result()) == {}


def test_a_watcher_that_raises_cancels_the_run(connect: Connect) -> None:
    """What it raises reaches the host as it is, nothing more is sent, and the flow is closed."""
    closed = []

    def flow() -> Flow[None]:
        try:
            yield Progress(1, 2, "records written")
            yield DELETE
        finally:
            closed.append(True)

    def cancel(_: object) -> None:
        raise KeyboardInterrupt

    org = saying(answer(204))
    with pytest.raises(KeyboardInterrupt):
        connect(AcmeConnection(), org).drive(flow(), Result(watch=cancel))

    assert closed == [True]
    assert org.requests == []


EXPLAINED: list[tuple[Action[Any, Any], dict[str, Any], dict[str, Any]]] = [
    (
        create_record,
        {"sobject": "Account", "fields": {"Name": "Acme"}},
        {
            "method": "POST",
            "url": "https://acme.my.salesforce.com/services/data/v68.0/sobjects/Account",
            "body": {"Name": "Acme"},
        },
    ),
    (
        query,
        {"soql": "SELECT Id FROM Account WHERE Name = :n", "parameters": {"n": "O'Hara"}},
        {
            "method": "GET",
            "url": "https://acme.my.salesforce.com/services/data/v68.0/query"
            "?q=SELECT%20Id%20FROM%20Account%20WHERE%20Name%20%3D%20%27O%5C%27Hara%27",
            "body": None,
        },
    ),
]


@pytest.mark.parametrize(("action", "inputs", "call"), EXPLAINED, ids=["create", "query"])
def test_explains_without_sending(
    connect: Connect, action: Action[Any, Any], inputs: dict[str, Any], call: dict[str, Any]
) -> None:
    """Not even a sign-in is made: the connection has no token."""
    org = saying(answer(500))

    result = connect(AcmeConnection({}), org).base.explain(action, inputs)

    assert result.output == {"calls": [call]}
    assert result.warnings
    assert org.requests == []


def test_explains_that_nothing_would_be_sent(connect: Connect) -> None:
    inputs = {"sobject": "Account", "ids": []}

    result = connect(AcmeConnection({}), saying(answer(500))).base.explain(get_records, inputs)

    assert result.output == {"calls": []}


def test_invalid_inputs_are_reported_before_anything_is_sent(connect: Connect) -> None:
    org = saying(answer(500))

    with pytest.raises(Rejected) as raised:
        connect(AcmeConnection({}), org).run(query, {"sqol": "SELECT Id FROM Account"})

    assert "did you mean 'soql'?" in str(raised.value)
    assert org.requests == []


def test_other_letters_in_a_path_are_percent_encoded(connect: Connect) -> None:
    org = saying(answer(200, {}))

    send(connect(AcmeConnection(), org), Call("GET", "/services/apexrest/stra\xdfe/\u4e2d%20x"))

    [request] = org.calls
    assert request.url.raw_path == b"/services/apexrest/stra%C3%9Fe/%E4%B8%AD%20x"


def test_an_error_of_a_flow_beside_a_write_reports_that_something_was_sent(
    connect: Connect,
) -> None:
    def write_and_read() -> Flow[object]:
        yield CREATE
        ended = yield from first_ended([(yield from begin(read()))])
        return ended.result()

    def read() -> Flow[object]:
        return (yield READ)

    org = ScriptedOrg(lambda request: answer(201 if request.method == "POST" else 503))
    with pytest.raises(Unavailable) as raised:
        connect(AcmeConnection(), org).drive(write_and_read(), Result(retry_for=0.0))

    assert raised.value.sent
