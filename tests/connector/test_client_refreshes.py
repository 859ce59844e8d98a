"""How the clients refresh a token: once for all, saved before used; each test is for both."""

import itertools
import json
import threading

import httpx
import pytest
from connector.acme_connection import SIGNED_IN, AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.method_connections import connection_of
from connector.scripted_org import (
    TOKEN_PATH,
    ScriptedOrg,
    TokenOrg,
    answer,
    bearer,
    error,
    expired,
    refused,
)

from salesforce_connector.auth import METHODS
from salesforce_connector.auth.token_check import MAX_REFUSED_UNUSED
from salesforce_connector.errors import (
    ConnectorError,
    Forbidden,
    Rejected,
    Unauthorized,
    Unavailable,
)
from salesforce_connector.flow import Call
from salesforce_connector.http.result import Result
from salesforce_connector.http.transport import MAX_IN_FLIGHT

READ = Call("GET", "/limits")
IDENTITY = Call("GET", "/services/oauth2/userinfo")
CREATE = Call("POST", "/sobjects/Account", json={"Name": "Acme"})
CROWD = 50


class StoreBroken(Exception):
    """The host could not save."""


class SlowToken(TokenOrg):
    """One that issues a token after more refusals than calls may be under way, or a moment."""

    def __init__(self, *, gather: int) -> None:
        super().__init__(gather=gather)
        self._too_many = threading.Event()
        self._refused = itertools.count(1)

    def _say(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            self._too_many.wait(0.2)
        response = super()._say(request)
        if response.status_code == 401 and next(self._refused) > MAX_IN_FLIGHT:
            self._too_many.set()
        return response


class RefusingOrg(ScriptedOrg):
    """One that issues new tokens and refuses each, with words of its own."""

    def __init__(self, refusal: httpx.Response) -> None:
        super().__init__(self._say)
        self._refusal = refusal
        self._numbers = itertools.count(2)

    def _say(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return answer(200, {"access_token": f"ACCESS-{next(self._numbers)}"})
        return self._refusal


@pytest.mark.slow
@pytest.mark.parametrize("method", [*METHODS])
@pytest.mark.parametrize("call", [READ, CREATE], ids=["read", "create"])
def test_new_tokens_that_are_refused_do_not_end_the_authorization(
    connect: Connect, call: Call, method: str
) -> None:
    """Salesforce issues them gladly: sessions are locked to another IP address, for example."""
    org = RefusingOrg(expired())
    with pytest.raises(Forbidden) as raised:
        send(connect(connection_of(method), org), call)

    assert raised.value.code == "INVALID_SESSION_ID"
    assert "Lock sessions to the IP address from which they originated" in raised.value.remedy
    assert "egress" in raised.value.remedy
    assert "ign in again" not in raised.value.remedy
    assert not raised.value.sent
    assert len(org.token_requests) == MAX_REFUSED_UNUSED + 1
    assert len(org.calls) == MAX_REFUSED_UNUSED + 2


@pytest.mark.parametrize(
    "message",
    [
        "This session is not valid for use with the REST API",
        "Connected app is not attached to Agent",
    ],
)
def test_a_401_that_a_new_token_does_not_fix_is_not_refreshed_for(
    connect: Connect, message: str
) -> None:
    org = ScriptedOrg(lambda _: error(401, "INVALID_SESSION_ID", message))

    with pytest.raises(Forbidden):
        send(connect(AcmeConnection(), org), READ)

    assert len(org.requests) == 1


def test_a_session_that_is_not_for_rest_has_its_three_causes_named(connect: Connect) -> None:
    message = "This session is not valid for use with the REST API"
    org = ScriptedOrg(lambda _: error(401, "INVALID_SESSION_ID", message))

    with pytest.raises(Forbidden) as raised:
        send(connect(AcmeConnection(), org), READ)

    for cause in ("(api)", "IP Relaxation", "High Assurance"):
        assert cause in raised.value.remedy


def test_calls_succeed_while_sessions_keep_ending(connect: Connect) -> None:
    """Each token is good for a few calls: some program logs the user out all the time."""

    class EndingOrg(TokenOrg):
        def _say(self, request: httpx.Request) -> httpx.Response:
            response = super()._say(request)
            if response.is_success and request.url.path != TOKEN_PATH and next(uses) % 40 == 0:
                self.end_session()
            return response

    uses = itertools.count(1)
    driver = connect(AcmeConnection(), EndingOrg())

    outcomes = driver.together([READ] * 4 * CROWD)

    assert not any(isinstance(outcome, ConnectorError) for outcome in outcomes)


def test_a_missing_scope_of_the_identity_service_is_forbidden_and_costs_one_refresh(
    connect: Connect,
) -> None:
    """The identity service has the same words for an ended token and for a missing scope."""

    class NoIdentityScope(TokenOrg):
        def _say(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == IDENTITY.path:
                return httpx.Response(403, text="Bad_OAuth_Token")
            return super()._say(request)

    org = NoIdentityScope()
    driver = connect(AcmeConnection(), org)
    for _ in range(3):
        with pytest.raises(Forbidden) as raised:
            send(driver, IDENTITY)
        assert "identity URL service" in raised.value.remedy
    assert len(org.token_requests) == 1

    org.end_session()  # a real end, a moment later

    assert send(driver, READ).status_code == 200
    assert len(org.token_requests) == 2


def test_identity_refused_while_the_api_accepts_the_token_costs_no_refresh(
    connect: Connect,
) -> None:
    class NoIdentityScope(TokenOrg):
        def _say(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == IDENTITY.path:
                return httpx.Response(403, text="Bad_OAuth_Token")
            return super()._say(request)

    org = NoIdentityScope()
    driver = connect(AcmeConnection(), org)
    send(driver, READ)
    with pytest.raises(Forbidden):
        send(driver, IDENTITY)

    assert org.token_requests == []


@pytest.mark.slow
def test_waiting_calls_do_not_send_an_expired_token(connect: Connect) -> None:
    """Those that wait for a slot wait for the new token too, however long that takes."""
    org = SlowToken(gather=MAX_IN_FLIGHT)
    org.end_session()
    driver = connect(AcmeConnection(), org)

    outcomes = driver.together([READ] * (3 * MAX_IN_FLIGHT))

    assert not any(isinstance(outcome, ConnectorError) for outcome in outcomes)
    assert len(org.token_requests) == 1
    assert len(org.calls) == 4 * MAX_IN_FLIGHT  # the first ones twice


def test_a_refused_refresh_is_requested_once_for_all_callers(connect: Connect) -> None:
    org = TokenOrg(gather=CROWD)
    org.end_session()
    org.refresh = "REFRESH-OF-SOMEBODY-ELSE"
    driver = connect(AcmeConnection(), org)

    outcomes = driver.together([READ] * CROWD)

    assert {type(outcome) for outcome in outcomes} == {Unauthorized}
    assert len(org.token_requests) == 1


def test_a_sign_in_that_is_locked_out_is_not_tried_again_at_once(connect: Connect) -> None:
    """Each try would count as one more sign-in of the hour."""
    org = ScriptedOrg(
        lambda request: (
            refused("invalid_grant", "login rate exceeded")
            if request.url.path == TOKEN_PATH
            else expired()
        )
    )

    with pytest.raises(Exception, match="too often"):
        send(connect(AcmeConnection({}, method="client_credentials"), org), READ)

    assert len(org.token_requests) == 1


def test_a_sign_in_service_that_is_briefly_down_is_retried(connect: Connect) -> None:
    """Nothing has been done yet, so even a create is repeated."""
    down: list[httpx.Response | Exception] = [answer(503), httpx.ReadTimeout("late")]

    def script(request: httpx.Request) -> httpx.Response | Exception:
        if request.url.path != TOKEN_PATH:
            return answer(201, {}) if bearer(request) == "ACCESS-2" else expired()
        return down.pop() if down else answer(200, {"access_token": "ACCESS-2"})

    org = ScriptedOrg(script)
    assert send(connect(AcmeConnection(), org), CREATE).status_code == 201
    assert len(org.token_requests) == 3


def test_a_sign_in_service_that_stays_down_leaves_the_sign_in_as_it_was(connect: Connect) -> None:
    org = ScriptedOrg(lambda request: answer(503) if request.url.path == TOKEN_PATH else expired())
    stored = AcmeConnection()

    with pytest.raises(Unavailable):
        send(connect(stored, org), READ)

    assert stored.credentials == SIGNED_IN
    assert stored.saved == []


def test_a_proxys_page_does_not_end_a_sign_in(connect: Connect) -> None:
    """A page of HTML says nothing about the grant: the request is repeated a moment later."""
    pages = [httpx.Response(200, html="<html>Please sign in to the Wi-Fi</html>")]

    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path != TOKEN_PATH:
            return answer(200, {}) if bearer(request) == "ACCESS-2" else expired()
        return pages.pop() if pages else answer(200, {"access_token": "ACCESS-2"})

    driver = connect(AcmeConnection(), ScriptedOrg(script))
    with pytest.raises(Exception, match="no access token"):
        send(driver, READ)
    driver.base.session.forget_failure()

    assert send(driver, READ).status_code == 200


def test_a_connection_that_cannot_save_leaves_the_old_token_in_use(connect: Connect) -> None:
    """A token that was used but not saved would be lost to every other process."""

    def break_down() -> None:
        raise StoreBroken

    org = TokenOrg()
    org.end_session()
    driver = connect(AcmeConnection(before_save=break_down), org)

    with pytest.raises(StoreBroken):
        send(driver, READ)

    assert driver.base.session.token == "ACCESS-1"
    assert len(org.calls) == 1


def test_refreshes_an_ended_token_and_sends_the_call_again(connect: Connect) -> None:
    org = TokenOrg()
    org.end_session()
    stored = AcmeConnection()
    result = Result()

    got = send(connect(stored, org), CREATE, result)

    assert json.loads(got.content) == {"by": "ACCESS-2"}
    assert org.token_requests == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "REFRESH-1",
            "client_id": "3MVG9-key",
            "client_secret": "CONSUMER-SECRET",
        }
    ]
    assert [call.content for call in org.calls] == [b'{"Name":"Acme"}'] * 2
    assert stored.credentials["access_token"] == "ACCESS-2"
    assert result.usage.calls == 2  # the sign-in is not counted


def test_a_403_of_the_identity_service_is_an_ended_token_too(connect: Connect) -> None:
    def script(request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            return answer(200, {"access_token": "ACCESS-2"})
        if bearer(request) == "ACCESS-2":
            return answer(200, {})
        return httpx.Response(403, text="Bad_OAuth_Token")

    org = ScriptedOrg(script)
    assert send(connect(AcmeConnection(), org), READ).status_code == 200


def test_many_waiting_calls_request_one_token(connect: Connect) -> None:
    """All are refused with the old token before the first may request a new one."""
    org = TokenOrg(gather=CROWD)
    org.end_session()
    stored = AcmeConnection()

    outcomes = connect(stored, org).together([READ] * CROWD)

    assert [
        outcome.status_code for outcome in outcomes if not isinstance(outcome, ConnectorError)
    ] == ([200] * CROWD)
    assert len(org.token_requests) == 1
    assert len(org.calls) == 2 * CROWD
    assert len(stored.saved) == 1


def test_many_callers_request_the_first_token_once(connect: Connect) -> None:
    org = TokenOrg()

    connect(AcmeConnection({}, method="client_credentials"), org).together([READ] * CROWD)

    assert org.token_requests == [
        {
            "grant_type": "client_credentials",
            "client_id": "3MVG9-key",
            "client_secret": "CONSUMER-SECRET",
        }
    ]
    assert len(org.calls) == CROWD


def test_an_expired_password_is_refreshed_for_a_few_times_and_not_by_every_call(
    connect: Connect,
) -> None:
    org = RefusingOrg(error(401, "INVALID_OPERATION_WITH_EXPIRED_PASSWORD"))
    driver = connect(AcmeConnection(), org)

    for _ in range(5):
        with pytest.raises(Forbidden) as raised:
            send(driver, READ)
        assert "password" in raised.value.remedy

    assert len(org.token_requests) == MAX_REFUSED_UNUSED + 1


def test_a_refusal_by_an_administrator_is_forbidden(connect: Connect) -> None:
    org = ScriptedOrg(lambda _: refused("invalid_grant", "no client credentials user enabled"))

    with pytest.raises(Forbidden) as raised:
        send(connect(AcmeConnection({}, method="client_credentials"), org), READ)

    assert "Run As" in raised.value.remedy


def test_settings_that_do_not_fit_are_reported_when_the_client_is_made(connect: Connect) -> None:
    with pytest.raises(Rejected):
        connect(AcmeConnection(settings={"my_domain_url": "evil.example"}), TokenOrg())
