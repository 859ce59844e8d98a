"""The task of a worker, and what it measures: the standard library alone, for every Python here."""

import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
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
class Task:
    """The workload of a worker, and its parameters.

    Attributes:
        work: Name of a function of its module.
        url: Of the stub.
        token: The token that the stub accepts until it expires.
        count: How many operations.
        concurrency: How many of them at once.
        folder: A folder that the worker may write to.
        interval: Seconds between arrivals of an open loop.
    """

    work: str
    url: str
    token: str = "stub-token-0"  # noqa: S105 - made up
    count: int = 0
    concurrency: int = 50
    folder: str = ""
    interval: float = 0.0


class Measurement:
    """Measures its block, which begins when the runner sends a line.

    Attributes:
        figures: `cpu` and `wall` in seconds, `whole`: the process's CPU seconds since it began,
            `rss` in MiB above the memory before; and what the workload adds.
    """

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}

    def __enter__(self) -> "Measurement":
        print("ready", flush=True)
        if sys.stdin.readline() == "":
            raise SystemExit("the runner has ended")
        self._rss = _reset_peak_memory()
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        self.figures["cpu"] = time.process_time() - self._cpu
        self.figures["wall"] = time.perf_counter() - self._wall
        self.figures["rss"] = _memory("VmHWM") - self._rss
        self.figures["whole"] = time.process_time()
        if kind is None:
            print(json.dumps(self.figures), flush=True)


def run(*workloads: Callable[[Task], Any]) -> None:
    """Run the workload that the command line names; a coroutine function on a loop of its own."""
    arguments = json.loads(sys.argv[1])
    core = arguments.pop("core")
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    task = Task(**arguments)
    by_name = {workload.__name__: workload for workload in workloads}
    outcome = by_name[task.work](task)
    if isinstance(outcome, Coroutine):
        import asyncio  # not for clients of threads: it costs as much as a cold start

        asyncio.run(outcome)


async def run_at_once(
    operation: Callable[[], Awaitable[object]], count: int, concurrency: int
) -> None:
    """Run an operation `count` times, by `concurrency` workers that each run one after another."""
    import asyncio

    left = iter(range(count))

    async def worker() -> None:
        for _ in left:
            await operation()

    await asyncio.gather(*(worker() for _ in range(concurrency)))


async def run_arriving(operation: Callable[[], Awaitable[object]], task: Task) -> dict[str, float]:
    """Start an operation every `interval` seconds, whether or not the earlier ones have ended.

    Returns:
        `p95`, in seconds from when each was due to its end, and `late`: seconds from when the last
        was due to when all were done.
    """
    import asyncio

    durations: list[float] = []

    async def measure(due: float) -> None:
        await operation()
        durations.append(time.perf_counter() - due)

    start = time.perf_counter()
    tasks = []
    for number in range(task.count):
        due = start + number * task.interval
        if (pause := due - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(measure(due)))
    await asyncio.gather(*tasks)
    late = time.perf_counter() - start - (task.count - 1) * task.interval
    return {"p95": sorted(durations)[int(len(durations) * 0.95)], "late": late}


def require(condition: bool, what: str) -> None:
    """End the worker when it has not done the work that is measured."""
    if not condition:
        raise SystemExit(f"not done: {what}")


def _reset_peak_memory() -> float:
    """Reset the peak memory; return the memory now, in MiB."""
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
