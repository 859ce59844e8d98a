"""What who has stolen a store, or can write to it, gets without its key: nothing."""

import itertools
from pathlib import Path

import pytest
from host.store_places import OpenStore, RunSql

from connector_host.access import Access
from connector_host.errors import StoreDamaged, WrongKey
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyText, new_key
from connector_host.store.sealed_columns import SEALED
from connector_host.store.tables import metadata

SECRETS = (
    "hush-settings",
    "hush-credentials",
    "hush-app",
    "hush-input",
    "hush-cursor",
    "hush-event",
)


def fill(store: ConnectionStore) -> None:
    """Put a secret into each place there is, twice, the second time over the first."""
    for name in ("one", "two"):
        store.apps.add(name, connector="c", settings={}, secrets={"s": f"hush-app {name}"})
        stored = store.add(
            name,
            connector="c",
            method="m",
            settings={"room": "seen-by-all"},
            secrets={"s": f"hush-settings {name}"},
            credentials={"s": f"hush-credentials {name} before"},
            app=name,
        )
        stored.save({"s": f"hush-credentials {name}"})
        store.triggers.add(
            name, connection_id=stored.id, trigger="t", inputs={"s": f"hush-input {name}"}
        )
        trigger = store.triggers.get(name)
        trigger.save({"s": f"hush-cursor {name}"})
        store.triggers.received.add(trigger.id, [{"id": "e", "s": f"hush-event {name}"}])


def test_no_secret_is_in_the_bytes_of_the_files(
    file_store: ConnectionStore, tmp_path: Path
) -> None:
    """The database and its log of changes, where what was overwritten is still to be found."""
    fill(file_store)
    files = [*(tmp_path / "store").glob("connections.sqlite3*")]
    content = b"".join(file.read_bytes() for file in files if file.is_file())

    assert {"connections.sqlite3", "connections.sqlite3-wal"} <= {file.name for file in files}
    assert b"seen-by-all" in content  # so that the search would find the others
    for secret in SECRETS:
        assert secret.encode() not in content


def test_no_secret_is_in_any_column(store: ConnectionStore, run_sql: RunSql) -> None:
    fill(store)
    rows = [row for name in metadata.tables for row in run_sql(f"SELECT * FROM {name}")]  # noqa: S608
    shown = repr([tuple(row) for row in rows])

    assert "seen-by-all" in shown
    for secret in SECRETS:
        assert secret not in shown


@pytest.mark.parametrize(("table", "column"), SEALED, ids=[".".join(item) for item in SEALED])
def test_no_text_opens_in_another_row(
    store: ConnectionStore, run_sql: RunSql, table: str, column: str
) -> None:
    fill(store)
    run_sql(
        f"UPDATE {table} SET {column} ="  # noqa: S608
        f" (SELECT {column} FROM {table} WHERE {row_of(table, 'two')}) WHERE {row_of(table, 'one')}"
    )

    with pytest.raises(StoreDamaged, match="changed or moved"):
        read(store, table, column)


@pytest.mark.parametrize(
    ("to", "source"),
    [pair for pair in itertools.permutations(SEALED, 2) if pair[0][0] == pair[1][0]],
    ids=str,
)
def test_no_text_opens_in_another_column(
    store: ConnectionStore, run_sql: RunSql, to: tuple[str, str], source: tuple[str, str]
) -> None:
    """Credentials shown as a setting could be read by who may see settings."""
    fill(store)
    run_sql(f"UPDATE {to[0]} SET {to[1]} = {source[1]} WHERE name = 'one'")  # noqa: S608

    with pytest.raises(StoreDamaged, match="changed or moved"):
        read(store, *to)


def test_removed_connection_leaves_nothing(store: ConnectionStore, run_sql: RunSql) -> None:
    """Not its triggers, whose inputs are somebody's; not with whom it was shared."""
    fill(store)
    for name in ("one", "two"):
        store.share(name, Access("ann", frozenset({"bob"}), frozenset({"sales"})))
        store.remove(name)

    for table in ("connections", "triggers", "shares"):
        assert run_sql(f"SELECT * FROM {table}") == []  # noqa: S608


def test_copied_value_opens_with_no_other_key(
    store: ConnectionStore, open_store: OpenStore
) -> None:
    fill(store)
    thief = open_store(keys=KeyText(new_key()))

    for table, column in SEALED:
        with pytest.raises(WrongKey):
            read(thief, table, column)


def row_of(table: str, name: str) -> str:
    """Return the SQL condition of the row that belongs to `name`."""
    if table == "received_events":
        return f"trigger_id = (SELECT id FROM triggers WHERE name = '{name}')"  # noqa: S608
    return f"name = '{name}'"


def read(store: ConnectionStore, table: str, column: str) -> object:
    """Open what is in one column of the row `one`."""
    match table, column:
        case "connections", _:
            return store.get("one").credentials
        case "apps", _:
            return store.apps.get("one").settings
        case "received_events", _:
            return store.triggers.received.list_waiting(store.triggers.get("one").id, 1)
        case _:
            return store.triggers.get("one").cursor
