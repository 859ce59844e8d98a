"""Triggers: what is handed on, and when it is stored how far they have come."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from host.store_places import OpenStore

from connector_host.access import Principal
from connector_host.errors import BadInput, NameTaken, NotAllowed, UnknownName
from connector_host.manifest import check_source
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.runner.trigger_runner import PollResult
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.triggers import Trigger

SETTINGS = {"room": "open", "token": "t"}
SENTENCE = {"sentence": "a b c d e"}


@pytest.fixture
def runner(registry: Registry, store: ConnectionStore) -> Runner:
    runner = Runner(registry, store)
    runner.connect("acme", "echo", "token", SETTINGS)
    return runner


@pytest.fixture
def words(runner: Runner, store: ConnectionStore) -> Trigger:
    stored = runner.check_trigger("acme", "said", SENTENCE)
    return store.triggers.add("words", connection_id=stored.id, trigger="said", inputs=SENTENCE)


def test_gives_each_event_once_and_says_whether_there_are_more(
    runner: Runner, store: ConnectionStore, words: Trigger
) -> None:
    handed: list[Any] = []

    polled = [runner.poll(words, handed.extend) for _ in range(4)]

    assert [event["word"] for event in handed] == ["a", "b", "c", "d", "e"]
    assert polled == [
        PollResult(2, True),
        PollResult(2, True),
        PollResult(1, False),
        PollResult(0, False),
    ]
    assert store.triggers.get("words").cursor == {"word": 5}


def test_warnings_of_a_poll_are_returned(runner: Runner, words: Trigger) -> None:
    assert runner.poll(words, print).warnings == ()
    words.save({"word": 9})

    assert runner.poll(words, print).warnings == (
        "The sentence was shortened: words may be missed.",
    )


def test_cursor_is_stored_after_the_delivery(
    runner: Runner, store: ConnectionStore, open_store: OpenStore, words: Trigger
) -> None:
    """What was handed on by a call that failed comes again."""
    other = open_store()

    def fail(_: list[Any]) -> None:
        assert other.triggers.get("words").cursor is None
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runner.poll(words, fail)
    assert store.triggers.get("words").cursor is None
    again: list[Any] = []
    runner.poll(words, again.extend)

    assert [event["id"] for event in again] == [0, 1]


def test_poll_continues_from_another_process(
    runner: Runner, registry: Registry, open_store: OpenStore, words: Trigger
) -> None:
    """An old object of it does not begin anew."""
    other = open_store()
    Runner(registry, other).poll(other.triggers.get("words"), lambda _: None)
    handed: list[Any] = []

    runner.poll(words, handed.extend)

    assert [event["word"] for event in handed] == ["c", "d"]


def test_two_concurrent_polls_deliver_nothing_twice(
    runner: Runner, registry: Registry, open_store: OpenStore, words: Trigger
) -> None:
    """The second waits until the first has stored how far it came."""
    handed: list[Any] = []
    first_hands_on, go_on = threading.Event(), threading.Event()
    other = open_store()

    def slowly(events: list[Any]) -> None:
        first_hands_on.set()
        go_on.wait()
        handed.extend(events)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(runner.poll, words, slowly)
        first_hands_on.wait()
        second = threads.submit(
            Runner(registry, other).poll, other.triggers.get("words"), handed.extend
        )
        go_on.set()
        first.result()
        second.result()

    assert [event["word"] for event in handed] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("connection", "trigger", "inputs", "message"),
    [
        ("acmee", "said", SENTENCE, "no connection 'acmee'. Did you mean 'acme'?"),
        ("acme", "siad", SENTENCE, "no trigger 'siad'. Did you mean 'said'?"),
        ("acme", "said", {}, "input lacks 'sentence'"),
        ("acme", "said", {"sentence": 1}, "sentence must be a string"),
    ],
)
def test_rejects_invalid_settings_before_storing_them(
    runner: Runner, connection: str, trigger: str, inputs: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        runner.check_trigger(connection, trigger, inputs)


def test_limits_need_access_to_the_connection(
    runner: Runner, store: ConnectionStore, words: Trigger
) -> None:
    anns = runner.acting_for(Principal("ann")).connect("anns", "echo", "token", SETTINGS)
    hers = store.triggers.add("hers", connection_id=anns.id, trigger="said", inputs=SENTENCE)

    with pytest.raises(NotAllowed):
        runner.poll(hers, print)
    assert runner.acting_for(Principal("ann")).poll(hers, lambda _: None).events == 2


def test_names_are_unique_and_go_with_the_connection(
    store: ConnectionStore, words: Trigger
) -> None:
    stored = store.get("acme")
    with pytest.raises(NameTaken, match="There already is a trigger 'words'"):
        store.triggers.add("words", connection_id=stored.id, trigger="said", inputs={})
    with pytest.raises(UnknownName, match="Did you mean 'words'"):
        store.triggers.get("wrods")

    store.rename("acme", "new")
    assert store.triggers.get("words").connection == "new"
    store.remove("new")

    assert store.triggers.list() == []
    with pytest.raises(UnknownName, match="has been removed"):
        words.save({})
    with pytest.raises(UnknownName, match="has been removed"), words.lock():
        pass


def test_options_are_paged_and_searched(runner: Runner) -> None:
    first = runner.options("acme", "rooms")
    second = runner.options("acme", "rooms", page=first["next_page"])

    assert [option["value"] for option in first["options"] + second["options"]] == [
        "attic",
        "cellar",
        "hall",
    ]
    assert second["next_page"] is None
    assert runner.options("acme", "rooms", search="ha")["options"] == [
        {"value": "hall", "label": "Hall"}
    ]


def test_a_source_that_no_field_has_is_refused(runner: Runner) -> None:
    with pytest.raises(UnknownName, match="no source of options 'romos'"):
        runner.options("acme", "romos")


def test_a_source_that_the_manifest_lists_need_be_named_by_no_field() -> None:
    """Fields that only a resolved schema has, such as an object's own, name it."""
    manifest: dict[str, Any] = {
        "actions": [],
        "triggers": [],
        "option_sources": [{"name": "live", "size": "large"}],
    }

    check_source(manifest, "live")

    with pytest.raises(UnknownName, match="Did you mean 'live'"):
        check_source(manifest, "lvie")


def test_a_schema_follows_the_inputs_chosen_so_far(runner: Runner) -> None:
    """Incomplete inputs are what a builder has while they fill a form in."""
    assert runner.schema("acme", "say", {"tone": "loud"})["input"]["tone"] == {"const": "loud"}
    with pytest.raises(UnknownName, match="Did you mean 'say'"):
        runner.schema("acme", "sya", {})


def test_a_schema_for_a_misspelt_input_is_refused(runner: Runner) -> None:
    """Otherwise the published schema would be returned, as if nothing were chosen."""
    with pytest.raises(BadInput) as caught:
        runner.schema("acme", "say", {"tnoe": "loud"})
    assert caught.value.fields == ("$",)

    incomplete = runner.schema("acme", "say", {"times": 0})  # not checked: a builder is typing
    assert incomplete["input"]["required"] == ["text"]


def test_a_trigger_has_schemas_too(runner: Runner) -> None:
    with pytest.raises(UnknownName, match="said"):
        runner.schema("acme", "siad", {})
