"""A connection leaves some of the org's calls to others; each test runs against both clients."""

from typing import Any

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.client_drivers import send
from connector.conftest import Connect
from connector.scripted_org import ScriptedOrg, answer

from salesforce_connector.errors import RateLimited
from salesforce_connector.flow import Call
from salesforce_connector.http.call_budget import CallBudget
from salesforce_connector.http.result import Result
from salesforce_connector.limits import Usage

READ = Call("GET", "/limits")
FLOOR: dict[str, Any] = {"call_floor": 100}


class Counting(ScriptedOrg):
    """An org that counts calls, as Salesforce does in a header."""

    def __init__(self, used: int, maximum: int = 15_000) -> None:
        super().__init__(self._say)
        self._used, self._maximum = used, maximum

    def _say(self, _: httpx.Request) -> httpx.Response:
        self._used += 1
        return answer(200, {}, Sforce_Limit_Info=f"api-usage={self._used}/{self._maximum}")


class Budget:
    """The budget of a host with other processes."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.reports: list[tuple[str, int, int]] = []
        self.reserved: list[int] = []

    def report(self, account: str, used: int, maximum: int) -> None:
        self.reports.append((account, used, maximum))

    def reserve(self, account: str, calls: int, *, floor: int = 0, lease: str = "") -> int:
        assert account
        assert lease
        granted = max(0, min(calls, self.left - floor))
        self.left -= granted
        self.reserved.append(granted)
        return granted


def test_no_call_is_sent_that_would_go_below_the_floor(connect: Connect) -> None:
    org = Counting(used=14_890)
    driver = connect(AcmeConnection(settings=FLOOR), org)
    for _ in range(10):
        send(driver, READ)

    for _ in range(5):
        with pytest.raises(RateLimited) as raised:
            send(driver, READ)

    assert (raised.value.code, raised.value.retry_after) == ("CALL_FLOOR_REACHED", 900.0)
    assert not raised.value.sent
    assert len(org.calls) == 10


def test_without_a_floor_all_calls_may_be_spent(connect: Connect) -> None:
    org = Counting(used=14_999)
    driver = connect(AcmeConnection(), org)

    for _ in range(3):
        send(driver, READ)

    assert len(org.calls) == 3


def test_a_host_shares_the_budget_among_its_processes(connect: Connect) -> None:
    connection, org = AcmeConnection(settings=FLOOR), Counting(used=500)
    budget = Budget(left=130)
    connection.call_budget = budget  # type: ignore[attr-defined] # the contract's, optional
    driver = connect(connection, org)
    for _ in range(30):
        send(driver, READ)

    with pytest.raises(RateLimited):
        send(driver, READ)

    assert budget.reserved == [1, 29, 0]
    assert budget.reports[0] == ("00D000000000062EAA", 501, 15_000)
    assert len(org.calls) == 30


def test_when_calls_are_free_again_work_goes_on(connect: Connect) -> None:
    connection, org = AcmeConnection(settings=FLOOR), Counting(used=500)
    budget = Budget(left=100)
    connection.call_budget = budget  # type: ignore[attr-defined] # the contract's, optional
    driver = connect(connection, org)
    with pytest.raises(RateLimited):
        send(driver, READ)

    budget.left = 5_000

    assert send(driver, READ).status_code == 200


def test_without_a_hosts_budget_it_looks_again_after_a_while() -> None:
    clock = [0.0]
    budget = CallBudget(100, lambda: clock[0])
    budget.note(Usage(1, limit_used=14_950, limit_max=15_000))
    connection = AcmeConnection()
    with pytest.raises(RateLimited):
        budget.renew(connection, "")
    clock[0] = 301.0

    budget.renew(connection, "")

    with pytest.raises(RateLimited):
        budget.renew(connection, "")


@pytest.mark.parametrize(("background", "calls"), [(True, 20), (False, 60)])
def test_background_work_stops_at_its_share(connect: Connect, background: bool, calls: int) -> None:
    """Of 100 calls it leaves 40 to others, which may go on to the floor."""
    org = Counting(used=40, maximum=100)
    driver = connect(AcmeConnection(settings={"background_share": 60}), org)
    result = Result.in_context({"background": background})
    for _ in range(calls):
        send(driver, READ, result)
    with pytest.raises(RateLimited) as raised:
        send(driver, READ, result)

    codes = {True: "BACKGROUND_SHARE_REACHED", False: "CALL_FLOOR_REACHED"}
    assert raised.value.code == codes[background]
    assert len(org.calls) == calls
    assert result.usage.as_json()["limit_floor"] == (40 if background else 0)


def test_without_own_limits_results_name_no_floor(connect: Connect) -> None:
    result = Result()
    send(connect(AcmeConnection(), Counting(used=1)), READ, result)

    assert "limit_floor" not in result.usage.as_json()


def test_runs_in_the_background_do_not_spend_what_others_have_leased(connect: Connect) -> None:
    org = Counting(used=55, maximum=100)
    driver = connect(AcmeConnection(settings={"background_share": 60}), org)
    send(driver, READ)
    send(driver, READ)  # a lease of 43

    background = Result.in_context({"background": True})
    for _ in range(3):
        send(driver, READ, background)
    with pytest.raises(RateLimited):
        send(driver, READ, background)
