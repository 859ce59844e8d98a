"""Measures workflows per second by number of workers, and the CPU time that each process spends.

    make temporal-throughput TEMPORAL_RUNS=300

One workflow is `RunAction` with one upsert. The org, the server and the workers share the machine,
so the rate is a floor; CPU time a workflow does not depend on what else the machine does. What runs
the org starts the workflows too, so both are in its figure.
"""

import asyncio
import gc
import os
import sys
import tempfile
import time
from pathlib import Path

from engines.conftest import EngineSite, serve_site
from engines.temporal.processes import QUEUE, Server, WorkerProcess
from engines.temporal.worker_process import connect

from connector_host.engines.temporal import RunRequest

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return the user and system time of a process and its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def run_all(address: str, prefix: str, count: int) -> None:
    """Start workflows and wait for all of them, 100 at a time."""
    client = await connect(address)
    limit = asyncio.Semaphore(100)

    async def one(number: int) -> None:
        key = f"{prefix}-{number}"
        inputs = {
            "sobject": "Account",
            "external_id_field": "Order_Key__c",
            "external_id": key,
            "fields": {"Name": key},
        }
        request = RunRequest("acme", "upsert_record", inputs)
        async with limit:
            await client.execute_workflow("connector.RunAction", request, id=key, task_queue=QUEUE)

    await asyncio.gather(*(one(number) for number in range(count)))


def measure(site: EngineSite, folder: Path, workers: int, count: int) -> str:
    """Run workflows on a number of workers; gives a row of the table."""
    server = Server(folder)
    processes = [WorkerProcess(site, server.address) for _ in range(workers)]
    try:
        asyncio.run(run_all(server.address, f"warm{workers}", 20))
        watched = {"server": [server.pid], "workers": [process.pid for process in processes]}
        watched["org and client"] = [os.getpid()]
        before = {name: sum(map(cpu_seconds, pids)) for name, pids in watched.items()}
        begin = time.monotonic()
        asyncio.run(run_all(server.address, f"run{workers}", count))
        seconds = time.monotonic() - begin
        spent = {
            name: 1000 * (sum(map(cpu_seconds, pids)) - before[name]) / count
            for name, pids in watched.items()
        }
    finally:
        for each in processes:
            each.kill()
        server.kill()
    total = sum(spent.values())
    cells = [workers, count, f"{seconds:.1f}", f"{count / seconds:.1f}"]
    cells += [f"{spent[name]:.1f}" for name in ("server", "workers", "org and client")]
    cells += [f"{total:.1f}", f"{(os.cpu_count() or 1) * 1000 / total:.0f}"]
    return f"| {' | '.join(map(str, cells))} |"


def main(count: int) -> None:
    """Print the table."""
    print(
        "| workers | workflows | s | workflows/s | server ms CPU | workers ms CPU"
        " | org and client ms CPU | all ms CPU | most/s on these cores |"
    )
    print("|" + "---|" * 9)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serve_site(folder) as site:
            for workers in (1, 2, 3):
                place = folder / str(workers)
                place.mkdir()
                print(measure(site, place, workers, count), flush=True)
    gc.collect()  # the SDK's threads must be gone before the interpreter is


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
