"""The connection store: what it keeps, what it hides, and what it says when it cannot."""

import json
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from host.store_places import OpenStore, RunSql, engine_url
from sqlalchemy import create_engine, inspect
from sqlalchemy.pool import NullPool

from connector_host.errors import (
    BadInput,
    NameTaken,
    NotInstalled,
    StoreDamaged,
    StoreLocked,
    StoreTooNew,
    StoreUnreachable,
    UnknownName,
    WrongKey,
)
from connector_host.store.connection import Connection
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile, KeyText, new_key
from connector_host.store.tables import STEPS, metadata


def add(store: ConnectionStore, name: str = "acme") -> Connection:
    return store.add(
        name,
        connector="echo",
        method="token",
        settings={"room": "open"},
        secrets={"token": "hush-hush"},
        credentials={"access_token": "psst-psst"},
    )


def file_of(tmp_path: Path) -> Path:
    return tmp_path / "store" / "connections.sqlite3"


def test_store_returns_the_connection_it_stored(store: ConnectionStore) -> None:
    added = add(store)

    stored = store.get("acme")

    assert (stored.id, stored.name, stored.connector, stored.method) == (
        added.id,
        "acme",
        "echo",
        "token",
    )
    assert stored.settings == {"room": "open", "token": "hush-hush"}
    assert stored.plain_settings == {"room": "open"}
    assert stored.credentials == {"access_token": "psst-psst"}


def test_saved_credentials_are_visible_to_another_process(
    store: ConnectionStore, open_store: OpenStore
) -> None:
    add(store).save({"access_token": "new"})

    assert open_store().get("acme").credentials == {"access_token": "new"}


def test_replaces_settings_and_credentials_together(store: ConnectionStore) -> None:
    connection = add(store)

    connection.replace({"room": "new"}, {"token": "t2"}, {})

    for item in (connection, store.get("acme")):
        assert item.settings == {"room": "new", "token": "t2"}
        assert item.credentials == {}


def test_no_secret_is_in_the_files_or_in_what_is_shown(
    file_store: ConnectionStore, tmp_path: Path
) -> None:
    connection = add(file_store)
    connection.save({"access_token": "psst-again"})

    on_disk = b"".join(
        file.read_bytes()
        for file in file_of(tmp_path).parent.glob("conn*.sqlite3*")
        if file.is_file()
    )
    shown = f"{connection!r} {file_store!r} {file_store.list()!r}"

    assert b"open" in on_disk  # what is not secret can be read, so the search would find the rest
    for secret in ("hush-hush", "psst-psst", "psst-again"):
        assert secret.encode() not in on_disk
        assert secret not in shown


def test_only_the_owner_can_read_it(file_store: ConnectionStore, tmp_path: Path) -> None:
    add(file_store)
    folder = file_of(tmp_path).parent

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file.name


def test_file_becomes_private_to_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "mine.sqlite3"
    path.touch()
    path.chmod(0o644)

    ConnectionStore(path, KeyText(new_key())).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secrets_cannot_be_moved_from_one_row_to_another(
    store: ConnectionStore, run_sql: RunSql
) -> None:
    """Who can write the database, and has no key, cannot sign one connection in as another."""
    add(store, "mine")
    add(store, "yours")
    run_sql(
        "UPDATE connections SET credentials ="
        " (SELECT credentials FROM connections WHERE name = 'yours') WHERE name = 'mine'"
    )

    with pytest.raises(StoreDamaged, match="changed or moved"):
        _ = store.get("mine").credentials


def test_lists_by_name_without_a_key(
    store: ConnectionStore, open_store: OpenStore, tmp_path: Path
) -> None:
    add(store, "b")
    add(store, "a")

    keyless = open_store(keys=KeyFile(tmp_path / "no key"))

    assert [connection.name for connection in keyless.list()] == ["a", "b"]
    assert keyless.peek("a").plain_settings == {"room": "open"}


def test_names_are_unique_and_a_rename_keeps_the_id(store: ConnectionStore) -> None:
    first = add(store, "first")
    add(store, "second")

    with pytest.raises(NameTaken):
        add(store, "first")
    with pytest.raises(NameTaken):
        store.check_free("first")
    with pytest.raises(NameTaken):
        store.rename("first", "second")
    store.rename("first", "third")

    assert store.get("third").id == first.id
    with pytest.raises(UnknownName, match="Did you mean 'third'"):
        store.get("thrid")


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a/b", "a\nb", "-a", "x" * 101])
def test_rejects_an_invalid_name(store: ConnectionStore, name: str) -> None:
    with pytest.raises(BadInput, match="cannot be the name"):
        add(store, name)
    assert store.list() == []


@pytest.mark.parametrize("name", ["a", "Ænima", "acme prod", "me@acme.com", "x" * 100])
def test_accepts_common_names(store: ConnectionStore, name: str) -> None:
    assert add(store, name).name == name


def test_a_connection_removed_meanwhile_is_not_brought_back(store: ConnectionStore) -> None:
    connection = add(store)
    store.remove("acme")

    with pytest.raises(UnknownName, match="has been removed"):
        connection.save({"access_token": "late"})
    with pytest.raises(UnknownName), connection.lock():
        pass
    assert store.list() == []


