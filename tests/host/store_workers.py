"""Other processes that use a test's store, each from its own beginning.

They are forked from a server that has imported what they need and has no threads, so that each
starts in milliseconds and shares nothing with the tests.

https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
"""

import multiprocessing
import random
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile

FORKSERVER = multiprocessing.get_context("forkserver")
FORKSERVER.set_forkserver_preload(
    ["connector_host.store.connection_store", "psycopg", "cryptography"]
)
PATIENCE = 30.0  # seconds for another process to come so far, on a machine that is busy


class Worker:
    """A process that says how far it is, and waits to be let go on."""

    def __init__(
        self, work: Callable[..., None], location: str, key_path: Path, *arguments: Any
    ) -> None:
        self._pipe, theirs = FORKSERVER.Pipe()
        self._process = FORKSERVER.Process(
            target=work, args=(theirs, location, key_path, *arguments), daemon=True
        )
        self._process.start()
        theirs.close()

    def wait_for(self, word: str) -> None:
        assert self._pipe.poll(PATIENCE), f"no {word!r} in time"
        assert self._pipe.recv() == word

    def last_number(self) -> int:
        """Return the last number that it has reported; 0 for none."""
        number = 0
        while self._pipe.poll():
            try:
                messages = self._pipe.recv()
            except EOFError:
                break
            number = messages if isinstance(messages, int) else number
        return number

    def go_on(self) -> None:
        self._pipe.send("go on")

    def kill(self) -> None:
        """End it as kill -9 does."""
        self._process.kill()
        self._ended()

    def kill_and_keep_pipe(self) -> None:
        """Kill it as kill -9 does; what it has reported can still be read."""
        self._process.kill()
        self._process.join(PATIENCE)

    def number(self) -> int:
        """Return the number that it tells."""
        assert self._pipe.poll(PATIENCE), "no number in time"
        messages: int = self._pipe.recv()
        return messages

    def wait_for_number(self, number: int) -> None:
        while True:
            assert self._pipe.poll(PATIENCE), f"no {number} in time"
            if self._pipe.recv() == number:
                self.wait_for("done")
                return

    def finish(self) -> None:
        """Wait until it has done its work."""
        self._ended()
        assert self._process.exitcode == 0

    def _ended(self) -> None:
        self._process.join(PATIENCE)
        self._pipe.close()


def start_together(workers: list[Worker]) -> None:
    """Let all go on at once, when each has come to where it waits."""
    for item in workers:
        item.wait_for("ready")
    for item in workers:
        item.go_on()


def count(pipe: Pipe, location: str, key_path: Path, times: int) -> None:
    """Add one to the credentials of `acme`, several times."""
    store = ConnectionStore(location, KeyFile(key_path))
    connection = store.get("acme")
    _ready(pipe)
    for _ in range(times):
        with connection.lock():
            connection.save({"n": connection.credentials["n"] + 1})


def hold(pipe: Pipe, location: str, key_path: Path) -> None:
    """Hold the lock of `acme` until killed."""
    with ConnectionStore(location, KeyFile(key_path)).get("acme").lock():
        pipe.send("held")
        pipe.recv()


def make(pipe: Pipe, location: str, key_path: Path, name: str) -> None:
    """Open a store that may not be there yet, and add a connection."""
    _ready(pipe)
    store = ConnectionStore(location, KeyFile(key_path))
    store.add(name, connector="c", method="m", settings={}, secrets={}, credentials={})


def save_often(pipe: Pipe, location: str, key_path: Path, name: str) -> None:
    """Save the credentials of a connection repeatedly, at least twice, until a signal."""
    connection = ConnectionStore(location, KeyFile(key_path)).get(name)
    _ready(pipe)
    saved = 0
    while saved < 2 or not pipe.poll():
        saved += 1
        connection.save({"n": saved})
    pipe.recv()


def _ready(pipe: Pipe) -> None:
    pipe.send("ready")
    pipe.recv()


def rotate(pipe: Pipe, location: str, key_path: Path) -> None:
    """Change the key of a store."""
    store = ConnectionStore(location, KeyFile(key_path))
    _ready(pipe)
    store.sealer.rotate()


def open_and_close(pipe: Pipe, location: str, key_path: Path, rounds: int) -> None:
    """Open the store and close it again, as a command does; each time on a signal."""
    for _ in range(rounds):
        _ready(pipe)
        store = ConnectionStore(location, KeyFile(key_path))
        store.get("acme")
        store.close()
        pipe.send("closed")


def tell_number(pipe: Pipe, location: str, key_path: Path, name: str) -> None:
    """Tell the number that a connection's credentials hold."""
    store = ConnectionStore(location, KeyFile(key_path))
    pipe.send(store.get(name).credentials["n"])
    store.close()


def save_in_turns(
    pipe: Pipe, location: str, key_path: Path, name: str, seed: int, steps: int
) -> None:
    """Save a growing number through two stores that open and close in turn; tell each number."""
    turns = random.Random(seed)  # noqa: S311 - no secret
    stores = [ConnectionStore(location, KeyFile(key_path)) for _ in range(2)]
    _ready(pipe)
    for number in range(1, steps + 1):
        store = turns.choice(stores)
        if turns.random() < 0.4:
            store.close()
            stores[stores.index(store)] = store = ConnectionStore(location, KeyFile(key_path))
        store.get(name).save({"n": number})
        pipe.send(number)
    pipe.send("done")
    pipe.recv()


def begin_long_calls(pipe: Pipe, location: str, key_path: Path, account: str, limit: int) -> None:
    """Begin calls, more than may be, and tell how many were begun."""
    store = ConnectionStore(location, KeyFile(key_path))
    _ready(pipe)
    slots = [store.call_budget.begin_call(account, limit, seconds=60) for _ in range(8)]
    pipe.send(sum(slot is not None for slot in slots))
    store.close()


def reserve_all(pipe: Pipe, location: str, key_path: Path, account: str, floor: int) -> None:
    """Reserve calls until there are none, and tell how many there were."""
    store = ConnectionStore(location, KeyFile(key_path))
    _ready(pipe)
    total = 0
    while granted := store.call_budget.reserve(account, 7, floor=floor):
        total += granted
    pipe.send(total)
    store.close()
