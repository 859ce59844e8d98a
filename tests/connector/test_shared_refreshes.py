"""One connection in several processes: whose token is used, and what is saved."""

import json

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import (
    TOKEN_PATH,
    ScriptedOrg,
    TokenOrg,
    answer,
    bearer,
    expired,
    refused,
)

from salesforce_connector.errors import (
    Unauthorized,
    Unavailable,
)
from salesforce_connector.flow import Call

READ = Call("GET", "/limits")


def test_finds_the_token_that_another_process_has_got_and_asks_for_none(connect: Connect) -> None:
    org = TokenOrg()
    stored = AcmeConnection()
    driver = connect(stored, org)
    org.access = "ACCESS-OF-ANOTHER-PROCESS"
    stored.sign_in_elsewhere(access_token=org.access)

    assert json.loads(send(driver, READ).content) == {"by": org.access}
    assert org.token_requests == []


@pytest.mark.parametrize(
    "words", ["token request is already being processed", "expired authorization code"]
)
def test_a_refresh_that_another_process_does_is_waited_for(connect: Connect, words: str) -> None:
    """Salesforce refuses a second one meanwhile; the store has the token a moment later."""
    stored = AcmeConnection()

    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            stored.sign_in_elsewhere(access_token="ACCESS-7", refresh_token="REFRESH-7")
            return refused("invalid_grant", words)
        return answer(200, {}) if bearer(request) == "ACCESS-7" else expired()

    org = ScriptedOrg(script)

    assert send(connect(stored, org), READ).status_code == 200
    assert len(org.token_requests) == 1
    assert stored.credentials["refresh_token"] == "REFRESH-7"


def test_a_refresh_that_never_ends_elsewhere_is_retryable(connect: Connect) -> None:
    org = ScriptedOrg(
        lambda request: (
            refused("invalid_grant", "token request is already being processed")
            if request.url.path == TOKEN_PATH
            else expired()
        )
    )

    with pytest.raises(Unavailable) as raised:
        send(connect(AcmeConnection(), org), READ)

    assert raised.value.kind == "retryable"
    assert not raised.value.sent
    assert len(org.token_requests) > 1


def test_refreshes_the_token_of_another_process_when_that_has_ended_too(connect: Connect) -> None:
    """Two workers were idle overnight, and this one had not even seen the last token."""
    org = TokenOrg()
    org.end_session()
    stored = AcmeConnection()
    driver = connect(stored, org)
    stored.sign_in_elsewhere(access_token="ACCESS-OF-ANOTHER-PROCESS")

    assert json.loads(send(driver, READ).content) == {"by": "ACCESS-2"}
    assert len(org.token_requests) == 1


def test_a_rotated_refresh_token_is_saved_before_the_new_token_is_used(connect: Connect) -> None:
    org = TokenOrg()
    org.end_session()
    calls_before_save: list[int] = []
    stored = AcmeConnection(before_save=lambda: calls_before_save.append(len(org.calls)))
    driver = connect(stored, org)

    send(driver, READ)
    org.end_session()
    send(driver, READ)

    assert calls_before_save == [1, 3]
    assert [credentials["refresh_token"] for credentials in stored.saved] == [
        "REFRESH-2",
        "REFRESH-3",
    ]
    assert [request["refresh_token"] for request in org.token_requests] == [
        "REFRESH-1",
        "REFRESH-2",
    ]


def test_values_missing_from_a_token_response_are_preserved(connect: Connect) -> None:
    org = TokenOrg(rotating=False)
    org.end_session()
    stored = AcmeConnection()

    send(connect(stored, org), READ)

    assert stored.credentials == SIGNED_IN | {"access_token": "ACCESS-2"}


def test_a_new_sign_in_is_used_though_the_old_one_was_refused(connect: Connect) -> None:
    org = TokenOrg()
    org.end_session()
    org.refresh = "REFRESH-9"
    stored = AcmeConnection()
    driver = connect(stored, org)
    with pytest.raises(Unauthorized):
        send(driver, READ)

    org.access = "ACCESS-8"
    stored.sign_in_elsewhere(refresh_token="REFRESH-9", access_token="ACCESS-8")

    assert send(driver, READ).status_code == 200
