"""What was run on a store and how it ended, and each connection's last test."""

import asyncio
from typing import Any

import pytest

from connector_host.errors import BadInput
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.run_history import RunHistory


@pytest.fixture
def runner(registry: Registry, store: ConnectionStore) -> Runner:
    runner = Runner(registry, store)
    runner.connect("acme", "echo", "token", {"room": "hall", "token": "t0ken"})
    return runner


def test_a_failed_run_is_recorded_by_its_error(runner: Runner, store: ConnectionStore) -> None:
    with pytest.raises(Exception, match="Too loud"):
        runner.run("acme", "shout", {"kind": "retryable"})

    (run,) = store.history.runs()
    assert (run.connection, run.action, run.outcome) == ("acme", "shout", "ECHO")
    assert "Too loud" in run.message
    assert run.calls is None


def test_a_bug_is_recorded_without_its_message(runner: Runner, store: ConnectionStore) -> None:
    """A message of a bug may hold anything, an input among it."""
    with pytest.raises(ZeroDivisionError):
        runner.run("acme", "shout", {"kind": "bug"})

    (run,) = store.history.runs()
    assert (run.outcome, run.message) == ("ZeroDivisionError", "")


def test_run_that_sends_nothing_is_not_recorded(runner: Runner, store: ConnectionStore) -> None:
    runner.run("acme", "say", {"text": "hello"}, explain=True)
    with pytest.raises(BadInput):
        runner.run("acme", "say", {})

    assert store.history.runs() == []


def test_runs_come_newest_first_and_page_by_page(runner: Runner, store: ConnectionStore) -> None:
    for _ in range(5):
        runner.run("acme", "say", {"text": "hello"})

    first = store.history.runs(newest=2)
    rest = store.history.runs(newest=10, before=first[-1].id)

    assert len(rest) == 3
    ids = [run.id for run in (*first, *rest)]
    assert ids == sorted(ids, reverse=True)
    assert all(run.outcome == "ok" for run in rest)


def test_an_async_run_is_recorded(runner: Runner, store: ConnectionStore) -> None:
    asyncio.run(runner.run_async("acme", "say", {"text": "hello"}))

    (run,) = store.history.runs(failed=False)
    assert run.action == "say"
    assert run.calls == 0


def test_runs_follow_the_name_of_their_connection(runner: Runner, store: ConnectionStore) -> None:
    runner.run("acme", "say", {"text": "hello"})
    store.rename("acme", "acme-2")

    assert [run.connection for run in store.history.runs()] == ["acme-2"]
    assert store.history.runs(connections=["acme"]) == []


def test_the_last_test_is_stored_until_the_settings_change(
    runner: Runner, store: ConnectionStore
) -> None:
    runner.test("acme")
    connection = store.get("acme")

    report = store.history.last_tests()[connection.id]
    assert report["ok"]
    assert [check["id"] for check in report["checks"]] == ["door", "window"]

    runner.reconnect("acme", {"room": "attic", "token": "t0ken"})
    assert store.history.last_tests() == {}


def test_a_removed_connection_leaves_no_test(runner: Runner, store: ConnectionStore) -> None:
    runner.test("acme")
    store.remove("acme")

    assert store.history.last_tests() == {}


def test_limits_are_recorded_where_the_service_says_them(store: ConnectionStore) -> None:
    usage: dict[str, Any] = {"calls": 2, "limit_used": 40, "limit_max": 100, "limit_left": 60}
    store.history.record_run("ann", "acme", "say", outcome="ok", seconds=0.5, usage=usage)
    store.history.record_run("", "acme", "say", outcome="ok", seconds=0.5, usage=None)

    (point,) = store.history.limit_points()["acme"]
    assert (point.used, point.max) == (40, 100)
    last, calls = store.history.use_by_connection()["acme"]
    assert calls == 2
    assert last >= point.at


def test_oldest_runs_are_deleted(store: ConnectionStore) -> None:
    for _ in range(3):
        store.history.record_run("", "acme", "say", outcome="ok", seconds=0.0)
    bounded = RunHistory(store._database, max_runs=2)
    bounded.record_run("", "acme", "last", outcome="ok", seconds=0.0)

    assert [run.action for run in store.history.runs()] == ["last", "say"]
