"""A token that is refreshed before it ends, for connections that ask for it; both clients."""

from collections.abc import Mapping

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.client_drivers import Driver, send
from connector.conftest import Connect
from connector.scripted_org import (
    TOKEN_PATH,
    ScriptedOrg,
    answer,
    bearer,
    expired,
    form,
    refused,
)

from salesforce_connector.auth.tokens import INTROSPECTION_PATH
from salesforce_connector.flow import Call

READ = Call("GET", "/limits")
EARLY = {"refresh_early": 300}
NOW = 1_795_000_000  # seconds since 1970
DATE = "Wed, 18 Nov 2026 11:06:40 GMT"  # the same moment
CROWD = 20


class ForetellingOrg(ScriptedOrg):
    """One that says when its tokens end.

    Attributes:
        lives: Seconds that are left of each token, by its text.
        tokens: What it gives, one after another.
        introspection, refresh: What it answers in place of that.
    """

    def __init__(self, lives: Mapping[str, float], *tokens: str) -> None:
        super().__init__(self._say)
        self.lives = lives
        self.tokens = list(tokens)
        self.introspection: Exception | httpx.Response | None = None
        self.refresh: Exception | httpx.Response | None = None
        self.ended: set[str] = set()

    @property
    def asked_of(self) -> list[str]:
        """The tokens that were asked about."""
        sent_tokens = [
            request for request in self.requests if request.url.path == INTROSPECTION_PATH
        ]
        return [form(request)["token"] for request in sent_tokens]

    @property
    def called_with(self) -> list[str]:
        """The tokens that calls came with."""
        return [bearer(item) for item in self.calls if item.url.path != INTROSPECTION_PATH]

    def _say(self, request: httpx.Request) -> httpx.Response | Exception:
        if request.url.path == INTROSPECTION_PATH:
            return self.introspection or self._end(form(request)["token"])
        if request.url.path == TOKEN_PATH:
            return self.refresh or answer(200, {"access_token": self._next()})
        return expired() if bearer(request) in self.ended else answer(200, {})

    def _end(self, token: str) -> httpx.Response:
        left = self.lives.get(token)
        body = {"active": False} if left is None else {"active": True, "exp": NOW + left}
        return answer(200, body, Date=DATE)

    def _next(self) -> str:
        return self.tokens.pop(0) if self.tokens else "ACCESS-NONE-LEFT"


def call(driver: Driver, times: int = 1) -> None:
    for _ in range(times):
        assert send(driver, READ).status_code == 200


@pytest.mark.parametrize(
    "response",
    [refused("invalid_client_id"), refused("invalid_client", status=401), answer(403), answer(404)],
)
def test_an_app_without_introspection_is_not_asked_again(
    connect: Connect, response: httpx.Response
) -> None:
    """Also not with the next token; that is refreshed when it has ended, as without the setting."""
    org = ForetellingOrg({}, "ACCESS-2")
    org.introspection = response
    driver = connect(AcmeConnection(settings=EARLY), org)

    call(driver, 3)
    org.ended.add("ACCESS-1")
    call(driver, 3)

    assert org.asked_of == ["ACCESS-1"]
    assert org.called_with == ["ACCESS-1"] * 4 + ["ACCESS-2"] * 3


@pytest.mark.parametrize(
    "response",
    [answer(503), httpx.ReadTimeout("late"), answer(200, {"active": True}), answer(200, [])],
)
def test_an_end_that_is_not_reported_costs_no_call(
    connect: Connect, response: httpx.Response | Exception
) -> None:
    """Nothing of this token is asked again; the next one may have luck."""
    org = ForetellingOrg({}, "ACCESS-2")
    org.introspection = response
    driver = connect(AcmeConnection(settings=EARLY), org)

    call(driver, 2)
    org.ended.add("ACCESS-1")
    call(driver, 2)

    assert org.asked_of == ["ACCESS-1", "ACCESS-2"]
    assert len(org.token_requests) == 1


