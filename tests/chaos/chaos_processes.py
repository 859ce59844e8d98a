"""What other processes do in the chaos: each opens the store and makes a plugin of its own.

A process that is to be killed is forked off a `ForkServer`, which has imported everything and
keeps nothing open: what dies has lived for a call, not for half a second of imports.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import httpx
from chaos.chaos_faults import CountingTransport, Fatal, KillingConnection, KillingTransport
from chaos.store_location import NAME, StoreLocation

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.transport import network

FORKSERVER = multiprocessing.get_context("forkserver")
# What is installed: the server that forks does not know the folder of the tests.
FORKSERVER.set_forkserver_preload(
    [
        "__main__",
        "connector_host.store.connection_store",
        "cryptography.hazmat.primitives.ciphers.aead",
        "encodings.idna",
        "httpcore",
        "psycopg",
        "salesforce_actions.runner",
        "sqlalchemy.dialects.sqlite",
    ]
)
PATIENCE = 180.0  # seconds for a process to come so far, on a machine that is busy
AT_ONCE = 100  # calls of a process that are under way: the org is one thread of this machine
LOOPS = 4  # in a process that runs several event loops


@dataclass(frozen=True)
class WorkerReport:
    """What a process did.

    Attributes:
        done: Calls that were answered.
        lost: What the others met, by the error's code.
        refreshes: Requests to the token endpoint.
    """

    done: int
    lost: dict[str, int]
    refreshes: int


class Process:
    """Another process at work."""

    def __init__(self, work: Callable[..., None], location: StoreLocation, *arguments: Any) -> None:
        self._pipe, theirs = FORKSERVER.Pipe()
        self._process = FORKSERVER.Process(
            target=work, args=(theirs, location.location, location.key_path, *arguments)
        )
        self._process.start()
        theirs.close()

    def wait_for(self, word: str) -> None:
        assert self._next() == word

    def go_on(self) -> None:
        self._pipe.send("go on")

    def did(self) -> WorkerReport:
        result = self._next()
        assert isinstance(result, WorkerReport)
        self._process.join(PATIENCE)
        self._pipe.close()
        return result

    def send(self, word: object) -> None:
        self._pipe.send(word)

    def hear(self) -> Any:
        return self._next()

    def end(self) -> None:
        """Wait for its end."""
        self._process.join(PATIENCE)
        self._pipe.close()

    def _next(self) -> Any:
        assert self._pipe.poll(PATIENCE), "no word in time"
        return self._pipe.recv()


def call_often(
    pipe: Pipe, location: str, key_path: Path, calls: int, kind: str, down_for: float = 0.0
) -> None:
    """Make calls, all at once, and say what became of them.

    Args:
        kind: `threads`, `loop`, `loops` or `mixed` (threads and a loop).
        down_for: Seconds from the start in which the token endpoint is down.
    """
    store = StoreLocation(location, key_path).open()
    stored = store.get(NAME)
    transport = CountingTransport(httpx.HTTPTransport(), down_for)
    plugin = SalesforceConnector(transport=transport)
    lost: dict[str, int] = {}
    guard = threading.Lock()

    def note(error: ConnectorError) -> None:
        with guard:
            lost[error.code] = lost.get(error.code, 0) + 1

    def in_thread(_: int) -> int:
        try:
            plugin.run_action("salesforce", "get_limits", stored, {}, {})
        except ConnectorError as error:
            note(error)
            return 0
        return 1

    async def run_once(turn: asyncio.Semaphore) -> int:
        async with turn:
            started = plugin.run_action_async("salesforce", "get_limits", stored, {}, {})
            assert started is not None
            try:
                await started
            except ConnectorError as error:
                note(error)
                return 0
            return 1

    async def many(count: int) -> int:
        turn = asyncio.Semaphore(AT_ONCE)
        return sum(await asyncio.gather(*(run_once(turn) for _ in range(count))))

    def on_a_loop(count: int) -> int:
        return asyncio.run(many(count))

    pipe.send("ready")
    pipe.recv()
    with ThreadPoolExecutor(min(calls, AT_ONCE)) as threads:
        match kind:
            case "threads":
                done = sum(threads.map(in_thread, range(calls)))
            case "loop":
                done = on_a_loop(calls)
            case "loops":
                done = sum(threads.map(on_a_loop, [calls // LOOPS] * LOOPS))
            case _:
                beside = threads.submit(on_a_loop, calls // 2)
                done = sum(threads.map(in_thread, range(calls - calls // 2))) + beside.result()
    pipe.send(WorkerReport(done, lost, transport.refreshes))
    plugin.close()
    store.close()


class ForkServer:
    """A process from which others are forked, to be killed."""

    def __init__(self, location: StoreLocation) -> None:
        self._process = Process(_serve_forks, location)
        self._process.wait_for("ready")

    def dies_at(self, step: str) -> bool:
        """Let a process call, and die at a step of its renewal; whether it did."""
        self._process.send(("step", step))
        return self._process.hear() is True

    def dies_after(self, seconds: float) -> bool:
        """Let a process call, and kill it after a while; whether it was still at work."""
        self._process.send(("moment", seconds))
        return self._process.hear() is True

    def close(self) -> None:
        self._process.send(None)
        self._process.end()


@contextmanager
def fork_server(location: StoreLocation) -> Generator[ForkServer]:
    """Have a fork_server until left."""
    created = ForkServer(location)
    try:
        yield created
    finally:
        created.close()


def _serve_forks(pipe: Pipe, location: str, key_path: Path) -> None:
    """Fork and kill, as it is told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted closes the fork_server
    path = StoreLocation(location, key_path)
    network().close()  # reads the machine's certificates, once for all that are forked
    pipe.send("ready")
    while (word := pipe.recv()) is not None:
        match word:
            case ("step", str(step)):
                pipe.send(_killed(_forked(partial(call_and_die, path, step))))
            case ("moment", float(seconds)):
                pipe.send(_killed_after(path, seconds))


