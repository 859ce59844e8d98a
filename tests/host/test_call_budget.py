"""The service's calls a day, shared by all processes of a store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from host.store_workers import Worker, begin_long_calls, reserve_all

from connector_host.hookspecs import CallBudget
from connector_host.store.call_budget import LEASE_TIME, WINDOW, StoreCallBudget
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.database import Database

ORG = "00D000000000062"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(location: str, clock: Clock) -> Iterator[StoreCallBudget]:
    database = Database(location, busy_timeout=5.0)
    yield StoreCallBudget(database, clock)
    database.close()


def test_no_call_is_granted_at_the_floor(budget: StoreCallBudget) -> None:
    budget.report(ORG, 90, 100)

    assert budget.reserve(ORG, 20, floor=4) == 6
    assert budget.reserve(ORG, 1, floor=4) == 0
    assert budget.reserve(ORG, 20) == 4
    assert budget.reserve(ORG, 1) == 0


def test_floor_above_the_rest_of_the_quota_grants_nothing(budget: StoreCallBudget) -> None:
    budget.report(ORG, 99, 100)

    assert budget.reserve(ORG, 1, floor=50) == 0


def test_reservation_replaces_the_previous_one_of_its_lease(budget: StoreCallBudget) -> None:
    budget.report(ORG, 0, 10)
    budget.reserve(ORG, 10, lease="a")
    budget.report(ORG, 7, 10)

    assert budget.reserve(ORG, 10, lease="a") == 3
    state = budget.state(ORG)
    assert state is not None
    assert (state.used, state.maximum, state.reserved, state.left) == (7, 10, 3, 0)


def test_report_keeps_calls_of_other_leases_reserved(budget: StoreCallBudget) -> None:
    """The caller that has the lease may still make them."""
    budget.report(ORG, 0, 10)
    budget.reserve(ORG, 6, lease="a")
    budget.report(ORG, 1, 10)

    assert budget.reserve(ORG, 10, lease="b") == 3


def test_lease_of_a_dead_caller_expires(budget: StoreCallBudget, clock: Clock) -> None:
    budget.report(ORG, 0, 10)
    budget.reserve(ORG, 10, lease="a")
    clock.now += LEASE_TIME

    assert budget.reserve(ORG, 10, lease="b") == 10


def test_no_more_long_calls_than_the_limit_are_under_way(budget: StoreCallBudget) -> None:
    slots = [budget.begin_call(ORG, 2, seconds=60) for _ in range(3)]

    assert slots[2] is None
    assert budget.long_calls(ORG) == 2
    budget.end_call(ORG, slots[0] or "")
    assert budget.begin_call(ORG, 2, seconds=60) is not None
    assert budget.begin_call("another", 1, seconds=60) is not None


def test_slot_of_a_killed_call_expires(budget: StoreCallBudget, clock: Clock) -> None:
    old = budget.begin_call(ORG, 1, seconds=60)
    clock.now += 61
    new = budget.begin_call(ORG, 1, seconds=60)

    assert new is not None
    budget.end_call(ORG, old or "")  # it ends late: the slot is another's
    assert budget.begin_call(ORG, 1, seconds=60) is None


def test_processes_together_never_exceed_the_limit(
    store: ConnectionStore, location: str, key_path: Path
) -> None:
    """Law: however many ask at the same time, `limit` get a slot."""
    others = [Worker(begin_long_calls, location, key_path, ORG, 5) for _ in range(2)]
    for other in others:
        other.wait_for("ready")
    for other in others:
        other.go_on()

    def begin(_: int) -> bool:
        return store.call_budget.begin_call(ORG, 5, seconds=60) is not None

    with ThreadPoolExecutor(4) as threads:
        here = sum(threads.map(begin, range(8)))
    there = [other.number() for other in others]
    for other in others:
        other.finish()

    assert here + sum(there) == 5


def test_accounts_have_quotas_of_their_own(budget: StoreCallBudget) -> None:
    budget.report(ORG, 100, 100)

    assert budget.reserve("another", 5) == 5
    assert budget.state("another") is None


def test_quota_report_expires_after_a_day(budget: StoreCallBudget, clock: Clock) -> None:
    budget.report(ORG, 100, 100)
    clock.now += WINDOW + 1

    assert budget.reserve(ORG, 5) == 5
    assert budget.state(ORG) is None


def test_no_call_is_granted_twice_among_threads_and_processes(
    store: ConnectionStore, location: str, key_path: Path
) -> None:
    """Law: all together get what is left above the floor, to the last call."""
    store.call_budget.report(ORG, 0, 200)
    others = [Worker(reserve_all, location, key_path, ORG, 50) for _ in range(2)]
    for other in others:
        other.wait_for("ready")
    for other in others:
        other.go_on()

    def reserve(_: int) -> int:
        return store.call_budget.reserve(ORG, 3, floor=50)

    with ThreadPoolExecutor(4) as threads:
        here = sum(threads.map(reserve, range(60)))
    there = [other.number() for other in others]
    for other in others:
        other.finish()

    assert here + sum(there) == 150


def test_connections_have_the_shared_cache(store: ConnectionStore) -> None:
    values = {"connector": "echo", "method": "token", "settings": {}, "secrets": {}}
    budget: CallBudget = store.add("acme", **values, credentials={}).call_budget  # type: ignore[arg-type]

    budget.report(ORG, 1, 2)
    assert budget.reserve(ORG, 5) == 1