def test_an_id_is_never_used_again(store: ConnectionStore) -> None:
    first = add(store).id
    store.remove("acme")

    assert add(store).id != first


def test_wrong_key_neither_opens_nor_adds(store: ConnectionStore, open_store: OpenStore) -> None:
    """A store with secrets of two keys would be half lost with either."""
    add(store)
    other = open_store(keys=KeyText(new_key()))

    with pytest.raises(WrongKey, match="sealed with key"):
        _ = other.get("acme").credentials
    with pytest.raises(WrongKey):
        add(other, "second")
    assert [connection.name for connection in other.list()] == ["acme"]


def test_lost_key_file_is_not_created_again(
    store: ConnectionStore, open_store: OpenStore, tmp_path: Path
) -> None:
    """A new key would hide that the old one is lost, and open nothing."""
    add(store)
    (tmp_path / "store" / "key").unlink()

    with pytest.raises(WrongKey, match="there is no key"):
        _ = open_store().get("acme").settings
    assert not (tmp_path / "store" / "key").exists()


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be one", os.urandom(4096)]
)
def test_file_without_a_store_is_damaged_and_unchanged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "connections.sqlite3"
    path.write_bytes(content)

    with pytest.raises(StoreDamaged, match=r"is damaged: .*Restore it from a backup"):
        ConnectionStore(path, KeyText(new_key()))
    assert path.read_bytes() == content


def test_a_row_that_is_not_json_is_damaged(store: ConnectionStore, run_sql: RunSql) -> None:
    add(store)
    run_sql("UPDATE connections SET settings = '{'")

    with pytest.raises(StoreDamaged, match="'acme'"):
        store.get("acme")
    with pytest.raises(StoreDamaged, match="settings of the connection 'acme'"):
        _ = store.peek("acme").plain_settings


def test_a_store_of_a_newer_version_is_not_touched(
    store: ConnectionStore, open_store: OpenStore, run_sql: RunSql
) -> None:
    run_sql("UPDATE store_info SET value = '99' WHERE name = 'schema_version'")

    with pytest.raises(StoreTooNew, match="newer version"):
        open_store()


def test_a_store_that_another_program_holds_is_locked(
    file_store: ConnectionStore, tmp_path: Path
) -> None:
    connection = add(file_store)
    impatient = ConnectionStore(
        file_of(tmp_path), KeyFile(tmp_path / "store" / "key"), busy_timeout=0.01
    )
    holder = sqlite3.connect(file_of(tmp_path), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreLocked, match="Another program has locked the store"):
        impatient.get("acme").save({})
    holder.execute("ROLLBACK")
    holder.close()

    impatient.get("acme").save({"access_token": "after"})
    with connection.lock():
        assert connection.credentials == {"access_token": "after"}
    impatient.close()


def test_location_that_is_not_a_file_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreUnreachable, match=r"cannot be (opened|used)"):
        ConnectionStore(tmp_path / "file" / "c.sqlite3", KeyText(new_key()))
    with pytest.raises(StoreUnreachable, match=r"cannot be (opened|used)"):
        ConnectionStore(tmp_path, KeyText(new_key()))


def test_refuses_other_databases_by_name_and_hides_passwords() -> None:
    with pytest.raises(BadInput, match="cannot be a 'mysql'"):
        ConnectionStore("mysql://me:pass@host/db", KeyText(new_key()))
    with pytest.raises((StoreUnreachable, NotInstalled)) as caught:
        ConnectionStore("postgresql://me:pass-word@127.0.0.1:9/db", KeyText(new_key()))
    assert "pass-word" not in str(caught.value)


def test_the_steps_lead_to_the_tables_that_the_code_uses(
    empty_location: str,
) -> None:
    """Finds a column that is added to one and not to the other."""
    ConnectionStore(empty_location, KeyText(new_key())).close()
    engine = create_engine(engine_url(empty_location), poolclass=NullPool)
    result = inspect(engine)

    assert sorted(result.get_table_names()) == sorted(metadata.tables)
    for name, table in metadata.tables.items():
        created = {
            column["name"]: (str(column["type"]), column["nullable"])
            for column in result.get_columns(name)
        }
        assert created == {
            column.name: (str(column.type), column.nullable) for column in table.columns
        }
    engine.dispose()


def test_opening_a_store_again_changes_nothing_in_it(
    store: ConnectionStore, open_store: OpenStore, run_sql: RunSql
) -> None:
    add(store)
    before = run_sql("SELECT name, value FROM store_info ORDER BY name")

    assert open_store().get("acme").credentials == {"access_token": "psst-psst"}
    assert run_sql("SELECT name, value FROM store_info ORDER BY name") == before
    assert ("schema_version", str(len(STEPS))) in before


def test_readers_of_a_file_go_on_while_one_writes(
    file_store: ConnectionStore, tmp_path: Path
) -> None:
    with sqlite3.connect(file_of(tmp_path)) as db:
        mode = db.execute("PRAGMA journal_mode").fetchone()[0]
    db.close()

    assert mode == "wal"


def test_settings_of_any_json_come_back_as_they_were(store: ConnectionStore) -> None:
    settings = {"list": [1, None, {"é": "✓"}], "flag": False, "number": 1.5}

    store.add("x", connector="c", method="m", settings=settings, secrets={}, credentials={})

    assert json.dumps(store.get("x").settings) == json.dumps(settings)
