"""What somebody gets who can write to the database but has no key: nothing, and a row by name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from host.store_places import OpenStore, RunSql

from connector_host.access import Access, Principal
from connector_host.connection_admin import ConnectionAdmin
from connector_host.errors import StoreDamaged, UnknownName
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.tables import metadata

CHANGES = {
    "another host": ("settings", '\'{"room": "evil.example.com"}\''),
    "another owner": ("owner", "'eve'"),
    "nobody's": ("owner", "NULL"),
    "another method": ("method", "'browser'"),
    "another connector": ("connector", "'other'"),
    "another name": ("name", "'two'"),
    "no sign-in needed": ("needs_sign_in", "NULL"),
    "another app profile": ("app_id", "(SELECT id FROM apps WHERE name = 'theirs')"),
    "no seal": ("row_seal", "NULL"),
}


@pytest.fixture
def anns(store: ConnectionStore) -> str:
    """The name of Ann's connection, shared with Bob, which needs a sign-in."""
    for name in ("ours", "theirs"):
        store.apps.add(name, connector="echo", settings={}, secrets={"token": f"hush {name}"})
    connection = store.add(
        "one",
        connector="echo",
        method="token",
        settings={"room": "open"},
        secrets={},
        credentials={"n": 1},
        app="ours",
        owner="ann",
    )
    connection.save({"n": 2})
    store.share("one", Access("ann", frozenset({"bob"})))
    connection.mark("ENDED", "It ended.")
    store.get("one")
    return "one"


@pytest.mark.parametrize("change", CHANGES)
def test_changed_connection_raises_an_error_with_its_name(
    store: ConnectionStore, anns: str, run_sql: RunSql, change: str
) -> None:
    column, value = CHANGES[change]
    run_sql(f"UPDATE connections SET {column} = {value}")  # noqa: S608
    name = "two" if column == "name" else "one"

    with pytest.raises(StoreDamaged, match=f"'{name}'"):
        store.get(name)
    with pytest.raises(StoreDamaged, match=f"'{name}'"):
        _ = store.list()[0].credentials


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO shares SELECT id, 'user', 'eve' FROM connections",
        "INSERT INTO shares SELECT id, 'group', 'everybody' FROM connections",
        "DELETE FROM shares",
        "UPDATE apps SET settings = '{\"room\": \"evil\"}' WHERE name = 'ours'",
        "UPDATE apps SET hosts = '[\"*\"]' WHERE name = 'ours'",
        "UPDATE apps SET connector = 'other' WHERE name = 'ours'",
    ],
)
def test_shares_and_profiles_are_sealed_too(
    store: ConnectionStore, anns: str, run_sql: RunSql, statement: str
) -> None:
    run_sql(statement)

    with pytest.raises(StoreDamaged):
        store.get("one")


def test_change_does_not_seal_a_tampered_row(
    store: ConnectionStore, anns: str, run_sql: RunSql
) -> None:
    connection = store.get("one")
    run_sql('UPDATE connections SET settings = \'{"room": "evil"}\'')

    changes: dict[str, Any] = {
        "save": lambda: connection.save({"n": 3}),
        "mark": lambda: connection.mark("X", "y"),
        "unmark": connection.unmark,
        "rename": lambda: store.rename("one", "three"),
        "share": lambda: store.share("one", Access("ann")),
        "replace": lambda: connection.replace({}, {}, {}),
        "rotate": lambda: store.apps.rotate("ours", {"token": "new"}),
    }
    for change in changes.values():
        with pytest.raises(StoreDamaged):
            change()
    with pytest.raises(StoreDamaged):
        store.get("one")


def test_restored_old_secret_is_detected(
    store: ConnectionStore, anns: str, run_sql: RunSql
) -> None:
    """A sealed text of the same row and column opens, and is still not what was saved last."""
    ((old,),) = run_sql("SELECT credentials FROM connections")
    store.get("one").save({"n": 3})
    run_sql(f"UPDATE connections SET credentials = '{old}'")  # noqa: S608

    with pytest.raises(StoreDamaged, match="credentials"):
        store.get("one")


