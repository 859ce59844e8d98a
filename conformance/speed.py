"""Measures the local org: `python -m conformance.speed`; exit 1 when a figure misses its bar.

Rows are read and written over HTTP in process, as tests do it: one client, one org, no socket.
"""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console
from rich.table import Table

from salesforce_emulator.identity import identity_of
from salesforce_emulator.opening import open_org
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.serving.transport import OrgTransport

ROWS: Final = 100_000
CREATES: Final = 20_000  # in collections of 200

_START: Final = """
import time; begun = time.perf_counter()
from salesforce_emulator.opening import open_org
from salesforce_emulator.app.app import create_app
create_app(open_org())
print(time.perf_counter() - begun)
"""
_STARTS: Final = 7


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, and its bar: at least, or with `at_most` at most."""

    name: str
    value: float
    unit: str
    bar: float
    at_most: bool = False

    @property
    def reaches_bar(self) -> bool:
        return self.value <= self.bar if self.at_most else self.value >= self.bar


def main() -> int:
    """Measure all figures and print a table."""
    figures = list(_measured())
    table = Table("figure", "measured", "bar", "")
    for figure in figures:
        sign = "<=" if figure.at_most else ">="
        verdict = "ok" if figure.reaches_bar else "MISSED"
        measured = f"{figure.value:,.2f} {figure.unit}"
        table.add_row(figure.name, measured, f"{sign} {figure.bar:,} {figure.unit}", verdict)
    Console(width=110).print(table)
    return 0 if all(figure.reaches_bar for figure in figures) else 1


def _measured() -> Iterator[Figure]:
    yield Figure("start, median of 7", _start(), "s", 0.6, at_most=True)
    with open_org(settings=Settings(bulk_wait=0)) as org:
        org.limits.api_max = 10**9
        client = httpx.Client(
            transport=OrgTransport(org),
            base_url=f"https://{org.host}/services/data/v62.0",
            headers={"Authorization": f"Bearer {identity_of(org).token_of(org.admin_id)}"},
        )
        with client:
            yield Figure("collections of 200", CREATES / _timed(_create, client), "rows/s", 4_000)
            yield Figure(
                "bulk ingest of 100,000 rows", _timed(_ingest, client), "s", 15, at_most=True
            )
            yield Figure("query, paged", ROWS / _timed(_page, client), "rows/s", 30_000)
            before = _memory()
            for _ in range(3_000):
                client.get("/query", params={"q": "SELECT Id, Name FROM Account LIMIT 20"})
            grown = _memory() - before
            yield Figure("memory grown by 3,000 requests", grown, "MB", 20, at_most=True)


def _start() -> float:
    """Return the seconds that a fresh process takes to import and set up an org with its app."""
    command = [sys.executable, "-c", _START]
    return statistics.median(
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(_STARTS)
    )


def _timed(operation: Callable[[httpx.Client], Any], client: httpx.Client) -> float:
    start = time.perf_counter()
    operation(client)
    return time.perf_counter() - start


def _create(client: httpx.Client) -> None:
    records = [{"attributes": {"type": "Account"}, "Name": f"A {n}"} for n in range(200)]
    for _ in range(CREATES // len(records)):
        response = client.post("/composite/sobjects", json={"records": records})
        _require(all(item["success"] for item in response.json()))


def _ingest(client: httpx.Client) -> None:
    job = client.post(
        "/jobs/ingest", json={"object": "Lead", "operation": "insert", "lineEnding": "LF"}
    ).json()
    path = f"/jobs/ingest/{job['id']}"
    lines = "".join(f"Lead {n},Acme {n % 100}\n" for n in range(ROWS))
    text = f"LastName,Company\n{lines}"
    client.put(f"{path}/batches", content=text, headers={"Content-Type": "text/csv"})
    client.patch(path, json={"state": "UploadComplete"})
    while (info := client.get(path).json())["state"] not in {"JobComplete", "Failed"}:
        pass
    _require(info["numberRecordsProcessed"] == ROWS and info["numberRecordsFailed"] == 0)


def _page(client: httpx.Client) -> None:
    page = client.get("/query", params={"q": "SELECT Id, LastName, Company FROM Lead"}).json()
    count = len(page["records"])
    while not page["done"]:
        page = client.get(f"https://{client.base_url.host}{page['nextRecordsUrl']}").json()
        count += len(page["records"])
    _require(count == ROWS)


def _memory() -> float:
    """Return the memory that the process has now, in MB; nothing where /proc is not."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 2**20


def _require(condition: bool) -> None:
    if not condition:
        raise RuntimeError("The org did not do what is measured.")


if __name__ == "__main__":
    sys.exit(main())
