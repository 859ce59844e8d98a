"""Connecting again without a person: the old tokens are let go of, whatever the settings are."""

from typing import Any

import pytest

from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore

SETTINGS = {"room": "open", "token": "t"}


@pytest.fixture
def runner(registry: Registry, file_store: ConnectionStore) -> Runner:
    runner = Runner(registry, file_store)
    runner.connect("acme", "echo", "token", SETTINGS)
    return runner


@pytest.fixture
def plugin(registry: Registry) -> Any:
    """The tiny connector, which remembers what it closed and ended."""
    result = registry.hook.connector_manifest.get_hookimpls()[0].plugin
    result.closed, result.ended = [], []
    return result


def test_a_service_that_cannot_be_reached_does_not_stop_it(
    runner: Runner, file_store: ConnectionStore, plugin: Any
) -> None:
    runner.connect("far", "echo", "token", {"room": "far", "token": "t"})
    runner.run("far", "say", {"text": "hi"})

    runner.reconnect("far", {"room": "far", "token": "t"})

    assert file_store.get("far").credentials == {}
    assert [revoke for _, revoke in plugin.closed] == [False]


def test_a_bug_of_the_connectors_is_not_hidden(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, plugin: Any
) -> None:
    monkeypatch.setattr(plugin, "ended", None)
    runner.run("acme", "say", {"text": "hi"})

    with pytest.raises(AttributeError):
        runner.reconnect("acme", SETTINGS)


def test_the_same_settings_end_the_old_tokens_and_begin_with_none(
    runner: Runner, file_store: ConnectionStore, plugin: Any
) -> None:
    """The connector ends them while it still sees them, and frees its pool when they are gone."""
    runner.run("acme", "say", {"text": "hi"})
    stored = file_store.get("acme")
    assert stored.credentials == {"heard": 1}

    runner.reconnect("acme", SETTINGS)

    assert plugin.ended == [{"heard": 1}]
    assert plugin.closed == [(stored.id, True), (stored.id, False)]
    assert file_store.get("acme").credentials == {}


def test_connection_without_credentials_revokes_nothing(runner: Runner, plugin: Any) -> None:
    runner.reconnect("acme", {**SETTINGS, "room": "other"})

    assert plugin.ended == []