@pytest.mark.parametrize("table", ["connections", "apps", "triggers"])
def test_process_detects_a_restored_old_row(
    store: ConnectionStore, open_store: OpenStore, anns: str, run_sql: RunSql, table: str
) -> None:
    """docs/security.md names the limit: a process that starts later cannot detect it."""
    connection = store.get("one")
    store.triggers.add("t", connection_id=connection.id, trigger="said", inputs={"a": 1})
    readers: dict[str, Callable[[ConnectionStore], object]] = {
        "connections": lambda of: of.get("one").credentials,
        "apps": lambda of: of.apps.get("ours").secrets,
        "triggers": lambda of: of.triggers.get("t").cursor,
    }
    read = readers[table]
    names = [column.name for column in metadata.tables[table].columns]
    where = {"connections": "one", "apps": "ours", "triggers": "t"}[table]
    (row,) = run_sql(f"SELECT {', '.join(names)} FROM {table} WHERE name = '{where}'")  # noqa: S608
    connection.save({"n": 9})
    store.apps.rotate("ours", {"token": "new"})
    store.triggers.get("t").save({"at": 1})
    read(store)
    for name, value in zip(names, row, strict=True):
        literal = "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"
        run_sql(f"UPDATE {table} SET {name} = {literal} WHERE name = '{where}'")  # noqa: S608

    for reader in (store, open_store()):
        with pytest.raises(StoreDamaged, match="older than it was"):
            read(reader)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("trigger_name", "'other'"),
        ("connection_id", "(SELECT id FROM connections WHERE name = 'two')"),
        ("name", "'u'"),
        ("cursor", "NULL"),
        ("row_seal", "NULL"),
    ],
)
def test_a_changed_trigger_is_refused(
    store: ConnectionStore, anns: str, run_sql: RunSql, column: str, value: str
) -> None:
    two = {"connector": "echo", "method": "token", "settings": {}, "secrets": {}}
    store.add("two", **two, credentials={})  # type: ignore[arg-type]
    connection = store.get("one")
    store.triggers.add("t", connection_id=connection.id, trigger="said", inputs={"a": 1})
    store.triggers.get("t").save({"at": 1})
    run_sql(f"UPDATE triggers SET {column} = {value}")  # noqa: S608
    trigger = store.triggers.list()[0]

    with pytest.raises(StoreDamaged):
        _ = trigger.inputs
    with pytest.raises(StoreDamaged):
        trigger.save({"at": 2})


def test_nothing_is_called_for_a_changed_connection(
    registry: Registry, store: ConnectionStore, run_sql: RunSql
) -> None:
    """Neither a run nor a test, and not for its owner; it can be removed."""
    runner = Runner(registry, store)
    runner.connect("acme", "echo", "token", {"room": "open", "token": "t"})
    listed = store.list()[0]
    run_sql("UPDATE connections SET owner = 'eve'")
    eve = runner.acting_for(Principal("eve"))

    for connection in ("acme", listed):
        with pytest.raises(StoreDamaged):
            eve.run(connection, "say", {"text": "hi"})
        with pytest.raises(StoreDamaged):
            eve.test(connection)
    ConnectionAdmin(store, Principal("eve")).remove("acme")
    with pytest.raises(UnknownName):
        store.get("acme")


def test_a_row_read_before_a_change_is_not_taken_for_an_older_one(store: ConnectionStore) -> None:
    values = {"connector": "echo", "method": "token", "settings": {}, "secrets": {}}
    store.add("acme", **values, credentials={"n": 0})  # type: ignore[arg-type]
    early = store.peek("acme")
    store.get("acme").save({"n": 1})
    store.get("acme")  # the newer version has been seen

    early.verify()

    assert early.credentials == {"n": 0}


def test_a_trigger_read_before_a_change_is_not_taken_for_an_older_one(
    store: ConnectionStore,
) -> None:
    values = {"connector": "echo", "method": "token", "settings": {}, "secrets": {}}
    connection = store.add("acme", **values, credentials={})  # type: ignore[arg-type]
    store.triggers.add("new", connection_id=connection.id, trigger="tick", inputs={"every": 1})
    early = store.triggers.get("new")
    store.triggers.get("new").save({"last": 1})
    assert store.triggers.get("new").cursor == {"last": 1}

    assert early.inputs == {"every": 1}


def test_concurrent_saves_of_threads_all_succeed(store: ConnectionStore) -> None:
    """Law: a version that another thread has made meanwhile is no older one put back."""
    values = {"connector": "echo", "method": "token", "settings": {}, "secrets": {}}
    store.add("acme", **values, credentials={"n": 0})  # type: ignore[arg-type]

    def add_one(_: int) -> None:
        connection = store.get("acme")
        with connection.lock():
            connection.save({"n": connection.credentials["n"] + 1})
        store.get("acme")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(80)))

    assert store.get("acme").credentials == {"n": 80}
