"""App profiles: settings stored once, used by many connections, changed for all of them."""

from typing import Any

import pytest
from host.store_places import OpenStore

from connector_host.errors import BadInput, NameTaken, StillUsed, UnknownName
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.app_profiles import AppProfile
from connector_host.store.connection_store import ConnectionStore

REDIRECT = "http://127.0.0.1:8910/callback"


@pytest.fixture
def runner(registry: Registry, store: ConnectionStore) -> Runner:
    return Runner(registry, store)


@pytest.fixture
def app(store: ConnectionStore) -> AppProfile:
    return store.apps.add(
        "ours", connector="echo", settings={"volume": 3}, secrets={"token": "hush-hush"}
    )


def test_a_connection_has_the_profiles_settings_among_its_own(
    runner: Runner, store: ConnectionStore, app: AppProfile
) -> None:
    runner.connect("acme", "echo", "token", {"room": "open"}, app="ours")

    stored = store.get("acme")
    assert stored.settings == {"volume": 3, "token": "hush-hush", "room": "open"}
    assert stored.own_settings == {"room": "open"}
    assert stored.plain_settings == {"volume": 3, "room": "open"}
    assert stored.app == "ours"
    assert runner.run("acme", "say", {"text": "hi"})["output"]["heard"] == 1


def test_changed_secret_applies_to_the_next_call_of_all(
    runner: Runner, store: ConnectionStore, open_store: OpenStore, app: AppProfile
) -> None:
    """Also in another process, and for one that was marked because of the old secret."""
    for name in ("one", "two"):
        runner.connect(name, "echo", "token", {"room": name}, app="ours")
    store.get("one").mark("invalid_client", "The secret is another.")
    other = open_store().get("two")

    store.apps.rotate("ours", {"token": "new"})

    assert {connection.settings["token"] for connection in store.list()} == {"new"}
    assert store.get("one").needs_sign_in is None
    with other.lock():
        assert other.settings["token"] == "new"


def test_two_auth_methods_share_one_profile(runner: Runner, store: ConnectionStore) -> None:
    store.apps.add("rooms", connector="echo", settings={"room": "open"}, secrets={})

    runner.connect("one", "echo", "token", {"token": "t"}, app="rooms")
    begun = runner.begin("two", "echo", "browser", {}, REDIRECT, app="rooms")
    assert begun.url.startswith("https://open.example.com/")
    runner.finish(begun.ticket, f"{REDIRECT}?code=c&state=right")

    assert store.apps.users_of("rooms") == ["one", "two"]
    assert store.get("two").settings == {"room": "open"}


def test_new_sign_in_does_not_change_the_profile(
    runner: Runner, store: ConnectionStore, app: AppProfile
) -> None:
    runner.connect("acme", "echo", "token", {"room": "open"}, app="ours")

    runner.reconnect("acme", {"room": "new"})

    assert store.get("acme").own_settings == {"room": "new"}
    assert store.get("acme").settings["token"] == "hush-hush"


@pytest.mark.parametrize(
    ("settings", "profile", "error", "message"),
    [
        ({"room": "x"}, "oours", UnknownName, "no app profile 'oours'. Did you mean 'ours'?"),
        ({"room": "x", "token": "t"}, "ours", BadInput, "already sets 'token'"),
        ({}, "ours", BadInput, "form lacks 'room'"),
        ({"room": "nowhere"}, "ours", Exception, "There is no room 'nowhere'"),
        ({"room": "x"}, "others", BadInput, "is for other, not for echo"),
    ],
)
def test_refuses_a_profile_that_does_not_fit(
    runner: Runner,
    store: ConnectionStore,
    app: AppProfile,
    settings: dict[str, Any],
    profile: str,
    error: type[Exception],
    message: str,
) -> None:
    store.apps.add("others", connector="other", settings={}, secrets={"token": "t"})

    with pytest.raises(error, match=message):
        runner.connect("acme", "echo", "token", settings, app=profile)
    assert store.list() == []


def test_profile_in_use_is_not_removed(
    runner: Runner, store: ConnectionStore, app: AppProfile
) -> None:
    runner.connect("acme", "echo", "token", {"room": "open"}, app="ours")

    with pytest.raises(StillUsed, match="is used by acme"):
        store.apps.remove("ours")
    store.remove("acme")
    store.apps.remove("ours")

    assert store.apps.list() == []


def test_key_of_a_profile_cannot_change(store: ConnectionStore, app: AppProfile) -> None:
    """Credentials belong to the app that issued them: another app would make them invalid."""
    with pytest.raises(BadInput, match="'volume' is no secret of the app profile 'ours'"):
        store.apps.rotate("ours", {"volume": 4, "token": "x"})
    assert store.apps.get("ours").settings == {"volume": 3, "token": "hush-hush"}


def test_names_are_unique_and_checked(store: ConnectionStore, app: AppProfile) -> None:
    with pytest.raises(NameTaken, match="There already is an app profile 'ours'"):
        store.apps.add("ours", connector="echo", settings={}, secrets={})
    with pytest.raises(BadInput, match="cannot be the name of an app profile"):
        store.apps.add("a/b", connector="echo", settings={}, secrets={})


def test_shows_no_secret(app: AppProfile) -> None:
    assert "hush" not in repr(app)