def _killed_after(location: StoreLocation, seconds: float) -> bool:
    begun, messages = os.pipe()
    child = _forked(partial(call_when_open, location, messages))
    os.close(messages)
    os.read(begun, 1)
    os.close(begun)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return _killed(child)


def _forked(work: Callable[[], None]) -> int:
    """Fork a process that does the work and ends; gives its id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 - the edge of a process: its parent's stack is no caller
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _killed(child: int) -> bool:
    """Wait for a process's end; whether it was killed. One that failed says so by itself."""
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "it failed before it was killed"
    return os.WIFSIGNALED(status)


def call_and_die(location: StoreLocation, step: str) -> None:
    """Make one call, and die at a step of its renewal."""
    store = location.open()
    fatal = Fatal(step)
    fatal.watch(store)
    stored = KillingConnection(store.get(NAME), fatal)
    plugin = SalesforceConnector(transport=KillingTransport(httpx.HTTPTransport(), fatal))
    plugin.run_action("salesforce", "get_limits", stored, {}, {})


def call_when_open(location: StoreLocation, messages: int) -> None:
    """Open the store, say so through a pipe, and make one call."""
    store = location.open()
    stored = store.get(NAME)
    plugin = SalesforceConnector(transport=network())
    os.write(messages, b"!")
    plugin.run_action("salesforce", "get_limits", stored, {}, {})


def call_in_turn(pipe: Pipe, location: str, key_path: Path, calls: int) -> None:
    """Make one call each time one is asked for; each with the token that has just ended."""
    store = StoreLocation(location, key_path).open()
    transport = CountingTransport(httpx.HTTPTransport())
    plugin = SalesforceConnector(transport=transport)
    stored = store.get(NAME)
    done = 0
    lost: dict[str, int] = {}
    pipe.send("ready")
    for _ in range(calls):
        pipe.recv()
        try:
            plugin.run_action("salesforce", "get_limits", stored, {}, {})
            done += 1
        except ConnectorError as error:
            lost[error.code] = lost.get(error.code, 0) + 1
        pipe.send("called")
    pipe.send(WorkerReport(done, lost, transport.refreshes))
    plugin.close()
    store.close()
