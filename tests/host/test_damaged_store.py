"""A store that was damaged, cut, or cannot be written: one clear error, whatever was hit."""

import errno
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from example_counts import examples

from connector_host.access import Access
from connector_host.errors import HostError, StoreDamaged, StoreUnreachable, WrongKey
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile
from connector_host.store.locks import FileLocks
from connector_host.store.tables import metadata
from connector_host.store.transfer import export

CORRUPTIONS = examples(40, 150)
PAGE = 4096  # bytes, SQLite's default


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with something in each table."""
    folder = tmp_path_factory.mktemp("filled")
    store = ConnectionStore.in_folder(folder)
    store.apps.add("ours", connector="echo", settings={"a": 1}, secrets={"token": "t"})
    for number in range(2):
        connection = store.add(
            f"c{number}",
            connector="echo",
            method="token",
            settings={"room": "x"},
            secrets={"s": number},
            credentials={"n": number},
            app="ours",
            owner="ann",
        )
        store.share(connection.name, Access("ann", frozenset({"bob"})))
        store.triggers.add(f"t{number}", connection_id=connection.id, trigger="said", inputs={})
        store.triggers.get(f"t{number}").save({"at": 1})
        store.get(f"c{number}").mark("ENDED", "It ended.")
        store.record("ann", "ran", connection.name, "say")
        usage = {"calls": 2, "limit_used": 5, "limit_max": 100}
        store.history.record_run(
            "ann", connection.name, "say", outcome="ok", seconds=0.1, usage=usage
        )
        store.history.record_test(connection.id, {"ok": True, "checks": []})
        store.triggers.get(f"t{number}").receive([{"id": "e1"}])
    store.call_budget.report("acme", 5, 100)
    store.claim("s0", 1.0, 2.0)
    store.close()
    return folder


def use(folder: Path) -> None:
    """Do all that is done with a store."""
    store = ConnectionStore.in_folder(folder)
    try:
        uses: list[Callable[[], object]] = [
            store.list,
            store.apps.list,
            store.triggers.list,
            store.trail.entries,
            store.history.runs,
            store.history.last_tests,
            store.history.limit_points,
            store.history.use_by_connection,
            lambda: [connection.plain_settings for connection in store.list()],
            lambda: [str(app.access) for app in store.list()],
            lambda: [trigger.inputs for trigger in store.triggers.list()],
            lambda: store.triggers.get("t0").list_waiting(10),
            lambda: store.triggers.get("t0").receive([{"id": "e2"}]),
            lambda: store.call_budget.reserve("acme", 5),
            lambda: store.call_budget.state("acme"),
            lambda: store.call_budget.begin_call("acme", 5, seconds=60),
            lambda: store.call_budget.long_calls("acme"),
            lambda: export([store.get("c1")], store, "a long passphrase", cost=2),
            lambda: store.get("c1").settings,
            lambda: store.get("c1").save({"n": 9}),
            lambda: store.get("c0").unmark(),
            lambda: store.apps.get("ours").settings,
            lambda: store.triggers.get("t1").cursor,
            lambda: store.triggers.get("t1").save({"at": 2}),
            lambda: store.rename("c0", "c9"),
            lambda: store.claim("s1", 1.0, 2.0),
            lambda: store.record("ann", "ran", "c1"),
            lambda: store.sealer.rotate(),
            lambda: store.remove("c0"),
        ]
        for item in uses:
            try:
                item()
            except HostError:
                continue
    finally:
        store.close()


def corrupt(path: Path, seed: int) -> None:
    """Damage a file in one of the ways in which disks and copies do."""
    turns = random.Random(seed)  # noqa: S311 - no secret
    content = bytearray(path.read_bytes())
    where = turns.randrange(len(content))
    match turns.choice(("bytes", "text", "page", "header", "cut", "swap")):
        case "bytes":
            for _ in range(turns.randint(1, 40)):
                content[turns.randrange(len(content))] = turns.randrange(256)
        case "text":  # what is in a row, without harm to the structure
            begin = content.find(b"c1", where % max(1, len(content) - 200))
            for at in range(max(0, begin), min(len(content), begin + turns.randint(1, 60))):
                content[at] = turns.randrange(256)
        case "page":
            begin = where // PAGE * PAGE
            content[begin : begin + PAGE] = bytes(turns.randrange(256) for _ in range(PAGE))
        case "header":
            content[turns.randrange(100)] = turns.randrange(256)
        case "cut":
            del content[where:]
        case _:
            other = turns.randrange(len(content)) // PAGE * PAGE
            begin = where // PAGE * PAGE
            first, two = content[begin : begin + PAGE], content[other : other + PAGE]
            content[other : other + PAGE], content[begin : begin + PAGE] = first, two
    path.write_bytes(content)


@pytest.mark.slow
def test_any_damage_raises_an_error_of_the_host(filled: Path, tmp_path: Path) -> None:
    """Law: nothing but `HostError` comes out of a damaged store."""
    raw: list[str] = []
    for seed in range(CORRUPTIONS):
        folder = tmp_path / str(seed)
        shutil.copytree(filled, folder)
        corrupt(folder / "connections.sqlite3", seed)
        try:
            use(folder)
        except HostError:
            pass
        except Exception as exc:  # noqa: BLE001 - is what is looked for
            raw.append(f"{seed}: {type(exc).__name__}: {exc}")
        shutil.rmtree(folder)

    assert "\n".join(raw) == ""


VALUES = ("NULL", "-9e999", "x'ff00fe'", "'" + "[" * 100_000 + "'", """'{"a":1}'""")


@pytest.mark.slow
@pytest.mark.parametrize("value", VALUES, ids=["null", "infinity", "bytes", "nested", "object"])
def test_damaged_cell_raises_a_clear_error(filled: Path, tmp_path: Path, value: str) -> None:
    """SQLite holds values of any type in any column; an ordinary run tries one of them in each."""
    turn = VALUES.index(value)
    cells = [(table, name) for table, about in metadata.tables.items() for name in about.c.keys()]  # noqa: SIM118 - no mapping
    raw: list[str] = []
    for number, (table, name) in enumerate(cells):
        if (number - turn) % len(VALUES) >= examples(1, len(VALUES)):
            continue
        folder = tmp_path / f"{table}-{name}"
        shutil.copytree(filled, folder)
        with sqlite3.connect(folder / "connections.sqlite3") as db:
            try:
                db.execute(f"UPDATE OR IGNORE {table} SET {name} = {value}")  # noqa: S608
            except sqlite3.IntegrityError:
                continue
            finally:
                db.commit()
        db.close()
        try:
            use(folder)
        except HostError:
            pass
        except Exception as exc:  # noqa: BLE001 - is what is looked for
            raw.append(f"{table}.{name}: {type(exc).__name__}: {exc}")

    assert "\n".join(raw) == ""


def test_truncated_store_is_not_a_new_store(filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cut"
    shutil.copytree(filled, folder)
    (folder / "connections.sqlite3").write_bytes(b"")

    with pytest.raises(StoreDamaged, match="is empty, although it had content"):
        ConnectionStore.in_folder(folder)
    (folder / "connections.sqlite3").unlink()
    store = ConnectionStore.in_folder(folder)
    assert store.list() == []
    store.close()


@pytest.mark.parametrize("mode", [0o666, 0o644, 0o604, 0o620, 0o602])
def test_a_key_that_others_can_read_or_write_is_not_used(tmp_path: Path, mode: int) -> None:
    keys = KeyFile(tmp_path / "key")
    keys.make()
    keys.path.chmod(mode)

    with pytest.raises(WrongKey, match=f"mode {mode:04o}.*chmod 600"):
        keys.load()
    keys.path.chmod(0o640)
    assert keys.load() is not None


class FullDisk:
    """Lets writes fail as a full disk does, from some write on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import os

        def fsync(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", fsync)


def test_a_full_disk_leaves_no_half_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = KeyFile(tmp_path / "key")
    FullDisk(monkeypatch)

    with pytest.raises(StoreUnreachable, match="No space left"):
        keys.make()
    assert [*tmp_path.iterdir()] == []


def test_lock_that_cannot_be_created_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file where the folder should be")

    with (
        pytest.raises(StoreUnreachable, match="cannot be created"),
        FileLocks(tmp_path / "locks").hold("a", 0.1),
    ):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_output_to_a_full_disk_ends_with_one_line(tmp_path: Path) -> None:
    program = "from connector_host.main import main; main()"
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-c", program, "manifest", "salesforce"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={"CONNECTOR_HOST_STORE": str(tmp_path / "s"), "PATH": ""},
            timeout=60,
        )

    assert ended.returncode == 9
    assert ended.stderr.startswith("error: ")
    assert "No space left on device" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_secret_store_rejects_names_outside_its_folder(tmp_path: Path) -> None:
    from connector_host.errors import BadInput
    from connector_host.store.secret_store import SecretStore

    def reached(*_: object) -> NoReturn:
        raise AssertionError("the secret manager was called")

    class Manager:
        """Fails the test when it is called."""

        read = write = delete = names = staticmethod(reached)

    keyring = KeyFile(tmp_path / "key").make()
    store = SecretStore(Manager(), FileLocks(tmp_path).hold, keyring)
    for name in ("../other/x", "/etc/x", "..", "a/b", ""):
        for call in (store.get, store.remove, store.check_free):
            with pytest.raises(BadInput):
                call(name)
