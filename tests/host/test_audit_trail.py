"""The audit trail: who did what, no secret in it, and an end to its growth."""

import json
from pathlib import Path
from typing import Any

import pytest
from host.store_places import OpenStore, RunSql

from connector_host.access import Principal
from connector_host.connection_admin import ConnectionAdmin
from connector_host.registry import Registry
from connector_host.runner import Runner
from connector_host.store.audit import AuditTrail
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.database import Database

ANN = Principal("ann")


def entries(store: ConnectionStore) -> list[tuple[str, str, str, str]]:
    return [
        (entry.who, entry.what, entry.connection, entry.detail) for entry in store.trail.entries()
    ]


def test_audit_trail_has_the_life_of_a_connection_in_order(
    registry: Registry, store: ConnectionStore
) -> None:
    runner, admin = Runner(registry, store, principal=ANN), ConnectionAdmin(store, ANN)
    runner.connect("acme", "echo", "token", {"room": "open", "token": "hush-hush"})
    runner.test("acme")
    runner.run("acme", "say", {"text": "secret words"})
    with pytest.raises(Exception, match="Too loud"):
        runner.run("acme", "shout", {"kind": "unauthorized"})
    runner.reconnect("acme", {"room": "new", "token": "hush-again"})
    admin.share("acme", ["bob"], ["sales"])
    admin.rename("acme", "acme-2")
    runner.close("acme-2", revoke=True)
    admin.remove("acme-2")

    assert entries(store) == [
        ("ann", "connected", "acme", "token"),
        ("ann", "tested", "acme", ""),
        ("ann", "ran", "acme", "say"),
        ("", "credentials_saved", "acme", ""),
        ("ann", "ran", "acme", "shout"),
        ("", "needs_sign_in", "acme", "ECHO"),
        ("ann", "settings_changed", "acme", ""),
        ("ann", "shared", "acme", "user bob, group sales"),
        ("ann", "renamed", "acme-2", "was acme"),
        ("ann", "closed", "acme-2", "tokens revoked"),
        ("ann", "removed", "acme-2", ""),
    ]
    text = json.dumps([entry.as_json() for entry in store.trail.entries()])
    for secret in ("hush", "secret words"):
        assert secret not in text


def test_explain_is_not_recorded_as_a_run(registry: Registry, store: ConnectionStore) -> None:
    runner = Runner(registry, store)
    runner.connect("acme", "echo", "token", {"room": "open", "token": "t"})

    runner.run("acme", "say", {"text": "hi"}, explain=True)

    assert [what for _, what, _, _ in entries(store)] == ["connected"]


def test_gives_the_newest_of_one_connection(store: ConnectionStore) -> None:
    for number in range(5):
        store.record("ann", "ran", "acme", f"action {number}")
        store.record("bob", "ran", "other")

    entries = store.trail.entries(connection="acme", newest=2)

    assert [entry.detail for entry in entries] == ["action 3", "action 4"]


def test_is_there_for_another_process_at_once(
    store: ConnectionStore, open_store: OpenStore
) -> None:
    store.record("ann", "ran", "acme")

    assert open_store().trail.entries()[-1].connection == "acme"


@pytest.mark.parametrize(("max_entries", "prune_every"), [(3, 1), (3, 2), (1, 1)])
def test_oldest_entries_are_deleted(location: str, max_entries: int, prune_every: int) -> None:
    """Law: at least `max_entries`, at most those and one round of this process."""
    database = Database(location, busy_timeout=1.0)
    trail = AuditTrail(database, max_entries=max_entries, prune_every=prune_every)

    for number in range(9):
        trail.record("ann", "ran", "acme", str(number))
        entries = [int(entry.detail) for entry in trail.entries()]
        assert entries == list(range(number + 1))[-len(entries) :]
        assert min(number + 1, max_entries) <= len(entries) < max_entries + prune_every
    database.close()


def test_run_fails_if_the_audit_trail_cannot_be_written(
    registry: Registry, store: ConnectionStore, run_sql: RunSql
) -> None:
    """Otherwise a full disk would hide what somebody does."""
    runner = Runner(registry, store)
    runner.connect("acme", "echo", "token", {"room": "open", "token": "t"})
    run_sql("DROP TABLE audit")

    with pytest.raises(Exception, match="audit"):
        runner.run("acme", "say", {"text": "hi"})
    assert store.get("acme").credentials == {}


def test_credentials_wait_for_the_disk_and_the_trail_of_runs_does_not(tmp_path: Path) -> None:
    """A rotated token must outlive a loss of power; a run must not wait for a disk to turn."""
    database = Database(tmp_path / "c.sqlite3", busy_timeout=1.0)

    def disk(**options: Any) -> Any:
        with database.writing(**options) as db:
            return db.exec_driver_sql("PRAGMA synchronous").scalar()

    assert (disk(), disk(durable=False), disk()) == (2, 1, 2)  # FULL, NORMAL, FULL
    database.close()
