"""Runs mixed work on a local org with faults on; reports lost and doubled writes, and growth.

    python tools/soak.py [--minutes 60] [--workers 3] [--report docs/reports/soak.md]

Each worker is a process with the same connection of one store: it writes records by external id,
reads them back, queries, loads by bulk job and deletes, while the org ends sessions, locks rows,
cuts connections and answers 503. The connection's refresh token rotates. At the end every write
that was acknowledged is looked up in the org.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import platform
import random
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from chaos.chaos_org import ChaosOrg, chaos_org
from chaos.store_location import NAME, StoreLocation

from connector_host.errors import HostError
from connector_host.registry import Registry
from connector_host.runner import Runner
from salesforce_connector.errors import ConnectorError

SAMPLE_EVERY = 10.0  # seconds between two readings of memory, descriptors and threads
KEYS = 200  # records of one worker
CONFIG = """
[limits]
DailyApiRequests = 1000000000

[[fields]]
object = "Account"
name = "Soak_Key__c"
type = "string"
length = 40
unique = true
external_id = true
"""
# Of the API alone: where refresh tokens rotate, a token response that is lost ends the sign-in, and
# a person must sign in again; tests/chaos measures that.
FAULTS: tuple[dict[str, Any], ...] = tuple(
    {"path": "^/services/data/", **fault}
    for fault in (
        {"kind": "session_expired", "probability": 0.002},
        {"kind": "row_lock", "probability": 0.002},
        {"kind": "unavailable", "probability": 0.002},
        {"kind": "bad_gateway", "probability": 0.001},
        {"kind": "reset_before", "probability": 0.001},
        {"kind": "reset_after", "probability": 0.001},
        {"kind": "truncated_body", "probability": 0.001},
        {"kind": "latency", "probability": 0.01, "seconds": 0.2},
    )
)


class Worker:
    """One process's work: records `w<number>-<key>` with a counter that only goes up."""

    def __init__(self, number: int, location: StoreLocation, seed: int) -> None:
        self.number = number
        self.store = location.open()
        self.runner = Runner(Registry.load(), self.store)
        self.random = random.Random(f"{seed}-{number}")  # noqa: S311 - a schedule, no secret
        self.acknowledged: dict[str, int] = {}  # external id -> the value that was saved last
        self.attempted: dict[str, int] = {}  # ... and the newest that may have been saved
        self.failures: Counter[str] = Counter()
        self.actions: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self, action: str, **inputs: Any) -> Any:
        self.actions[action] += 1
        return self.runner.run(NAME, action, inputs)["output"]

    def step(self) -> None:
        """Do one piece of work; what fails is counted by its code, and may be tried again later."""
        work = self.random.choices(
            (self.upsert, self.read, self.query, self.upsert_many, self.bulk, self.create_delete),
            weights=(40, 25, 15, 10, 1, 9),
        )[0]
        try:
            work()
        except (ConnectorError, HostError) as error:
            self.failures[error.code] += 1

    def upsert(self) -> None:
        key, value = self._next_value()
        self.run(
            "upsert_record",
            sobject="Account",
            external_id_field="Soak_Key__c",
            external_id=key,
            fields={"Name": key, "NumberOfEmployees": value},
        )
        self.acknowledged[key] = value

    def upsert_many(self) -> None:
        values = dict(self._next_value() for _ in range(20))
        records = [
            {"Name": key, "Soak_Key__c": key, "NumberOfEmployees": value}
            for key, value in values.items()
        ]
        output = self.run(
            "upsert_records", sobject="Account", external_id_field="Soak_Key__c", records=records
        )
        for result, key in zip(output["records"], values, strict=True):
            if result["ok"]:
                self.acknowledged[key] = values[key]

    def bulk(self) -> None:
        values = dict(self._next_value() for _ in range(60))
        records = [
            {"Name": key, "Soak_Key__c": key, "NumberOfEmployees": value}
            for key, value in values.items()
        ]
        self.run(
            "bulk_write",
            sobject="Account",
            operation="upsert",
            external_id_field="Soak_Key__c",
            records=records,
        )
        self.acknowledged |= values

    def read(self) -> None:
        if not self.acknowledged:
            return
        key = self.random.choice([*self.acknowledged])
        output = self.run(
            "get_record_by_external_id",
            sobject="Account",
            external_id_field="Soak_Key__c",
            external_id=key,
        )
        value = output["record"]["NumberOfEmployees"]
        if not self.acknowledged[key] <= value <= self.attempted[key]:
            self.wrong.append(f"{key}: {value} instead of {self.acknowledged[key]}")

    def query(self) -> None:
        self.run(
            "query",
            soql="SELECT Id, Name, NumberOfEmployees FROM Account WHERE Name LIKE :names",
            parameters={"names": {"starts_with": f"w{self.number}-"}},
        )

    def create_delete(self) -> None:
        created = self.run("create_record", sobject="Task", fields={"Subject": "soak"})
        self.run("delete_record", sobject="Task", id=created["id"])

    def _next_value(self) -> tuple[str, int]:
        key = f"w{self.number}-{self.random.randrange(KEYS)}"
        value = self.attempted.get(key, 0) + 1
        self.attempted[key] = value
        return key, value


