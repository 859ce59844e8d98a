"""Runs cases: clients in turn, shuffled anew each time, each in fresh processes."""

import json
import os
import random
import resource
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

from benchmarks.case import MAX_SPREAD, Case, Client, Samples
from benchmarks.environments import ROOT, NotInstalled, python_of, worker_environment
from benchmarks.stub_process import StubProcess, cores, run_stub

TIMEOUT = 120.0  # seconds for one run of one client


class WorkerFailed(Exception):
    """A worker that ended before it had done its work; says what it wrote to stderr."""


def run(case: Case, runs: int, samples: Samples, rng: random.Random) -> None:
    """Run a case; what was measured stands in `samples` at once, also when this is interrupted.

    A client whose runs lie too far apart gets as many again, once.
    """
    rounds = min(runs, case.runs) if case.runs else runs
    pythons: dict[str, str] = {}
    for client in case.clients:
        try:
            pythons[client.name] = python_of(client.peer)
        except NotInstalled as exc:
            samples.skipped[client.name] = str(exc)
    clients = [client for client in case.clients if client.name in pythons]
    with run_stub(case.stub_arguments) as stub, tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            _round(case, clients, pythons, stub, folder, samples, rng)
        unsteady = [
            client for client in clients if samples.spread(client.name, case.figure) > MAX_SPREAD
        ]
        for _ in range(rounds if rounds > 1 else 0):
            _round(case, unsteady, pythons, stub, folder, samples, rng)


def _round(
    case: Case,
    clients: Sequence[Client],
    pythons: Mapping[str, str],
    stub: StubProcess,
    folder: str,
    samples: Samples,
    rng: random.Random,
) -> None:
    for client in rng.sample(clients, len(clients)):
        if client.name in samples.skipped:
            continue
        try:
            figures = _run_client(case, client, pythons[client.name], stub, folder)
        except WorkerFailed as exc:
            samples.skipped[client.name] = str(exc)
            continue
        samples.runs.setdefault(client.name, []).append(figures)


def _run_client(
    case: Case, client: Client, python: str, stub: StubProcess, folder: str
) -> dict[str, float]:
    """Return the figures of one run: the worker's own, and what the stub has counted."""
    stub.reset(client.latency, client.rate)
    if case.prepare is not None:
        case.prepare(folder, stub.url)
    if client.module == "-c":
        figures = _run_command([python, "-c", client.work])
    elif client.whole:
        figures = _run_command(_worker_command(case, client, python, stub, folder))
    else:
        figures = _run_workers(case, client, python, stub, folder)
    return {**figures, **stub.counters()}


def _worker_command(
    case: Case, client: Client, python: str, stub: StubProcess, folder: str
) -> list[str]:
    task = {
        "work": client.work,
        "url": stub.url,
        "count": (client.count or case.count) // client.processes,
        "core": cores()[1],
        "folder": folder,
        "interval": client.interval,
        "concurrency": client.concurrency,
    }
    return [python, "-m", f"benchmarks.work.{client.module}", json.dumps(task)]


def _run_workers(
    case: Case, client: Client, python: str, stub: StubProcess, folder: str
) -> dict[str, float]:
    command = _worker_command(case, client, python, stub, folder)
    with _processes(command, client.processes) as workers:
        for worker in workers:
            _read_line(worker, worker.stdout)
        if client.expire:
            stub.expire()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        reports = [json.loads(_read_line(worker, worker.stdout)) for worker in workers]
    figures: dict[str, float] = {
        name: sum(report[name] for report in reports) for name in reports[0]
    }
    figures["each"] = figures["cpu"] / (client.count or case.count) * 1e6
    figures["wall"] = max(report["wall"] for report in reports)
    figures["rss"] = max(report["rss"] for report in reports)
    return figures


@contextmanager
def _processes(command: list[str], number: int) -> Generator[list[subprocess.Popen[str]]]:
    workers = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=worker_environment(),
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
            worker.communicate(timeout=TIMEOUT)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _read_line(worker: subprocess.Popen[str], pipe: IO[str] | None) -> str:
    assert pipe is not None
    line = pipe.readline()
    if not line:
        _, stderr = worker.communicate(timeout=TIMEOUT)
        raise WorkerFailed(stderr.strip().rpartition("\n")[2][:200] or "it ended without a word")
    return line


def _run_command(command: list[str]) -> dict[str, float]:
    """Return what a whole process takes, from outside."""
    _, core = cores()

    def pinned() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.run(
        command,
        cwd=ROOT,
        env=worker_environment(),
        input="go\n",
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=pinned,
    )
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise WorkerFailed(process.stderr.strip().rpartition("\n")[2][:200])
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"cpu": cpu, "whole": cpu, "wall": wall}