@pytest.mark.parametrize(
    "response",
    [
        answer(503),
        httpx.ReadTimeout("late"),
        refused("invalid_grant", "expired access/refresh token"),
        answer(200, {"no": "token"}),
    ],
)
def test_an_early_refresh_that_fails_costs_no_call_and_is_not_tried_again(
    connect: Connect, response: httpx.Response | Exception
) -> None:
    """The token is good still; once it has ended, it is refreshed with all patience."""
    org = ForetellingOrg({"ACCESS-1": 200.0, "ACCESS-2": 7000.0}, "ACCESS-2", "ACCESS-3")
    org.refresh = response
    driver = connect(AcmeConnection(settings=EARLY), org)

    call(driver, 3)
    assert len(org.token_requests) == 1
    org.refresh = None
    org.ended.add("ACCESS-1")
    call(driver, 3)

    assert set(org.called_with[:3]) == {"ACCESS-1"}
    assert len(org.token_requests) == 2


def test_introspection_is_called_only_with_refresh_early(connect: Connect) -> None:
    org = ForetellingOrg({"ACCESS-1": 1.0})

    call(connect(AcmeConnection(), org), 3)

    assert org.asked_of == []
    assert org.token_requests == []


def test_a_token_that_lives_long_enough_costs_one_question(connect: Connect) -> None:
    org = ForetellingOrg({"ACCESS-1": 301.0})

    call(connect(AcmeConnection(settings=EARLY), org), 5)

    assert org.asked_of == ["ACCESS-1"]
    assert org.called_with == ["ACCESS-1"] * 5


@pytest.mark.parametrize("left", [299.0, -5.0, None], ids=["soon", "past", "inactive"])
def test_a_token_that_ends_soon_is_refreshed_before_a_call_meets_that(
    connect: Connect, left: float | None
) -> None:
    lives = {"ACCESS-2": 7000.0} | ({} if left is None else {"ACCESS-1": left})
    stored = AcmeConnection(settings=EARLY)
    org = ForetellingOrg(lives, "ACCESS-2")

    call(connect(stored, org), 4)

    assert org.called_with == ["ACCESS-2"] * 4
    assert org.asked_of == ["ACCESS-1", "ACCESS-2"]
    assert len(org.token_requests) == 1
    assert stored.credentials["access_token"] == "ACCESS-2"


def test_many_calls_at_once_ask_and_refresh_once(connect: Connect) -> None:
    org = ForetellingOrg({"ACCESS-1": 10.0, "ACCESS-2": 7000.0}, "ACCESS-2", "ACCESS-3")
    driver = connect(AcmeConnection(settings=EARLY), org)

    driver.together([READ] * CROWD)
    call(driver, 2)

    assert len(org.token_requests) == 1
    assert sorted(set(org.asked_of)) == org.asked_of == ["ACCESS-1", "ACCESS-2"]


def test_a_refresh_that_returns_the_same_token_is_not_repeated(
    connect: Connect,
) -> None:
    """Salesforce may do that while a session is good; it would be refreshed before every call."""
    org = ForetellingOrg({"ACCESS-1": 100.0}, "ACCESS-1", "ACCESS-1")

    call(connect(AcmeConnection(settings=EARLY), org), 4)

    assert len(org.token_requests) == 1
    assert org.asked_of == ["ACCESS-1"]


def test_a_session_shorter_than_the_margin_is_not_refreshed_before_each_call(
    connect: Connect,
) -> None:
    lives = {f"ACCESS-{n}": 900.0 for n in range(1, 9)}
    org = ForetellingOrg(lives, *(f"ACCESS-{n}" for n in range(2, 9)))

    call(connect(AcmeConnection(settings={"refresh_early": 3_600}), org), 6)

    assert len(org.token_requests) == 1
    assert org.called_with == ["ACCESS-2"] * 6


def test_before_the_first_token_there_is_nothing_to_ask(connect: Connect) -> None:
    org = ForetellingOrg({"ACCESS-2": 7000.0}, "ACCESS-2")
    stored = AcmeConnection({}, method="client_credentials", settings=EARLY)
    driver = connect(stored, org)

    call(driver)
    assert org.asked_of == []
    call(driver)

    assert org.asked_of == ["ACCESS-2"]
    assert len(org.token_requests) == 1


def test_introspection_sends_the_token_as_salesforce_documents(connect: Connect) -> None:
    """The token proves the app, so that a public client may ask too."""
    org = ForetellingOrg({"ACCESS-1": 7000.0})

    call(connect(AcmeConnection(settings=EARLY), org))

    request = org.requests[0]
    assert (request.method, bearer(request)) == ("POST", "ACCESS-1")
    assert form(request) == {"token": "ACCESS-1", "token_type_hint": "access_token"}
    assert str(request.url) == "https://acme.my.salesforce.com/services/oauth2/introspect"
