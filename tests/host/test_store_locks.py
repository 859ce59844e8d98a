"""Locks: against threads, against processes, and after a holder's death."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from host.postgres_server import PostgresServer
from host.store_places import OpenStore
from host.store_workers import Worker, count, hold, make, start_together
from sqlalchemy import text

from connector_host.errors import StoreLocked, StoreUnreachable
from connector_host.store.connection_store import ConnectionStore
from connector_host.store.database import Database
from connector_host.store.keys import KeyFile, KeyText, new_key
from connector_host.store.locks import AdvisoryLocks, FileLocks
from connector_host.store.tables import store_info

Locks = FileLocks | AdvisoryLocks


@pytest.fixture
def locks(location: str) -> Iterator[Locks]:
    database = Database(location, busy_timeout=1.0)
    yield database.locks
    database.close()


def counter(store: ConnectionStore) -> None:
    store.add("acme", connector="c", method="m", settings={}, secrets={}, credentials={"n": 0})


def test_no_count_is_lost_between_threads_of_three_processes(
    store: ConnectionStore, location: str, key_path: Path
) -> None:
    """Each reads what was saved last, whoever saved it, and adds one."""
    counter(store)
    others = [Worker(count, location, key_path, 25) for _ in range(2)]

    def add_one(_: int) -> None:
        connection = store.get("acme")
        with connection.lock():
            connection.save({"n": connection.credentials["n"] + 1})

    start_together(others)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(40)))
    for other in others:
        other.finish()

    assert store.get("acme").credentials == {"n": 90}


def test_lock_rereads_what_was_saved_last(store: ConnectionStore) -> None:
    """Whoever comes second finds what the first has fetched, and need not fetch it again."""
    counter(store)
    first, second = store.get("acme"), store.get("acme")
    assert second.credentials == {"n": 0}
    with first.lock():
        first.save({"n": 1})

    with second.lock():
        assert second.credentials == {"n": 1}


def test_a_lock_ends_with_a_holder_that_is_killed(
    store: ConnectionStore, open_store: OpenStore, location: str, key_path: Path
) -> None:
    """kill -9 leaves nothing behind that has to be cleaned up or waited for."""
    counter(store)
    impatient = open_store(lock_timeout=0.05)
    holder = Worker(hold, location, key_path)
    holder.wait_for("held")
    with pytest.raises(StoreLocked, match="has held the lock"), impatient.get("acme").lock():
        pass
    holder.kill()

    with store.get("acme").lock():
        pass


def test_lock_is_acquired_in_one_thread_and_released_in_another(locks: Locks) -> None:
    locked = locks.hold("a", 1.0)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(locked.__enter__).result()

    with pytest.raises(StoreLocked), locks.hold("a", 0.01):
        pass
    locked.__exit__(None, None, None)

    with locks.hold("a", 0.01):
        pass


def test_two_stores_in_one_process_exclude_each_other(
    open_store: OpenStore,
) -> None:
    first, other = open_store(), open_store(lock_timeout=0.01)

    with first.hold("a"), pytest.raises(StoreLocked, match="held the lock 'a'"), other.hold("a"):
        pass


def test_locks_of_other_names_are_free(locks: Locks) -> None:
    with locks.hold("a", 1.0), locks.hold("b", 0.01):
        pass


def test_an_error_inside_frees_the_lock(locks: Locks) -> None:
    with pytest.raises(ZeroDivisionError), locks.hold("a", 1.0):
        raise ZeroDivisionError

    with locks.hold("a", 0.01):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # that is what is tested
def test_a_fork_while_another_thread_holds_a_lock_does_not_hang_the_child(
    store: ConnectionStore,
) -> None:
    """The child has locks and database connections of its own, and waits for the holder."""
    counter(store)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with store.get("acme").lock():
            entered.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    child = os.fork()
    if child == 0:
        connection = store.get("acme")
        with connection.lock():
            connection.save({"n": 7})
        os._exit(0)
    leave.set()
    holder.join()
    _, status = os.waitpid(child, 0)

    assert status == 0
    assert store.get("acme").credentials == {"n": 7}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_does_not_use_its_parents_database_connection(location: str) -> None:
    """Two processes on one connection would answer each other's questions."""
    database = Database(location, busy_timeout=1.0)

    def owner() -> int:
        with database.reading() as connection:
            return int(connection.info["pid"])

    assert owner() == os.getpid()
    child = os.fork()
    if child == 0:
        os._exit(owner() != os.getpid())
    _, status = os.waitpid(child, 0)

    assert status == 0
    assert owner() == os.getpid()
    database.close()


def test_read_before_a_write_stays_true_until_the_write(tmp_path: Path) -> None:
    """A second writer waits before it reads, and is not refused after it."""
    database = Database(tmp_path / "c.sqlite3", busy_timeout=5.0)
    second_has_read = threading.Event()

    def append(letter: str, has_read: threading.Event, wait_for: threading.Event | None) -> None:
        with database.writing() as db:
            before = db.scalar(text("SELECT group_concat(name) FROM store_info"))
            has_read.set()
            if wait_for is not None:
                assert not wait_for.wait(0.1)  # seconds; the other must not come in meanwhile
            db.execute(store_info.insert(), {"name": letter, "value": before})

    with ThreadPoolExecutor(2) as threads:
        first_has_read = threading.Event()
        first = threads.submit(append, "a", first_has_read, second_has_read)
        first_has_read.wait()
        second = threads.submit(append, "b", second_has_read, None)
        first.result()
        second.result()

    with database.reading() as db:
        second_read = db.scalar(text("SELECT value FROM store_info WHERE name = 'b'"))
    assert "a" in second_read.split(",")
    database.close()


def test_many_processes_may_make_one_store_at_once(empty_location: str, key_path: Path) -> None:
    """One makes the tables and the key; all go on with them."""
    makers = [Worker(make, empty_location, key_path, name) for name in ("a", "b", "c")]
    start_together(makers)
    for item in makers:
        item.finish()

    store = ConnectionStore(empty_location, KeyFile(key_path))
    assert [connection.credentials for connection in store.list()] == [{}, {}, {}]
    store.close()


def test_stopped_server_keeps_the_work_of_a_lock_holder(
    postgres: PostgresServer,
) -> None:
    """It frees the lock; the holder ends as if nothing were, and the next call finds it back."""
    store = ConnectionStore(postgres.new_schema(), KeyText(new_key()))
    counter(store)
    connection = store.get("acme")
    try:
        with connection.lock():
            connection.save({"n": 1})
            postgres.stop()
        with pytest.raises(StoreUnreachable, match="does not respond"), connection.lock():
            pass
        with pytest.raises(StoreUnreachable, match="does not respond"):
            store.get("acme")
    finally:
        postgres.start()

    assert store.get("acme").credentials == {"n": 1}
    with connection.lock():
        assert connection.credentials == {"n": 1}
    store.close()
