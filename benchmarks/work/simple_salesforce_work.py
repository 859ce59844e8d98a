"""simple-salesforce. Its addresses begin with https; an adapter leads them to the stub."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests  # type: ignore[import-untyped]  # pyrefly: ignore
from requests.adapters import HTTPAdapter  # type: ignore[import-untyped]  # pyrefly: ignore
from simple_salesforce import Salesforce  # pyrefly: ignore
from urllib3 import HTTPConnectionPool  # type: ignore[import-not-found]  # pyrefly: ignore

from benchmarks.work.counting import count_calls
from benchmarks.work.worker import FIELDS, SOQL, Measurement, Task, require, run


class _Loopback(HTTPAdapter):  # type: ignore[misc]
    """As installed, with its pool of ten connections, over plain HTTP to the stub."""

    def __init__(self, url: str) -> None:
        super().__init__()
        where = urlsplit(url)
        assert where.hostname is not None
        self._pool = HTTPConnectionPool(where.hostname, where.port, maxsize=10)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        return self._pool

    def cert_verify(self, *_: Any) -> None:
        pass


def _signed_in(task: Task) -> Any:
    session = requests.Session()
    session.mount("https://", _Loopback(task.url))
    return Salesforce(
        instance="stub.my.salesforce.com", session_id=task.token, session=session, version="60.0"
    )


def creates(task: Task) -> None:
    account = _signed_in(task).Account
    account.create(FIELDS)
    with Measurement():
        for _ in range(task.count):
            account.create(FIELDS)


def creates_at_once(task: Task) -> None:
    account = _signed_in(task).Account
    with ThreadPoolExecutor(task.concurrency) as threads:
        list(threads.map(account.create, [FIELDS] * task.concurrency * 2))
        with Measurement():
            list(threads.map(account.create, [FIELDS] * task.count))


def first_create(task: Task) -> None:
    with Measurement():
        _signed_in(task).Account.create(FIELDS)


def query_streamed(task: Task) -> None:
    salesforce = _signed_in(task)
    with Measurement():
        count = sum(1 for _ in salesforce.query_all_iter(SOQL))
    require(count == task.count, "all rows")


def query_in_memory(task: Task) -> None:
    salesforce = _signed_in(task)
    with Measurement():
        answer = salesforce.query_all(SOQL)
    require(len(answer["records"]) == task.count, "all rows")


def bulk_to_csv(task: Task) -> None:
    salesforce = _signed_in(task)
    with tempfile.TemporaryDirectory(dir=task.folder) as folder:
        with Measurement() as measurement:
            salesforce.bulk2.Account.download(SOQL, folder, wait=0)
            measurement.figures["bytes"] = sum(
                path.stat().st_size for path in Path(folder).iterdir()
            )
        lines = 0
        for each in Path(folder).iterdir():
            with each.open("rb") as file:
                lines += sum(1 for _ in file) - 1
    require(lines == task.count, "all rows")


def hold_connections(task: Task) -> None:
    """Hold many clients in one process, each used once."""
    _signed_in(task).limits()
    clients = []
    with Measurement():
        for _ in range(task.count):
            client = _signed_in(task)
            client.limits()
            clients.append(client)


def measure_calls(task: Task) -> None:
    account = _signed_in(task).Account
    for _ in range(20):
        account.create(FIELDS)
    with Measurement() as measurement, count_calls() as calls:
        for _ in range(task.count):
            account.create(FIELDS)
        measurement.figures["calls_each"] = calls.count / task.count


if __name__ == "__main__":
    run(
        creates,
        creates_at_once,
        first_create,
        query_streamed,
        query_in_memory,
        bulk_to_csv,
        hold_connections,
        measure_calls,
    )