def work(pipe: Any, number: int, location: StoreLocation, seconds: float, seed: int) -> None:
    """Work until the time is over; send samples, and at last what was acknowledged."""
    worker = Worker(number, location, seed)
    began = sampled = time.monotonic()
    while time.monotonic() - began < seconds:
        worker.step()
        if time.monotonic() - sampled >= SAMPLE_EVERY:
            sampled = time.monotonic()
            pipe.send(("sample", sampled - began, *_process_memory(), sum(worker.actions.values())))
    worker.store.close()
    pipe.send(("end", worker.actions, worker.failures, worker.acknowledged, worker.attempted,
               worker.wrong))  # fmt: skip


def _process_memory() -> tuple[int, int, int]:
    """Return this process's memory in KiB, open descriptors and threads."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    memory = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(memory), len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208


def soak(seconds: float, workers: int, seed: int) -> dict[str, Any]:
    """Do it, and give the figures of the report."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        config = Path(folder) / "org.toml"
        config.write_text(CONFIG, encoding="utf-8")
        org = stack.enter_context(chaos_org(config=config))
        location = StoreLocation(str(Path(folder) / "connections.sqlite3"), Path(folder) / "key")
        location.keep(org.settings, org.sign_in())
        for fault in FAULTS:
            org.order({**fault, "count": None})
        context = multiprocessing.get_context("spawn")
        pipes, processes = [], []
        for number in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, number, location, seconds, seed))
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
        samples: list[list[tuple[Any, ...]]] = [[] for _ in pipes]
        ends: list[tuple[Any, ...]] = []
        for number, pipe in enumerate(pipes):
            with contextlib.suppress(EOFError):
                while (message := pipe.recv())[0] == "sample":
                    samples[number].append(message[1:])
                    _show_progress(message, seconds)
                ends.append(message[1:])
        for process in processes:
            process.join(60)
        org.clear_faults()
        return _figures(org, samples, ends, workers, seconds)


def _show_progress(message: tuple[Any, ...], seconds: float) -> None:
    line = f"\r{message[1]:6.0f} of {seconds:.0f} s  {message[5]} actions of a worker"
    print(line, end="", file=sys.stderr, flush=True)


def _figures(
    org: ChaosOrg,
    samples: list[list[tuple[Any, ...]]],
    ends: list[tuple[Any, ...]],
    workers: int,
    seconds: float,
) -> dict[str, Any]:
    saved = org.employees_by("Soak_Key__c")
    lost, doubled = [], []
    for _, _, acknowledged, attempted, _ in ends:
        for key, value in acknowledged.items():
            values = saved.get(key, [])
            if len(values) > 1:
                doubled.append(key)
            if not values or not value <= values[0] <= attempted[key]:
                lost.append(key)
    actions = sum((end[0] for end in ends), Counter[str]())
    failures = sum((end[1] for end in ends), Counter[str]())
    return {
        "minutes": round(seconds / 60, 1),
        "workers": workers,
        "workers ended well": len(ends),
        "actions": sum(actions.values()),
        "actions by name": dict(actions.most_common()),
        "failed by code": dict(failures.most_common()),
        "acknowledged writes checked": sum(len(end[2]) for end in ends),
        "lost": len(lost),
        "doubled": len(doubled),
        "read back wrongly": sum(len(end[4]) for end in ends),
        "refreshes": org.tokens_given,
        "memory MiB, first and last third": [_thirds(sample, 1, 1024) for sample in samples],
        "descriptors, first and last third": [_thirds(sample, 2) for sample in samples],
        "threads, first and last third": [_thirds(sample, 3) for sample in samples],
        "cpu seconds of workers": round(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]), 1),
    }


def _thirds(samples: list[tuple[Any, ...]], column: int, unit: float = 1) -> list[float]:
    """Return the median of a column over the first and the last third of the run."""
    third = max(1, len(samples) // 3)
    halves = (samples[:third], samples[-third:])
    return [round(statistics.median(s[column] / unit for s in half), 1) for half in halves if half]


def _report(figures: dict[str, Any]) -> str:
    lines = [
        "# Soak test",
        "",
        "Written by `make soak`. Several processes with one connection write, read, query, load in",
        "bulk and delete on a local org that ends sessions, locks records, cuts connections and",
        "answers 503; its refresh token rotates. At the end every acknowledged write is looked up",
        "in the org.",
        "",
        f"Run on {datetime.now(UTC).date().isoformat()}, Python {platform.python_version()}.",
        "",
        "| figure | value |",
        "|---|---|",
    ]
    lines += [f"| {name} | `{json.dumps(value)}` |" for name, value in figures.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run and print; 1 when anything was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, help="a Markdown file to write")
    options = parser.parse_args()
    figures = soak(options.minutes * 60, options.workers, options.seed)
    print(json.dumps(figures, indent=2))
    if options.report:
        options.report.write_text(_report(figures), encoding="utf-8")
    bad = ("lost", "doubled", "read back wrongly")
    return int(
        any(figures[name] for name in bad) or figures["workers ended well"] < options.workers
    )


if __name__ == "__main__":
    sys.exit(main())
