"""Calls that may take long are limited in number; each test runs against both clients."""

import threading
from typing import Any

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import ScriptedOrg, answer, saying

from salesforce_connector.errors import ConnectorError, RateLimited
from salesforce_connector.flow import Call
from salesforce_connector.http.long_calls import may_be_long
from salesforce_connector.http.result import Result
from salesforce_connector.http.retry import without_pauses

QUERY = Call("GET", "/query", params={"q": "SELECT Id FROM Account"})
READ = Call("GET", "/sobjects/Account/001")
TWO: dict[str, Any] = {"long_calls": 2}


class Slots:
    """The slots of a host with other processes."""

    def __init__(self, free: int) -> None:
        self.free = free
        self.begun: list[tuple[str, int, float]] = []
        self.ended: list[str] = []

    def begin_call(self, account: str, limit: int, *, seconds: float) -> str | None:
        self.begun.append((account, limit, seconds))
        if not self.free:
            return None
        self.free -= 1
        return f"slot-{len(self.begun)}"

    def end_call(self, account: str, slot: str) -> None:
        assert account
        self.free += 1
        self.ended.append(slot)


class Measuring(ScriptedOrg):
    """An org that counts how many calls are under way at the same time."""

    def __init__(self) -> None:
        super().__init__(lambda _: answer(200, {}))
        self.most = self._now = 0
        self._counting = threading.Lock()

    def _count(self, by: int) -> None:
        with self._counting:
            self._now += by
            self.most = max(self.most, self._now)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._count(1)
        try:
            return super().handle_request(request)
        finally:
            self._count(-1)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._count(1)
        try:
            return await super().handle_async_request(request)
        finally:
            self._count(-1)


def test_no_more_long_calls_than_the_limit_are_under_way(connect: Connect) -> None:
    org = Measuring()
    driver = connect(AcmeConnection(settings=TWO), org)
    with without_pauses():
        outcomes = driver.together([QUERY] * 12)

    assert not any(isinstance(outcome, ConnectorError) for outcome in outcomes)
    assert org.most <= 2


def test_short_calls_wait_for_nobody(connect: Connect) -> None:
    connection = AcmeConnection(settings=TWO)
    connection.call_budget = Slots(free=0)  # type: ignore[attr-defined] # the contract's, optional
    assert send(connect(connection, saying(answer(200, {}))), READ).status_code == 200


def test_a_long_call_takes_a_slot_of_the_host_and_frees_it(connect: Connect) -> None:
    connection, slots = AcmeConnection(settings=TWO), Slots(free=1)
    connection.call_budget = slots  # type: ignore[attr-defined] # the contract's, optional
    driver = connect(connection, saying(answer(200, {})))
    send(driver, QUERY)

    assert slots.begun == [("00D000000000062EAA", 2, 660.0)]
    assert (slots.ended, slots.free) == (["slot-1"], 1)


def test_a_call_that_fails_frees_its_slot(connect: Connect) -> None:
    connection, slots = AcmeConnection(settings=TWO), Slots(free=1)
    connection.call_budget = slots  # type: ignore[attr-defined] # the contract's, optional
    driver = connect(connection, saying(httpx.ReadError("gone")))
    with pytest.raises(ConnectorError), without_pauses():
        send(driver, QUERY, Result(retry_for=0))

    assert slots.free == 1


def test_no_slot_within_the_time_for_retries_is_an_error(connect: Connect) -> None:
    connection, org = AcmeConnection(settings=TWO), saying(answer(200, {}))
    connection.call_budget = Slots(free=0)  # type: ignore[attr-defined] # the contract's, optional
    with pytest.raises(RateLimited) as raised:
        send(connect(connection, org), QUERY, Result(retry_for=0.5))

    assert raised.value.code == "LONG_CALLS_AT_LIMIT"
    assert not raised.value.sent
    assert org.requests == []


@pytest.mark.parametrize(
    ("path", "long"),
    [
        ("/query", True),
        ("/services/data/v68.0/query/0r8000-2000", True),
        ("/analytics/reports/00O", True),
        ("/composite/sobjects", True),
        ("/services/apexrest/slow", True),
        ("/jobs/query/750/results", True),
        ("/jobs/query/750", False),
        ("/sobjects/Account", False),
        ("/limits", False),
        ("/queryable", False),
    ],
)
def test_which_calls_may_be_long(path: str, long: bool) -> None:
    assert may_be_long(Call("GET", path)) is long
