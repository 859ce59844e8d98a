"""Pushed events: stored before the service is answered, delivered once, whatever fails between."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from host.connector_site import Site
from host.store_places import OpenStore, RunSql

from connector_host.errors import BadInput, StoreDamaged, TooManyWaitingEvents, UnknownName
from connector_host.hookspecs import WebhookRequest
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.received_events import MAX_AGE, ReceivedEvents
from connector_host.store.triggers import Trigger

BELL = """
import pluggy

hookimpl = pluggy.HookimplMarker("workflow_connectors")
PART = {"title": "Part", "description": "A part.", "input": {"type": "object"}, "output": {}}
MANIFEST = {
    "manifest_version": 1, "name": "bell", "title": "Bell", "version": "1", "description": "Rings.",
    "auth_methods": [{"name": "none", "type": "none", "title": "None", "description": "None.",
                      "interactive": False, "schema": {"type": "object"}}],
    "actions": [],
    "triggers": [{**PART, "name": "rung", "delivery": "webhook"}, {**PART, "name": "polled"}],
}


class Bell:
    contract_version = 1

    @hookimpl
    def connector_manifest(self):
        return MANIFEST

    @hookimpl
    def receive_webhook(self, connector, trigger, connection, request):
        if connector != "bell" or trigger != "rung":
            return None
        events = [{"id": name, "tone": "s3cret"} for name in request["body"].decode().split()]
        return {"events": events, "response": {"status": 200, "headers": {}, "body": "ok"}}


