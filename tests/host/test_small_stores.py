"""Stores for hosts that have one of their own: the environment, and a secret manager."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from connector_host.access import Access, Principal
from connector_host.errors import (
    BadInput,
    NameTaken,
    NeedsSignIn,
    NotAllowed,
    SignInUnfinished,
    StoreLocked,
    UnknownName,
)
from connector_host.hookspecs import JsonObject
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.environment_store import EnvironmentStore
from connector_host.store.keys import KeyText, new_key
from connector_host.store.locks import FileLocks
from connector_host.store.secret_store import Secret, SecretStore, VersionConflict

REDIRECT = "http://127.0.0.1:8910/callback"
ACME = {"connector": "echo", "method": "token", "settings": {"room": "open", "token": "hush"}}


class FakeManager:
    """A secret manager in memory: paths, versions, and a write that compares them."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, int]] = {}
        self._one = threading.Lock()

    def read(self, path: str, /) -> Secret | None:
        if path not in self._kept:
            return None
        text, version = self._kept[path]
        return Secret(json.loads(text), version)

    def write(self, path: str, value: JsonObject, version: int, /) -> None:
        with self._one:
            if self._kept.get(path, ("", 0))[1] != version:
                raise VersionConflict
            self._kept[path] = (json.dumps(value), version + 1)

    def delete(self, path: str, /) -> None:
        self._kept.pop(path, None)

    def names(self, folder: str, /) -> list[str]:
        return [path.removeprefix(f"{folder}/") for path in self._kept if path.startswith(folder)]


class BusyManager(FakeManager):
    """One in which others always write in between."""

    def write(self, path: str, value: JsonObject, version: int, /) -> None:
        if version:
            raise VersionConflict
        super().write(path, value, version)


def environment(**connections: Any) -> EnvironmentStore:
    return EnvironmentStore(
        {
            f"CONNECTOR_HOST_CONNECTION_{name}": json.dumps(value)
            for name, value in connections.items()
        }
    )


@pytest.fixture
def manager() -> FakeManager:
    return FakeManager()


@pytest.fixture
def secrets(manager: FakeManager, tmp_path: Path) -> SecretStore:
    return SecretStore(manager, FileLocks(tmp_path / "locks").hold, KeyText(new_key()).load())


def test_runs_with_connections_of_the_environment(registry: Registry) -> None:
    """What is saved lives as long as the process, for all who get the connection."""
    store = environment(ACME=ACME, OTHER=ACME)
    runner = Runner(registry, store)

    assert runner.run("acme", "say", {"text": "hi"})["output"]["heard"] == 1
    assert runner.run(store.get("acme"), "say", {"text": "hi"})["output"]["heard"] == 2
    assert runner.test("other")["ok"]


def test_a_connection_of_the_environment_is_marked_in_memory(registry: Registry) -> None:
    runner = Runner(registry, environment(ACME=ACME))
    with pytest.raises(Exception, match="Too loud"):
        runner.run("acme", "shout", {"kind": "unauthorized"})

    with pytest.raises(NeedsSignIn):
        runner.run("acme", "say", {"text": "hi"})
    runner.test("acme")
    assert runner.run("acme", "say", {"text": "hi"})["output"]["heard"] == 1


def test_nothing_is_written_to_the_environment(registry: Registry) -> None:
    runner = Runner(registry, environment(ACME=ACME))

    for call in (
        lambda: runner.connect("new", "echo", "token", ACME["settings"]),  # type: ignore[arg-type]
        lambda: runner.reconnect("acme", ACME["settings"]),  # type: ignore[arg-type]
        lambda: runner.begin("new", "echo", "browser", {"room": "x"}, REDIRECT),
    ):
        with pytest.raises(BadInput, match="are read from environment variables here"):
            call()
    with pytest.raises(UnknownName, match="no app profile 'ours'"):
        runner.connect("new", "echo", "token", {"room": "x"}, app="ours")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"connector": "echo"}', '"hush-hush"'])
def test_invalid_variable_is_named_and_not_shown(text: str) -> None:
    with pytest.raises(BadInput, match="CONNECTOR_HOST_CONNECTION_ACME does not contain") as caught:
        EnvironmentStore({"CONNECTOR_HOST_CONNECTION_ACME": text, "HOME": "/"})
    assert "hush" not in str(caught.value)


