"""A 401 that Apex of the org's own has written says nothing of the sign-in; both clients."""

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import TOKEN_PATH, ScriptedOrg, TokenOrg, answer, error, expired

from salesforce_connector.errors import Forbidden
from salesforce_connector.flow import Call

ORDERS = Call("GET", "/services/apexrest/acme/orders")
READ = Call("GET", "/limits")


@pytest.mark.parametrize(
    "response",
    [
        answer(401, {"reason": "no key"}),
        answer(401, "no key"),
        answer(401),
        httpx.Response(401, text="Unauthorized"),
        httpx.Response(401, html="<h1>Unauthorized</h1>"),
        error(401, "NO_KEY", "This endpoint wants a key of its own."),
    ],
)
def test_401_with_an_unknown_message_does_not_expire_the_token(
    connect: Connect, response: httpx.Response
) -> None:
    org = ScriptedOrg(lambda _: response)

    with pytest.raises(Forbidden) as raised:
        send(connect(AcmeConnection(), org), ORDERS)

    assert raised.value.status == 401
    assert "Apex" in raised.value.remedy
    assert len(org.requests) == 1


def test_a_401_in_salesforces_words_is_refreshed_for_and_then_the_classs_own(
    connect: Connect,
) -> None:
    """A class may hand on what a callout of its own has met."""

    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return answer(200, {"access_token": "ACCESS-2"})
        return expired() if "apexrest" in request.url.path else answer(200, {})

    org = ScriptedOrg(script)
    driver = connect(AcmeConnection(), org)

    for _ in range(5):
        with pytest.raises(Forbidden):
            send(driver, ORDERS)

    assert len(org.token_requests) == 1
    assert send(driver, READ).status_code == 200


def test_a_token_that_has_ended_is_refreshed_for_apex_too(connect: Connect) -> None:
    org = TokenOrg()
    org.end_session()

    assert send(connect(AcmeConnection(), org), ORDERS).status_code == 200
    assert len(org.token_requests) == 1


@pytest.mark.parametrize(
    "response",
    [
        error(401, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"),
        error(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API"),
    ],
)
def test_what_salesforce_itself_refuses_before_apex_has_its_own_remedy(
    connect: Connect, response: httpx.Response
) -> None:
    org = ScriptedOrg(lambda _: response)

    with pytest.raises(Forbidden) as raised:
        send(connect(AcmeConnection(), org), ORDERS)

    assert "Apex" not in raised.value.remedy


def test_a_401_that_a_workflow_takes_for_an_answer_is_one(connect: Connect) -> None:
    org = ScriptedOrg(lambda _: answer(401, {"reason": "no key"}))
    call = Call("GET", "/services/apexrest/acme/orders", expect=(401,))

    assert send(connect(AcmeConnection(), org), call).status_code == 401