plugin = Bell()
"""


@pytest.fixture
def bells(site: Site) -> Registry:
    site.module("bell_plugin", BELL)
    site.install("bell-connector", {"workflow_connectors": {"bell": "bell_plugin:plugin"}})
    return site.load()


@pytest.fixture
def runner(bells: Registry, store: ConnectionStore) -> Runner:
    runner = Runner(bells, store)
    runner.connect("acme", "bell", "none", {})
    return runner


@pytest.fixture
def rung(runner: Runner, store: ConnectionStore) -> Trigger:
    stored = runner.check_trigger("acme", "rung", {})
    return store.triggers.add("rings", connection_id=stored.id, trigger="rung", inputs={})


def push(*ids: str) -> WebhookRequest:
    return {"method": "POST", "headers": {}, "query": "", "body": " ".join(ids).encode()}


def ids_of(events: list[Any]) -> list[str]:
    return [event["id"] for event in events]


def test_polled_trigger_receives_no_requests(runner: Runner, store: ConnectionStore) -> None:
    stored = runner.check_trigger("acme", "polled", {})
    polled = store.triggers.add("p", connection_id=stored.id, trigger="polled", inputs={})

    with pytest.raises(BadInput, match="receives no requests"):
        runner.receive_webhook(polled, push("a"))


def test_no_event_is_stored_at_the_limit(store: ConnectionStore, rung: Trigger) -> None:
    """The request that reaches the bound is stored whole; what it had is confirmed if repeated."""
    received = ReceivedEvents(store._database, store.sealer, max_waiting=3)
    received.add(rung.id, [{"id": "a"}, {"id": "b"}])
    received.add(rung.id, [{"id": "c"}, {"id": "d"}])

    with pytest.raises(TooManyWaitingEvents) as error:
        received.add(rung.id, [{"id": "d"}, {"id": "e"}])
    assert (error.value.kind, error.value.retry_after) == ("retryable", 60.0)
    assert received.add(rung.id, [{"id": "a"}, {"id": "d"}]) == 0
    waiting = received.list_waiting(rung.id, 9)
    assert ids_of([item.event for item in waiting]) == ["a", "b", "c", "d"]


def test_delivered_events_make_room(store: ConnectionStore, rung: Trigger) -> None:
    received = ReceivedEvents(store._database, store.sealer, max_waiting=1)
    received.add(rung.id, [{"id": "a"}])
    received.mark_delivered([item.row_id for item in received.list_waiting(rung.id, 9)])

    assert received.add(rung.id, [{"id": "b"}]) == 1


def test_the_bound_is_one_triggers_own(store: ConnectionStore, rung: Trigger) -> None:
    connection = store.get(rung.connection)
    other = store.triggers.add("other", connection_id=connection.id, trigger="rung", inputs={})
    received = ReceivedEvents(store._database, store.sealer, max_waiting=1)
    received.add(rung.id, [{"id": "a"}])

    assert received.add(other.id, [{"id": "a"}]) == 1


def test_undelivered_pushed_events_are_delivered_again(runner: Runner, rung: Trigger) -> None:
    runner.receive_webhook(rung, push("a", "b"))

    def fail(_events: list[Any]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runner.deliver(rung, fail)
    handed: list[Any] = []

    assert runner.deliver(rung, handed.extend) == 2
    assert ids_of(handed) == ["a", "b"]


def test_repeated_event_is_delivered_once(runner: Runner, rung: Trigger) -> None:
    """Before it was delivered, after it, and twice in one request."""
    handed: list[Any] = []
    runner.receive_webhook(rung, push("a", "a", "b"))
    runner.receive_webhook(rung, push("b", "c"))
    runner.deliver(rung, handed.extend)

    answer = runner.receive_webhook(rung, push("c", "a", "d"))
    runner.deliver(rung, handed.extend)

    assert answer["body"] == "ok"
    assert ids_of(handed) == ["a", "b", "c", "d"]


def test_events_outlive_the_process_that_received_them(
    runner: Runner, bells: Registry, open_store: OpenStore, rung: Trigger
) -> None:
    """It was killed between storing them and answering, so the service sends them again."""
    runner.receive_webhook(rung, push("a", "b"))

    other = open_store()
    later = Runner(bells, other)
    later.receive_webhook(other.triggers.get("rings"), push("a", "b"))
    handed: list[Any] = []
    later.deliver(other.triggers.get("rings"), handed.extend)

    assert ids_of(handed) == ["a", "b"]
    assert runner.deliver(rung, handed.extend) == 0


def test_many_events_are_delivered_in_order(runner: Runner, rung: Trigger) -> None:
    names = [f"{number:04}" for number in range(1_203)]
    for start in range(0, len(names), 401):
        runner.receive_webhook(rung, push(*names[start : start + 401]))
    handed: list[list[str]] = []

    assert runner.deliver(rung, lambda events: handed.append(ids_of(events))) == len(names)
    assert [name for some in handed for name in some] == names
    assert max(map(len, handed)) <= 500


def test_concurrent_pushes_store_each_event_once(
    runner: Runner, bells: Registry, open_store: OpenStore, rung: Trigger
) -> None:
    """Two processes take the same notifications at once, as behind a load balancer."""
    stores = [open_store(), open_store()]

    def push_all(number: int) -> None:
        own = stores[number % 2]
        trigger = own.triggers.get("rings")
        for name in "abcdefgh":
            Runner(bells, own).receive_webhook(trigger, push(name, f"{name}2"))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(push_all, range(4)))
    handed: list[Any] = []
    runner.deliver(rung, handed.extend)

    assert sorted(ids_of(handed)) == sorted([*"abcdefgh", *(f"{name}2" for name in "abcdefgh")])


def test_event_id_is_stored_for_two_days(store: ConnectionStore, rung: Trigger) -> None:
    time = 1_000_000.0
    received = ReceivedEvents(store._database, store.sealer, clock=lambda: time)

    def receive_and_deliver() -> int:
        new = received.add(rung.id, [{"id": "a"}])
        received.mark_delivered([item.row_id for item in received.list_waiting(rung.id, 9)])
        return new

    assert receive_and_deliver() == 1
    time += MAX_AGE - 1
    assert receive_and_deliver() == 0
    time += 2
    assert receive_and_deliver() == 1


def test_waiting_event_does_not_expire(store: ConnectionStore, rung: Trigger) -> None:
    time = 1_000_000.0
    received = ReceivedEvents(store._database, store.sealer, clock=lambda: time)
    received.add(rung.id, [{"id": "a"}])
    time += 10 * MAX_AGE
    received.add(rung.id, [{"id": "b"}])

    assert [item.event["id"] for item in received.list_waiting(rung.id, 9)] == ["a", "b"]


def test_events_are_sealed_and_forgotten_once_delivered(
    runner: Runner, rung: Trigger, run_sql: RunSql
) -> None:
    runner.receive_webhook(rung, push("a"))
    assert "s3cret" not in str(run_sql("SELECT * FROM received_events"))

    runner.deliver(rung, lambda _: None)

    assert run_sql("SELECT event FROM received_events") == [(None,)]


def test_an_event_of_another_row_is_refused(runner: Runner, rung: Trigger, run_sql: RunSql) -> None:
    """Who can write to the database without a key cannot replace one event with another."""
    runner.receive_webhook(rung, push("a", "b"))
    (first, second) = run_sql("SELECT event FROM received_events ORDER BY position")
    run_sql(f"UPDATE received_events SET event = '{first[0]}' WHERE event = '{second[0]}'")  # noqa: S608

    with pytest.raises(StoreDamaged):
        runner.deliver(rung, lambda _: None)


def test_changed_trigger_stores_no_events(
    runner: Runner, store: ConnectionStore, rung: Trigger, run_sql: RunSql
) -> None:
    """Pointed at another connection, it would take that one's events for its own."""
    runner.connect("other", "bell", "none", {})
    other = store.get("other").id
    run_sql(f"UPDATE triggers SET connection_id = '{other}'")  # noqa: S608

    changed = store.triggers.find_by_id(rung.id)
    assert changed is not None
    with pytest.raises(StoreDamaged):
        runner.receive_webhook(changed, push("a"))
    with pytest.raises(StoreDamaged):
        runner.deliver(changed, lambda _: None)


def test_events_survive_a_new_key_and_go_with_their_trigger(
    runner: Runner, store: ConnectionStore, rung: Trigger, run_sql: RunSql
) -> None:
    runner.receive_webhook(rung, push("a"))
    store.sealer.rotate()
    runner.receive_webhook(rung, push("b"))  # by an object that was read before
    handed: list[Any] = []
    runner.deliver(rung, handed.extend)
    assert ids_of(handed) == ["a", "b"]

    store.triggers.remove("rings")
    assert run_sql("SELECT id FROM received_events") == []
    with pytest.raises(UnknownName, match="removed"):
        runner.receive_webhook(rung, push("b"))


def test_a_service_does_not_wait_for_a_slow_consumer(runner: Runner, rung: Trigger) -> None:
    """While events are handed on, others are stored and answered."""
    runner.receive_webhook(rung, push("a"))
    handed: list[Any] = []

    def hand_on(events: list[Any]) -> None:
        if not handed:
            assert runner.receive_webhook(rung, push("a", "b"))["body"] == "ok"
        handed.extend(events)

    assert runner.deliver(rung, hand_on) == 2
    assert ids_of(handed) == ["a", "b"]
