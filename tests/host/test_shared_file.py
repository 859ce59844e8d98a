"""One SQLite file used by several stores, threads, processes and forked children at once.

https://www.sqlite.org/howtocorrupt.html
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_counts import examples
from host.store_workers import Worker, open_and_close, save_in_turns, tell_number

from connector_host.errors import StoreLocked
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.database import Database
from connector_host.store.keys import KeyFile

FORKS = examples(30, 200)
THREADS = 8
CHILD_TIMEOUT = 5.0  # seconds that a forked child may wait for the store

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
may_fork = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # is what is tested


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "connections.sqlite3"


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "key"


@pytest.fixture
def acme(path: Path, key_path: Path) -> Iterator[ConnectionStore]:
    """A store with one connection for each of the test's writers."""
    store = ConnectionStore(path, KeyFile(key_path))
    for name in ("acme", *map(str, range(THREADS))):
        store.add(name, connector="c", method="m", settings={}, secrets={}, credentials={"n": 0})
    yield store
    store.close()


def number_elsewhere(path: Path, key_path: Path, name: str) -> int:
    """Read a connection's number as another process does."""
    reader = Worker(tell_number, str(path), key_path, name)
    number = reader.number()
    reader.finish()
    return number


def check_integrity(path: Path) -> None:
    database = Database(path, busy_timeout=5.0)
    with database.reading() as db:
        assert db.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    database.close()


def test_two_stores_in_one_process_lose_no_save(
    acme: ConnectionStore, path: Path, key_path: Path
) -> None:
    """Opening it must not close a descriptor of the file: that would drop SQLite's locks."""
    other = Worker(open_and_close, str(path), key_path, 3)
    for number in range(1, 4):
        second = ConnectionStore(path, KeyFile(key_path))
        second.get("acme")
        other.wait_for("ready")
        other.go_on()
        other.wait_for("closed")
        acme.get("acme").save({"n": number})

        assert number_elsewhere(path, key_path, "acme") == number
        second.close()
    other.finish()
    check_integrity(path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_concurrent_open_close_and_kill_lose_no_save(
    acme: ConnectionStore, path: Path, key_path: Path, seed: int
) -> None:
    """Law: what `save` has returned for is there, whoever opened, closed or was killed beside."""
    steps = 60
    workers = [
        Worker(save_in_turns, str(path), key_path, str(n), seed + n, steps) for n in range(3)
    ]
    for worker in workers:
        worker.wait_for("ready")
    for worker in workers:
        worker.go_on()
    killed_at = 0
    while killed_at < 10:
        killed_at = max(killed_at, workers[0].last_number())
    workers[0].kill_and_keep_pipe()
    killed_at = max(killed_at, workers[0].last_number())
    for worker in workers[1:]:
        worker.wait_for_number(steps)
        worker.go_on()
        worker.finish()

    # The one that was killed may have saved one more than it could tell of.
    assert acme.get("0").credentials["n"] in (killed_at, killed_at + 1)
    assert [acme.get(name).credentials["n"] for name in ("1", "2")] == [steps, steps]
    check_integrity(path)


@pytest.mark.slow
@needs_fork
@may_fork
def test_forks_beside_busy_threads_leave_no_child_locked(
    acme: ConnectionStore, path: Path, key_path: Path
) -> None:
    """A child copies SQLite's memory: no lock may be held in it that no thread will free."""
    stop, busy = threading.Event(), threading.Event()
    busy.set()
    saved = [0] * THREADS

    def work(number: int) -> None:
        connection = acme.get(str(number))
        while not stop.is_set():
            busy.wait()  # so that the children need not wait for their turn among so many
            connection.save({"n": saved[number] + 1})
            saved[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    failed = 0
    for number in range(FORKS):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                acme.get("acme").save({"n": number})
                code = 0
            finally:
                os._exit(code)
        busy.clear()
        failed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
        busy.set()
    stop.set()
    for thread in threads:
        thread.join()

    assert failed == 0
    assert acme.get("acme").credentials == {"n": FORKS - 1}
    assert [acme.get(str(number)).credentials["n"] for number in range(THREADS)] == saved
    check_integrity(path)


@needs_fork
@may_fork
def test_a_child_that_outlives_its_parents_store_keeps_its_saves(
    acme: ConnectionStore, path: Path, key_path: Path
) -> None:
    """Its locks are its own: another process must not take the file for unused."""
    ready, done = os.pipe()
    go, gone = os.pipe()
    acme.get("acme")
    child = os.fork()
    if child == 0:
        connection = acme.get("acme")
        os.write(done, b"1")
        os.read(go, 1)
        connection.save({"n": 5})
        os._exit(0)
    os.read(ready, 1)
    acme.close()  # the parent's last connection: it would remove the log of changes

    assert number_elsewhere(path, key_path, "acme") == 0
    os.write(gone, b"1")
    os.waitpid(child, 0)
    assert number_elsewhere(path, key_path, "acme") == 5
    for item in (ready, done, go, gone):
        os.close(item)
    check_integrity(path)


@needs_fork
@may_fork
def test_a_lock_ends_with_its_holder_although_a_child_was_forked_inside(
    acme: ConnectionStore, path: Path, key_path: Path
) -> None:
    """The child has a copy of the opening, and must neither free the lock nor keep it."""
    release, released = os.pipe()
    with acme.get("acme").lock():
        child = os.fork()
        if child == 0:
            os.read(release, 1)  # alive until the parent has looked
            os._exit(0)
    with ConnectionStore(path, KeyFile(key_path), lock_timeout=0.5).get("acme").lock():
        pass
    os.write(released, b"1")
    os.waitpid(child, 0)
    os.close(release)
    os.close(released)


def test_all_stores_of_a_process_share_one_engine(path: Path) -> None:
    first, two = (Database(path, busy_timeout=timeout) for timeout in (1.0, 2.0))

    assert first._engine is two._engine
    first.close()
    two.close()


def test_a_store_opened_by_a_link_has_the_same_locks(
    acme: ConnectionStore, path: Path, key_path: Path, tmp_path: Path
) -> None:
    """Or two processes would refresh one token at once."""
    link = tmp_path / "link.sqlite3"
    link.symlink_to(path)
    linked = ConnectionStore(link, KeyFile(key_path), lock_timeout=0.05)

    with (
        acme.get("acme").lock(),
        pytest.raises(StoreLocked),
        linked.get("acme").lock(),
    ):
        pass
    linked.close()