def test_an_unknown_name_suggests_a_near_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'acme'"):
        environment(ACME=ACME).get("acmee")


def test_secret_manager_stores_the_life_of_a_connection(
    registry: Registry, secrets: SecretStore
) -> None:
    runner = Runner(registry, secrets)
    runner.connect("acme", "echo", "token", {"room": "open", "token": "hush"})
    with pytest.raises(NameTaken):
        runner.connect("acme", "echo", "token", {"room": "open", "token": "hush"})

    assert runner.run("acme", "say", {"text": "hi"})["output"]["heard"] == 1
    with pytest.raises(Exception, match="Too loud"):
        runner.run("acme", "shout", {"kind": "unauthorized"})
    with pytest.raises(NeedsSignIn):
        runner.run("acme", "say", {"text": "hi"})
    runner.reconnect("acme", {"room": "new", "token": "hush"})
    assert runner.run("acme", "say", {"text": "hi"})["output"]["heard"] == 1
    secrets.remove("acme")

    with pytest.raises(UnknownName):
        secrets.get("acme")


def test_signs_in_through_a_browser_and_takes_a_callback_once(
    registry: Registry, secrets: SecretStore
) -> None:
    runner = Runner(registry, secrets)
    begun = runner.begin("acme", "echo", "browser", {"room": "open"}, REDIRECT)
    with pytest.raises(Exception, match="state is another"):
        runner.finish(begun.ticket, f"{REDIRECT}?code=c&state=wrong")

    runner.finish(begun.ticket, f"{REDIRECT}?code=c&state=right")

    assert secrets.get("acme").credentials == {"access_token": "for c"}
    with pytest.raises(SignInUnfinished, match="already completed"):
        runner.finish(begun.ticket, f"{REDIRECT}?code=c&state=right")
    begun = runner.begin("acme", "echo", "browser", {"room": "new"}, REDIRECT, again=True)
    runner.finish(begun.ticket, f"{REDIRECT}?code=d&state=right")
    assert secrets.get("acme").settings == {"room": "new"}


def test_lock_rereads_what_was_saved_last(secrets: SecretStore) -> None:
    secrets.add("acme", connector="c", method="m", settings={}, secrets={}, credentials={})
    first, second = secrets.get("acme"), secrets.get("acme")
    first.save({"n": 1})

    with second.lock():
        assert second.credentials == {"n": 1}


def test_failure_with_old_credentials_does_not_mark_new_ones(secrets: SecretStore) -> None:
    secrets.add("acme", connector="c", method="m", settings={}, secrets={}, credentials={})
    under_way = secrets.get("acme")
    secrets.get("acme").save({"n": 1})

    under_way.mark("CODE", "why")

    assert secrets.get("acme").needs_sign_in is None


def test_a_connection_removed_meanwhile_is_not_brought_back(secrets: SecretStore) -> None:
    """Nor is another of the same name written over."""
    old = secrets.add("acme", connector="c", method="m", settings={}, secrets={}, credentials={})
    secrets.remove("acme")
    with pytest.raises(UnknownName, match="has been removed"):
        old.save({"n": 1})
    new = secrets.add("acme", connector="c", method="m", settings={}, secrets={}, credentials={})

    with pytest.raises(UnknownName, match="has been removed"):
        old.save({"n": 1})
    assert secrets.get("acme").id == new.id
    assert secrets.get("acme").credentials == {}


def test_write_with_endless_conflicts_fails(tmp_path: Path) -> None:
    store = SecretStore(
        BusyManager(), FileLocks(tmp_path / "locks").hold, KeyText(new_key()).load()
    )
    stored = store.add("acme", connector="c", method="m", settings={}, secrets={}, credentials={})

    with pytest.raises(StoreLocked, match="Other writers changed"):
        stored.save({})


def test_owner_is_enforced_for_app_profiles(registry: Registry, secrets: SecretStore) -> None:
    runner = Runner(registry, secrets, principal=Principal("ann"))
    runner.connect("anns", "echo", "token", {"room": "open", "token": "t"})

    assert secrets.get("anns").access == Access("ann")
    with pytest.raises(NotAllowed):
        runner.acting_for(Principal("eve")).run("anns", "say", {"text": "hi"})
