"""Runs cases: clients in turn, shuffled anew each time, each in fresh processes."""

import json
import os
import random
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

from benchmarks.case import WIDEST, Case, Client, Samples
from benchmarks.environments import ROOT, NotInstalled, python_of
from benchmarks.stubbed import Stubbed, cores, stub

PATIENCE = 120.0  # seconds for one run of one client


class NotDone(Exception):
    """A worker that ended before it had done its work; says what it said."""


def run(case: Case, runs: int, samples: Samples, chance: random.Random) -> None:
    """Run a case; what was measured stands in `samples` at once, also when this is interrupted.

    A client whose runs lie too far apart gets as many again, once.
    """
    wanted = min(runs, case.runs) if case.runs else runs
    pythons: dict[str, str] = {}
    for client in case.clients:
        try:
            pythons[client.name] = python_of(client.peer)
        except NotInstalled as exc:
            samples.skipped[client.name] = str(exc)
    clients = [each for each in case.clients if each.name in pythons]
    with stub(case.stock) as stubbed, tempfile.TemporaryDirectory() as folder:
        for _ in range(wanted):
            _round(case, clients, pythons, stubbed, folder, samples, chance)
        wide = [each for each in clients if samples.spread(each.name, case.figure) > WIDEST]
        for _ in range(wanted if wanted > 1 else 0):
            _round(case, wide, pythons, stubbed, folder, samples, chance)


def _round(
    case: Case,
    clients: Sequence[Client],
    pythons: Mapping[str, str],
    stubbed: Stubbed,
    folder: str,
    samples: Samples,
    chance: random.Random,
) -> None:
    for client in chance.sample(clients, len(clients)):
        if client.name in samples.skipped:
            continue
        try:
            found = _once(case, client, pythons[client.name], stubbed, folder)
        except NotDone as exc:
            samples.skipped[client.name] = str(exc)
            continue
        samples.runs.setdefault(client.name, []).append(found)


def _once(
    case: Case, client: Client, python: str, stubbed: Stubbed, folder: str
) -> dict[str, float]:
    """Return the figures of one run: the worker's own, and what the stub has counted."""
    stubbed.reset(client.latency)
    if case.prepare is not None:
        case.prepare(folder, stubbed.url)
    if client.module == "-c":
        figures = _timed([python, "-c", client.work])
    else:
        figures = _worked(case, client, python, stubbed, folder)
    return {**figures, **stubbed.counters()}


def _worked(
    case: Case, client: Client, python: str, stubbed: Stubbed, folder: str
) -> dict[str, float]:
    count = client.count or case.count
    told = {
        "work": client.work,
        "url": stubbed.url,
        "count": count // client.processes,
        "core": cores()[1],
        "folder": folder,
        "every": client.every,
    }
    command = [python, "-m", f"benchmarks.work.{client.module}", json.dumps(told)]
    with _processes(command, client.processes) as workers:
        for worker in workers:
            _line(worker, worker.stdout)
        if client.expire:
            stubbed.expire()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        found = [json.loads(_line(worker, worker.stdout)) for worker in workers]
    figures: dict[str, float] = {name: sum(each[name] for each in found) for name in found[0]}
    figures["each"] = figures["cpu"] / count * 1e6
    figures["wall"] = max(each["wall"] for each in found)
    figures["rss"] = max(each["rss"] for each in found)
    return figures


@contextmanager
def _processes(command: list[str], number: int) -> Iterator[list[subprocess.Popen[str]]]:
    workers = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(number)
    ]
    try:
        yield workers
        for worker in workers:
            worker.communicate(timeout=PATIENCE)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _line(worker: subprocess.Popen[str], pipe: IO[str] | None) -> str:
    assert pipe is not None
    line = pipe.readline()
    if not line:
        _, said = worker.communicate(timeout=PATIENCE)
        raise NotDone(said.strip().rpartition("\n")[2][:200] or "it ended without a word")
    return line


def _timed(command: list[str]) -> dict[str, float]:
    """Return what a whole process takes, from outside."""
    _, core = cores()

    def pinned() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=pinned
    )
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise NotDone(done.stderr.strip().rpartition("\n")[2][:200])
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"cpu": cpu, "whole": cpu, "wall": wall}
