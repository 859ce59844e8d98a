"""Connections in a file: from one store to another, for who knows the passphrase."""

import json
from typing import Any

import pytest
from host.store_places import OpenStore

from connector_host.access import Access, Principal
from connector_host.connection_admin import ConnectionAdmin
from connector_host.errors import BadInput, NameTaken
from connector_host.store import transfer
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyText, new_key

PASSPHRASE = "correct horse battery"
CHEAP = 2**4  # scrypt's n; the real cost is tried once


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Another store, with another key."""
    folder = tmp_path_factory.mktemp("other")
    store = ConnectionStore(folder / "c.sqlite3", KeyText(new_key()))
    yield store
    store.close()


def fill(store: ConnectionStore) -> None:
    store.apps.add("ours", connector="echo", settings={"volume": 3}, secrets={"token": "hush-app"})
    for name in ("one", "two"):
        store.add(
            name,
            connector="echo",
            method="token",
            settings={"room": name},
            secrets={"more": "hush-setting"},
            credentials={"access_token": "hush-token"},
            app="ours",
            owner="ann",
        )
    ConnectionAdmin(store, Principal("ann")).share("two", ["bob"], ["sales"])


def exported(store: ConnectionStore, **options: int) -> str:
    return transfer.export(store.list(), store, PASSPHRASE, **{"cost": CHEAP, **options})


def test_export_and_import_copy_a_whole_connection(
    store: ConnectionStore, other: ConnectionStore
) -> None:
    fill(store)

    assert transfer.import_all(exported(store), other, PASSPHRASE) == ["one", "two"]

    for name in ("one", "two"):
        here, there = store.get(name), other.get(name)
        assert there.settings == here.settings
        assert there.own_settings == here.own_settings
        assert there.plain_settings == here.plain_settings
        assert there.credentials == here.credentials
        assert there.id != here.id  # what is pooled by id is pooled apart
    assert other.get("one").access == Access("ann")
    assert other.get("two").access == Access("ann", frozenset({"bob"}), frozenset({"sales"}))
    assert other.apps.users_of("ours") == ["one", "two"]


def test_repr_shows_no_content(store: ConnectionStore) -> None:
    fill(store)
    text = exported(store)

    for word in ("hush", "one", "ours", "echo", "ann", "room"):
        assert word not in json.loads(text)["sealed"]
        assert f'"{word}' not in text


def test_default_cost_makes_guessing_expensive(
    file_store: ConnectionStore, other: ConnectionStore
) -> None:
    text = transfer.export(file_store.list(), file_store, PASSPHRASE)

    assert json.loads(text)["kdf"]["n"] == 2**17
    assert transfer.import_all(text, other, PASSPHRASE) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file | {"sealed": file["sealed"][:-8] + "AAAAAAA="},
        lambda file: file | {"sealed": ""},
        lambda file: file | {"kdf": file["kdf"] | {"salt": "AAAA"}},
        lambda file: file | {"kdf": file["kdf"] | {"n": 2**5}},
        lambda file: file | {"kdf": file["kdf"] | {"note": "x"}},
    ],
)
def test_a_changed_file_does_not_open(
    store: ConnectionStore, other: ConnectionStore, change: Any
) -> None:
    fill(store)
    file = json.dumps(change(json.loads(exported(store))))

    with pytest.raises(BadInput, match="the passphrase is wrong, or the file was changed"):
        transfer.import_all(file, other, PASSPHRASE)
    assert other.list() == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "connector-host export 9", "kdf": {"n": 16, "salt": ""}, "sealed": ""}',
        '{"format": "connector-host export 1", "kdf": {"n": 2097152, "salt": ""}, "sealed": ""}',
        '{"format": "connector-host export 1", "kdf": {"n": 17, "salt": ""}, "sealed": ""}',
        '{"format": "connector-host export 1", "kdf": {"n": "x", "salt": ""}, "sealed": ""}',
    ],
)
def test_invalid_export_is_rejected_before_key_derivation(
    other: ConnectionStore, text: str
) -> None:
    """A file that asks for 2 GiB to be opened is none of ours."""
    with pytest.raises(BadInput, match="not an export of connections"):
        transfer.import_all(text, other, PASSPHRASE)


def test_another_passphrase_does_not_open(store: ConnectionStore, other: ConnectionStore) -> None:
    fill(store)

    with pytest.raises(BadInput, match="the passphrase is wrong"):
        transfer.import_all(exported(store), other, PASSPHRASE + ".")


def test_a_short_passphrase_is_refused(store: ConnectionStore) -> None:
    with pytest.raises(BadInput, match="at least 12") as caught:
        transfer.export([], store, "hush-hush")
    assert "hush" not in str(caught.value)


def test_import_overwrites_nothing(store: ConnectionStore, other: ConnectionStore) -> None:
    fill(store)
    text = exported(store)
    other.add("two", connector="c", method="m", settings={}, secrets={}, credentials={})

    with pytest.raises(NameTaken, match="of these names: two"):
        transfer.import_all(text, other, PASSPHRASE)
    other.remove("two")
    other.apps.add("ours", connector="echo", settings={}, secrets={"token": "another"})
    with pytest.raises(NameTaken, match="another app profile 'ours'"):
        transfer.import_all(text, other, PASSPHRASE)

    assert other.list() == []


def test_interrupted_import_adds_nothing(
    store: ConnectionStore, open_store: OpenStore, other: ConnectionStore
) -> None:
    """The second connection's name is one that no store takes: all comes, or nothing."""
    fill(store)
    body = transfer.open_export(exported(store), PASSPHRASE)
    body["connections"][1]["name"] = "/"
    text = transfer.seal_export(body, PASSPHRASE, cost=CHEAP)

    with pytest.raises(BadInput, match="cannot be the name"):
        transfer.import_all(text, other, PASSPHRASE)

    assert other.list() == []
    assert other.apps.list() == []
    assert other.trail.entries() == []


def test_import_uses_an_existing_equal_profile(
    store: ConnectionStore, open_store: OpenStore, other: ConnectionStore
) -> None:
    fill(store)
    text = exported(store)
    transfer.import_all(text, other, PASSPHRASE)
    for name in ("one", "two"):
        other.remove(name)

    assert transfer.import_all(text, other, PASSPHRASE) == ["one", "two"]
    assert [connection.name for connection in other.apps.list()] == ["ours"]


def test_import_uses_no_secret_of_an_existing_profile(store: ConnectionStore) -> None:
    """A file that names a profile must bring it whole, secret and all."""
    store.apps.add("ours", connector="echo", settings={}, secrets={"token": "hush"})
    connection = {
        "name": "thief",
        "connector": "echo",
        "method": "token",
        "settings": {"room": "127.0.0.1"},
        "secrets": {},
        "credentials": {},
        "app": "ours",
        "access": {"owner": None, "users": [], "groups": []},
    }
    text = transfer.seal_export({"connections": [connection], "apps": []}, PASSPHRASE, cost=2)

    with pytest.raises(BadInput, match="lacks app profiles"):
        transfer.import_all(text, store, PASSPHRASE)
    assert store.list() == []
