"""The service's calls a day, shared by all processes of a store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from host.store_workers import Worker, reserve_all

from connector_host.hookspecs import CallBudget
from connector_host.store.call_budget import WINDOW, StoreCallBudget
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


def test_a_floor_above_what_is_left_gives_nothing(budget: StoreCallBudget) -> None:
    budget.report(ORG, 99, 100)

    assert budget.reserve(ORG, 1, floor=50) == 0


def test_a_report_counts_anew(budget: StoreCallBudget) -> None:
    budget.report(ORG, 0, 10)
    budget.reserve(ORG, 10)
    budget.report(ORG, 7, 10)

    assert budget.reserve(ORG, 10) == 3
    state = budget.state(ORG)
    assert state is not None
    assert (state.used, state.maximum, state.reserved, state.left) == (7, 10, 3, 0)


def test_accounts_have_quotas_of_their_own(budget: StoreCallBudget) -> None:
    budget.report(ORG, 100, 100)

    assert budget.reserve("another", 5) == 5
    assert budget.state("another") is None


def test_a_report_of_a_day_ago_counts_no_longer(budget: StoreCallBudget, clock: Clock) -> None:
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


def test_connections_of_a_store_have_it(store: ConnectionStore) -> None:
    values = {"connector": "echo", "method": "token", "settings": {}, "secrets": {}}
    budget: CallBudget = store.add("acme", **values, credentials={}).call_budget  # type: ignore[arg-type]

    budget.report(ORG, 1, 2)
    assert budget.reserve(ORG, 5) == 1
