"""A change of the key: everything is sealed anew, whatever else goes on and wherever it ends."""

import time
from pathlib import Path

import pytest
from host.store_places import OpenStore, RunSql
from host.store_workers import PATIENCE, Worker, rotate, save_often

from connector_host.errors import BadInput, StoreDamaged, WrongKey
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile, KeyText, new_key
from connector_host.store.sealed_columns import SEALED


def fill(store: ConnectionStore, count: int = 2) -> None:
    """Put something sealed into every place there is."""
    store.apps.add("ours", connector="echo", settings={}, secrets={"token": "t"})
    for number in range(count):
        stored = store.add(
            f"c{number}",
            connector="echo",
            method="token",
            settings={},
            secrets={"room": number},
            credentials={"n": number},
            app="ours",
        )
        store.triggers.add(
            f"t{number}", connection_id=stored.id, trigger="said", inputs={"n": number}
        )
        store.triggers.get(f"t{number}").save({"at": number})


def check_filled(store: ConnectionStore, count: int = 2) -> None:
    for number in range(count):
        stored = store.get(f"c{number}")
        assert stored.settings == {"token": "t", "room": number}
        assert stored.credentials == {"n": number}
        trigger = store.triggers.get(f"t{number}")
        assert (trigger.inputs, trigger.cursor) == ({"n": number}, {"at": number})


def key_ids(run_sql: RunSql) -> set[str]:
    """Which keys the texts in the database are sealed with."""
    return {
        text.split(".")[1]
        for table, column in SEALED
        for (text,) in run_sql(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
    }


def test_rotation_reseals_everything_and_removes_the_old_key(
    store: ConnectionStore, open_store: OpenStore, run_sql: RunSql, key_path: Path
) -> None:
    fill(store)
    old = store.sealer.key_id
    old_key = key_path.read_text()

    done = store.sealer.rotate()

    assert (done.before, done.texts) == (old, 14)
    assert key_ids(run_sql) == {done.now} != {old}
    assert old_key.strip() not in key_path.read_text()
    check_filled(store)
    check_filled(open_store())
    with pytest.raises(WrongKey, match=f"sealed with key {done.now}"):
        _ = open_store(keys=KeyText(old_key)).get("c0").settings


def test_open_store_of_another_process_uses_the_new_key(
    store: ConnectionStore, open_store: OpenStore, run_sql: RunSql
) -> None:
    """It has the old key in memory: it reads the new one when it next opens or seals."""
    fill(store)
    reader, writer = open_store(), open_store()
    check_filled(reader)
    check_filled(writer)

    now = store.sealer.rotate().now

    writer.get("c0").save({"n": 0})
    check_filled(reader)
    check_filled(store)
    assert key_ids(run_sql) == {now}


def test_writes_during_a_rotation_use_the_new_key(
    store: ConnectionStore, location: str, key_path: Path, run_sql: RunSql
) -> None:
    fill(store)
    writer = Worker(save_often, location, key_path, "c1")
    writer.wait_for("ready")
    writer.go_on()

    for _ in range(3):
        now = store.sealer.rotate().now
    writer.go_on()
    writer.finish()

    assert key_ids(run_sql) == {now}
    assert store.get("c1").credentials["n"] > 1


def test_server_delivers_the_remaining_events_after_a_restart(
    store: ConnectionStore, open_store: OpenStore, run_sql: RunSql, key_path: Path
) -> None:
    """A text that does not open ends it half way; the store works with both keys until then."""
    fill(store, 3)
    damaged = run_sql("SELECT credentials FROM connections WHERE name = 'c1'")[0][0]
    run_sql("UPDATE connections SET credentials = '1.00000000.AAAA' WHERE name = 'c1'")
    with pytest.raises(WrongKey):
        store.sealer.rotate()
    half_way = key_path.read_text()
    assert half_way.count(",") == 1

    run_sql(f"UPDATE connections SET credentials = '{damaged}' WHERE name = 'c1'")  # noqa: S608
    again = open_store()
    check_filled(again, 3)
    again.get("c2").save({"n": 2})
    done = again.sealer.rotate()

    assert key_ids(run_sql) == {done.now}
    assert key_path.read_text().strip() == half_way.partition(",")[0]  # no third key was made
    check_filled(open_store(), 3)


@pytest.mark.parametrize("sealed_anew", [0, 1, 14])
def test_killed_rotation_leaves_a_working_store(
    open_store: OpenStore, location: str, key_path: Path, run_sql: RunSql, sealed_anew: int
) -> None:
    """kill -9 after so many texts, or at whatever it has come to by then."""
    fill(open_store(), 15)
    old = open_store().sealer.key_id
    worker = Worker(rotate, location, key_path)
    worker.wait_for("ready")
    worker.go_on()
    ends_at = time.monotonic() + PATIENCE
    while _sealed_with_others(run_sql, old) < sealed_anew:
        assert time.monotonic() < ends_at
    worker.kill()

    check_filled(open_store(), 15)
    open_store().get("c3").save({"n": 3})
    done = open_store().sealer.rotate()

    assert key_ids(run_sql) == {done.now}
    assert key_path.read_text().count(",") == 0
    check_filled(open_store(), 15)


def _sealed_with_others(run_sql: RunSql, old: str) -> int:
    rows = run_sql("SELECT secrets FROM connections")
    return sum(text.split(".")[1] != old for (text,) in rows)


def test_stores_the_old_key_for_backups_on_request(
    store: ConnectionStore, open_store: OpenStore, key_path: Path
) -> None:
    fill(store)
    backup = store.seal({"a": 1}, "a backup")

    done = store.sealer.rotate(keep_old=True)

    ring = KeyFile(key_path).load()
    assert ring is not None
    assert ring.ids == [done.now, done.before]
    assert open_store().open(backup, "a backup") == {"a": 1}


def test_rotation_of_an_environment_key_needs_a_person(
    open_store: OpenStore, run_sql: RunSql
) -> None:
    old, new = new_key(), new_key()
    store = open_store(keys=KeyText(old))
    fill(store)
    with pytest.raises(BadInput, match="cannot be changed from here"):
        store.sealer.rotate()
    check_filled(store)

    both = open_store(keys=KeyText(f"{new},{old}"))
    check_filled(both)
    both.get("c0").save({"n": 0})
    assert key_ids(run_sql) == {KeyText(old).load().id}  # the old one seals until the change
    both.sealer.rotate()

    assert key_ids(run_sql) == {KeyText(new).load().id}
    check_filled(open_store(keys=KeyText(new)))


def test_value_of_another_row_stops_the_rotation(store: ConnectionStore, run_sql: RunSql) -> None:
    """Sealing anew must not make a moved text good."""
    fill(store)
    run_sql(
        "UPDATE connections SET credentials ="
        " (SELECT credentials FROM connections WHERE name = 'c1') WHERE name = 'c0'"
    )

    with pytest.raises(StoreDamaged, match="changed or moved"):
        store.sealer.rotate()
