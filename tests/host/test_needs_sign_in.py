"""A connection that a person must sign in to again: marked once, for all, until that is done."""

import asyncio
from typing import Any

import pytest
from host.store_places import OpenStore

from connector_host.errors import NeedsSignIn
from connector_host.hookspecs import ConnectorError
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore

SETTINGS = {"room": "open", "token": "t"}


@pytest.fixture
def runner(registry: Registry, store: ConnectionStore) -> Runner:
    runner = Runner(registry, store)
    runner.connect("acme", "echo", "token", SETTINGS)
    return runner


def meet_unauthorized(runner: Runner, connection: Any = "acme") -> None:
    with pytest.raises(Exception, match="Too loud") as caught:
        runner.run(connection, "shout", {"kind": "unauthorized"})
    assert not isinstance(caught.value, NeedsSignIn)


def test_later_runs_fail_without_a_call(
    runner: Runner, store: ConnectionStore, open_store: OpenStore, registry: Registry
) -> None:
    """Also on an event loop, in another process, and for what is not a run."""
    meet_unauthorized(runner)
    elsewhere = Runner(registry, open_store())

    for call in (
        lambda: runner.run("acme", "say", {"text": "hi"}),
        lambda: asyncio.run(runner.run_async("acme", "say", {"text": "hi"})),
        lambda: runner.options("acme", "rooms"),
        lambda: runner.schema("acme", "say", {}),
        lambda: elsewhere.run("acme", "say", {"text": "hi"}),
    ):
        with pytest.raises(
            NeedsSignIn, match=r"since 20.*: Too loud. Whisper. Reconnect"
        ) as caught:
            call()
        assert isinstance(caught.value, ConnectorError)
        assert (caught.value.kind, caught.value.reason_code) == ("unauthorized", "ECHO")
        assert caught.value.sent is False
    assert store.get("acme").credentials == {}  # the tiny connector counts what it hears


@pytest.mark.parametrize("kind", ["rejected", "forbidden", "retryable", "bad_reply", "bug"])
def test_other_errors_set_no_mark(runner: Runner, store: ConnectionStore, kind: str) -> None:
    with pytest.raises(Exception, match=r"Too loud|zero"):
        runner.run("acme", "shout", {"kind": kind})

    assert store.get("acme").needs_sign_in is None


def test_marks_on_an_event_loop_and_from_choices_and_tests_too(
    runner: Runner, store: ConnectionStore
) -> None:
    with pytest.raises(Exception, match="Too loud"):
        asyncio.run(runner.run_async("acme", "shout", {"kind": "unauthorized"}))
    runner.connect("two", "echo", "token", {"room": "revoked", "token": "t"})
    runner.connect("three", "echo", "token", {"room": "revoked", "token": "t"})
    with pytest.raises(Exception, match="taken back"):
        runner.options("two", "rooms")
    with pytest.raises(Exception, match="taken back"):
        runner.test("three")

    marks = [connection.needs_sign_in for connection in store.list()]
    assert [mark.code for mark in marks if mark] == ["ECHO"] * 3


def test_marked_connection_is_tested_and_success_clears_the_mark(
    runner: Runner, store: ConnectionStore
) -> None:
    meet_unauthorized(runner)

    assert runner.test("acme")["ok"]

    assert store.get("acme").needs_sign_in is None
    assert runner.run("acme", "say", {"text": "hi"})["output"]["heard"] == 1


def test_a_test_that_fails_because_a_person_must_sign_in_marks_it(
    runner: Runner, store: ConnectionStore
) -> None:
    """A report is no error, but it marks the connection as an error does."""
    runner.connect("three", "echo", "token", {"room": "changed locks", "token": "t"})

    assert not runner.test("three")["ok"]

    needed = store.get("three").needs_sign_in
    assert needed is not None
    assert (needed.code, needed.reason) == ("NO_KEY", "No key. Get one.")
    with pytest.raises(NeedsSignIn, match=r"No key\. Get one\."):
        runner.run("three", "say", {"text": "hi"})


def test_a_test_that_fails_for_another_reason_marks_nothing(
    runner: Runner, store: ConnectionStore
) -> None:
    runner.connect("shut", "echo", "token", {"room": "locked", "token": "t"})

    assert not runner.test("shut")["ok"]

    assert store.get("shut").needs_sign_in is None


def test_failed_test_keeps_the_mark(runner: Runner, store: ConnectionStore) -> None:
    runner.connect("shut", "echo", "token", {"room": "locked", "token": "t"})
    meet_unauthorized(runner, "shut")

    assert not runner.test("shut")["ok"]

    assert store.get("shut").needs_sign_in is not None


def test_explaining_sends_nothing_and_needs_no_sign_in(runner: Runner) -> None:
    meet_unauthorized(runner)

    assert runner.run("acme", "say", {"text": "hi"}, explain=True)["output"]["calls"]


def test_new_sign_in_clears_the_mark(runner: Runner, store: ConnectionStore) -> None:
    meet_unauthorized(runner)

    runner.reconnect("acme", SETTINGS)

    assert runner.run("acme", "say", {"text": "hi"})["output"]["heard"] == 1


def test_new_credentials_clear_the_mark(runner: Runner, store: ConnectionStore) -> None:
    """Another process may have renewed while this one was refused."""
    meet_unauthorized(runner)

    store.get("acme").save({"heard": 5})

    assert runner.run("acme", "say", {"text": "hi"})["output"]["heard"] == 6


def test_failure_with_old_credentials_does_not_mark_new_ones(
    runner: Runner, store: ConnectionStore
) -> None:
    """A call that was under way while somebody signed in again says nothing of the new sign-in."""
    under_way = store.get("acme")
    runner.reconnect("acme", SETTINGS)

    meet_unauthorized(runner, under_way)

    assert store.get("acme").needs_sign_in is None


def test_old_connection_object_rereads_the_mark(runner: Runner, store: ConnectionStore) -> None:
    """An engine may use a connection object for hours."""
    meet_unauthorized(runner)
    old = store.get("acme")
    runner.reconnect("acme", SETTINGS)

    assert runner.run(old, "say", {"text": "hi"})["output"]["heard"] == 1


def test_polling_is_rejected_too(runner: Runner, store: ConnectionStore) -> None:
    stored = store.get("acme")
    store.triggers.add("t", connection_id=stored.id, trigger="said", inputs={"sentence": "a b"})
    meet_unauthorized(runner)

    with pytest.raises(NeedsSignIn):
        runner.poll(store.triggers.get("t"), print)
    assert store.triggers.get("t").cursor is None
