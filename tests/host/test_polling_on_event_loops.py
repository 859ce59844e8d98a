"""Polling from an event loop: as from threads, and a cancelled poll leaves nothing locked."""

import asyncio
from typing import Any

import pytest
from host.connector_site import Site

from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.runner.trigger_runner import PollResult
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.triggers import Trigger

SENTENCE = {"sentence": "a b c"}

LOOPING = """
import asyncio
import pluggy

hookimpl = pluggy.HookimplMarker("workflow_connectors")
PART = {"title": "Part", "description": "A part.", "input": {"type": "object"}, "output": {}}
MANIFEST = {
    "manifest_version": 1, "name": "looping", "title": "Loop", "version": "1", "description": "-",
    "auth_methods": [{"name": "none", "type": "none", "title": "None", "description": "None.",
                      "interactive": False, "schema": {"type": "object"}}],
    "actions": [],
    "triggers": [{**PART, "name": "ticked"}],
}


class Gone(Exception):
    kind, code, remedy, status, retry_after, fields, sent = (
        "unauthorized", "GONE", "", None, None, (), False)


class Looping:
    contract_version = 1

    @hookimpl
    def connector_manifest(self):
        return MANIFEST

    @hookimpl
    def poll_trigger_async(self, connector, trigger, connection, inputs, cursor):
        if connector != "looping":
            return None

        async def poll():
            await asyncio.sleep(0)
            if inputs.get("gone"):
                raise Gone("The sign-in is gone.")
            number = (cursor or {"number": 0})["number"] + 1
            return {"events": [{"id": number}], "cursor": {"number": number}, "more": False}

        return poll()


plugin = Looping()
"""


@pytest.fixture
def looping(site: Site, store: ConnectionStore) -> Runner:
    site.module("looping_plugin", LOOPING)
    site.install("looping-connector", {"workflow_connectors": {"looping": "looping_plugin:plugin"}})
    runner = Runner(site.load(), store)
    runner.connect("acme", "looping", "none", {})
    return runner


def add(runner: Runner, store: ConnectionStore, trigger: str, inputs: dict[str, Any]) -> Trigger:
    stored = runner.check_trigger("acme", trigger, inputs)
    return store.triggers.add("t", connection_id=stored.id, trigger=trigger, inputs=inputs)


@pytest.fixture
def words(registry: Registry, store: ConnectionStore) -> tuple[Runner, Trigger]:
    """Of the tiny connector, which polls in threads alone."""
    runner = Runner(registry, store)
    runner.connect("acme", "echo", "token", {"room": "open", "token": "t"})
    return runner, add(runner, store, "said", SENTENCE)


def test_undelivered_events_are_delivered_again(looping: Runner, store: ConnectionStore) -> None:
    trigger = add(looping, store, "ticked", {})

    async def fail(_events: list[Any]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(looping.poll_async(trigger, fail))
    assert store.triggers.get("t").cursor is None


def test_ended_authorization_marks_the_connection(looping: Runner, store: ConnectionStore) -> None:
    trigger = add(looping, store, "ticked", {"gone": True})

    async def nothing(_events: list[Any]) -> None: ...

    with pytest.raises(Exception, match="gone"):
        asyncio.run(looping.poll_async(trigger, nothing))
    needed = store.get("acme").needs_sign_in
    assert needed is not None
    assert needed.code == "GONE"


def test_polls_by_the_async_hook(looping: Runner, store: ConnectionStore) -> None:
    trigger = add(looping, store, "ticked", {})
    handed: list[Any] = []

    async def keep(events: list[Any]) -> None:
        handed.extend(events)

    async def twice() -> list[PollResult]:
        return [await looping.poll_async(trigger, keep) for _ in range(2)]

    assert asyncio.run(twice()) == [PollResult(1, False), PollResult(1, False)]
    assert handed == [{"id": 1}, {"id": 2}]
    assert store.triggers.get("t").cursor == {"number": 2}


def test_a_connector_without_the_async_hook_polls_in_a_thread(
    words: tuple[Runner, Trigger],
) -> None:
    runner, trigger = words
    handed: list[Any] = []

    async def keep(events: list[Any]) -> None:
        handed.extend(events)

    async def drain() -> None:
        while (await runner.poll_async(trigger, keep)).more:
            pass

    asyncio.run(drain())
    assert [event["word"] for event in handed] == ["a", "b", "c"]


def test_concurrent_polls_deliver_nothing_twice(looping: Runner, store: ConnectionStore) -> None:
    trigger = add(looping, store, "ticked", {})
    handed: list[Any] = []

    async def keep(events: list[Any]) -> None:
        await asyncio.sleep(0)
        handed.extend(events)

    async def at_once() -> None:
        own = [store.triggers.get("t") for _ in range(5)]
        await asyncio.gather(*(looping.poll_async(item, keep) for item in own))

    asyncio.run(at_once())
    assert trigger.name == "t"
    assert sorted(event["id"] for event in handed) == [1, 2, 3, 4, 5]


def test_cancelled_poll_releases_the_trigger(looping: Runner, store: ConnectionStore) -> None:
    trigger = add(looping, store, "ticked", {})
    handed: list[Any] = []

    async def keep(events: list[Any]) -> None:
        handed.extend(events)

    async def cancel_one() -> None:
        holding, go_on = asyncio.Event(), asyncio.Event()

        async def slowly(events: list[Any]) -> None:
            holding.set()
            await go_on.wait()
            handed.extend(events)

        first = asyncio.create_task(looping.poll_async(store.triggers.get("t"), slowly))
        await holding.wait()
        second = asyncio.create_task(looping.poll_async(store.triggers.get("t"), keep))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        go_on.set()
        await first
        await looping.poll_async(trigger, keep)

    asyncio.run(cancel_one())
    assert [event["id"] for event in handed] == [1, 2]
