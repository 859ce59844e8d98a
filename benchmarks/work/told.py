"""What a worker is told, and what it tells: the standard library alone, for every Python here."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIELDS = {
    "Name": "Acme & Söhne",
    "Industry": "Banking",
    "Phone": "+49 30 1",
    "NumberOfEmployees": 9,
}
SOQL = (
    "SELECT Id, Name, Industry, Phone, NumberOfEmployees, AnnualRevenue, CreatedDate, OwnerId "
    "FROM Account"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker is to do.

    Attributes:
        work: Name of a function of its module.
        url: Of the stub.
        token: That the stub takes, until it is told to let it expire.
        count: How often.
        most: At once.
        folder: That it may write to.
        every: Seconds between arrivals of an open loop.
    """

    work: str
    url: str
    token: str = "stub-token-0"  # noqa: S105 - made up
    count: int = 0
    most: int = 50
    folder: str = ""
    every: float = 0.0


class Watch:
    """Measures what is inside its block, once the word to begin has come.

    Attributes:
        figures: `cpu` and `wall` in seconds, `whole`: the process's CPU seconds since it began,
            `rss` in MiB above what was there before; and what the worker adds of its own.
    """

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}

    def __enter__(self) -> "Watch":
        print("ready", flush=True)
        if sys.stdin.readline() == "":
            raise SystemExit("nobody wants to know any more")
        self._rss = _forget_peak()
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        self.figures["cpu"] = time.process_time() - self._cpu
        self.figures["wall"] = time.perf_counter() - self._wall
        self.figures["rss"] = _memory("VmHWM") - self._rss
        self.figures["whole"] = time.process_time()
        if kind is None:
            print(json.dumps(self.figures), flush=True)


def run(works: Mapping[str, Callable[[Told], Any]]) -> None:
    """Do the work that the command line names; a coroutine function on a loop of its own."""
    given = json.loads(sys.argv[1])
    core = given.pop("core")
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    told = Told(**given)
    done = works[told.work](told)
    if asyncio.iscoroutine(done):
        asyncio.run(done)


async def at_once(act: Callable[[], Awaitable[object]], count: int, most: int) -> None:
    """Do something so often, by so many workers that each do one after the other."""
    left = iter(range(count))

    async def worker() -> None:
        for _ in left:
            await act()

    await asyncio.gather(*(worker() for _ in range(most)))


async def arriving(act: Callable[[], Awaitable[object]], told: Told) -> dict[str, float]:
    """Begin one every `every` seconds, whatever became of those before.

    Returns:
        `p95`, in seconds from when each was due to its end, and `late`: seconds from when the last
        was due to when all were done.
    """
    took: list[float] = []

    async def one(due: float) -> None:
        await act()
        took.append(time.perf_counter() - due)

    start = time.perf_counter()
    begun = []
    for number in range(told.count):
        due = start + number * told.every
        if (pause := due - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        begun.append(asyncio.create_task(one(due)))
    await asyncio.gather(*begun)
    late = time.perf_counter() - start - (told.count - 1) * told.every
    return {"p95": sorted(took)[int(len(took) * 0.95)], "late": late}


def require(held: bool, what: str) -> None:
    """End the worker when it has not done what is measured."""
    if not held:
        raise SystemExit(f"not done: {what}")


def _forget_peak() -> float:
    """Begin a new peak; gives the memory now, in MiB."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:  # not Linux, or not allowed: the peak is then the process's own
        return _memory("VmRSS")
    return _memory("VmHWM")


def _memory(name: str) -> float:
    try:
        text = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(name)) / 1024
