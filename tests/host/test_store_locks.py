"""Locks: against threads, against processes, and after a holder's death."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connector_host.connections import ConnectionStore
from connector_host.errors import StoreLocked
from connector_host.locks import FileLocks
from connector_host.sealing import KeyFile


def counter(store: ConnectionStore) -> None:
    store.add("acme", connector="c", method="m", settings={}, secrets={}, credentials={"n": 0})


COUNT = """
    import sys
    from pathlib import Path
    from connector_host.connections import ConnectionStore
    store = ConnectionStore.in_folder(Path(sys.argv[1]))
    connection = store.get("acme")
    for _ in range(int(sys.argv[2])):
        with connection.lock():
            connection.save({"n": connection.credentials["n"] + 1})
    """
HOLD = """
    import sys, time
    from pathlib import Path
    from connector_host.connections import ConnectionStore
    store = ConnectionStore.in_folder(Path(sys.argv[1]))
    with store.get("acme").lock():
        print("held", flush=True)
        sys.stdin.read()
    """


def process(source: str, *arguments: object) -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)]
    return subprocess.Popen(words, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_no_count_is_lost_between_threads_of_three_processes(
    store: ConnectionStore, tmp_path: Path
) -> None:
    """Each reads what was saved last, whoever saved it, and adds one."""
    counter(store)
    others = [process(COUNT, tmp_path / "store", 25) for _ in range(2)]

    def add_one(_: int) -> None:
        connection = store.get("acme")
        with connection.lock():
            connection.save({"n": connection.credentials["n"] + 1})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(40)))
    for other in others:
        other.communicate()
        assert other.returncode == 0

    assert store.get("acme").credentials == {"n": 90}


def test_a_lock_ends_with_a_holder_that_is_killed(store: ConnectionStore, tmp_path: Path) -> None:
    """kill -9 leaves nothing behind that has to be cleaned up or waited for."""
    counter(store)
    key = KeyFile(tmp_path / "store" / "key")
    impatient = ConnectionStore(tmp_path / "store" / "connections.sqlite3", key, lock_timeout=0.05)
    with process(HOLD, tmp_path / "store") as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked, match="has held the lock"), impatient.get("acme").lock():
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()

        with impatient.get("acme").lock():
            pass
    impatient.close()


def test_a_lock_may_be_entered_in_one_thread_and_left_in_another(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path / "locks")
    held = locks.hold("a", 1.0)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(held.__enter__).result()

    with pytest.raises(StoreLocked), locks.hold("a", 0.01):
        pass
    held.__exit__(None, None, None)

    with locks.hold("a", 0.01):
        pass


def test_two_stores_in_one_process_hold_each_other_off(tmp_path: Path) -> None:
    one, other = FileLocks(tmp_path / "locks"), FileLocks(tmp_path / "locks")

    with one.hold("a", 1.0), pytest.raises(StoreLocked), other.hold("a", 0.01):
        pass


def test_locks_of_other_names_are_free(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path / "locks")

    with locks.hold("a", 1.0), locks.hold("b", 0.01):
        pass


def test_an_error_inside_frees_the_lock(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path / "locks")
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


def test_many_processes_may_make_one_store_at_once(tmp_path: Path) -> None:
    """One makes the tables and the key; all go on with them."""
    source = """
        import sys
        from pathlib import Path
        from connector_host.connections import ConnectionStore
        store = ConnectionStore.in_folder(Path(sys.argv[1]))
        store.add(sys.argv[2], connector="c", method="m", settings={}, secrets={}, credentials={})
        """
    processes = [process(source, tmp_path / "new", name) for name in ("a", "b", "c")]
    for each in processes:
        each.communicate()
        assert each.returncode == 0

    store = ConnectionStore.in_folder(tmp_path / "new")
    assert [connection.credentials for connection in store.list()] == [{}, {}, {}]
    store.close()
