"""simple-salesforce. Its addresses begin with https; an adapter leads them to the stub."""

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests  # type: ignore[import-untyped]  # pyrefly: ignore
from requests.adapters import HTTPAdapter  # type: ignore[import-untyped]  # pyrefly: ignore
from simple_salesforce import Salesforce  # pyrefly: ignore
from urllib3 import HTTPConnectionPool  # type: ignore[import-not-found]  # pyrefly: ignore

from benchmarks.work.counting import counting
from benchmarks.work.told import FIELDS, SOQL, Told, Watch, require, run


class _Loopback(HTTPAdapter):  # type: ignore[misc]
    """As installed, ten sockets kept; only the way is another."""

    def __init__(self, url: str) -> None:
        super().__init__()
        where = urlsplit(url)
        assert where.hostname is not None
        self._pool = HTTPConnectionPool(where.hostname, where.port, maxsize=10)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        return self._pool

    def cert_verify(self, *_: Any) -> None:
        pass


def _signed_in(told: Told) -> Any:
    session = requests.Session()
    session.mount("https://", _Loopback(told.url))
    return Salesforce(
        instance="stub.my.salesforce.com", session_id=told.token, session=session, version="60.0"
    )


def creates(told: Told) -> None:
    account = _signed_in(told).Account
    account.create(FIELDS)
    with Watch():
        for _ in range(told.count):
            account.create(FIELDS)


def creates_at_once(told: Told) -> None:
    account = _signed_in(told).Account
    with ThreadPoolExecutor(told.most) as threads:
        list(threads.map(account.create, [FIELDS] * told.most * 2))
        with Watch():
            list(threads.map(account.create, [FIELDS] * told.count))


def first_create(told: Told) -> None:
    with Watch():
        _signed_in(told).Account.create(FIELDS)


def query_streamed(told: Told) -> None:
    salesforce = _signed_in(told)
    with Watch():
        count = sum(1 for _ in salesforce.query_all_iter(SOQL))
    require(count == told.count, "all rows")


def query_kept(told: Told) -> None:
    salesforce = _signed_in(told)
    with Watch():
        answer = salesforce.query_all(SOQL)
    require(len(answer["records"]) == told.count, "all rows")


def bulk_to_csv(told: Told) -> None:
    salesforce = _signed_in(told)
    with tempfile.TemporaryDirectory(dir=told.folder) as folder:
        with Watch() as watch:
            salesforce.bulk2.Account.download(SOQL, folder, wait=0)
            watch.figures["bytes"] = sum(each.stat().st_size for each in Path(folder).iterdir())
        lines = 0
        for each in Path(folder).iterdir():
            with each.open("rb") as file:
                lines += sum(1 for _ in file) - 1
    require(lines == told.count, "all rows")


def counted(told: Told) -> None:
    account = _signed_in(told).Account
    for _ in range(20):
        account.create(FIELDS)
    with Watch() as watch, counting() as calls:
        for _ in range(told.count):
            account.create(FIELDS)
        watch.figures["calls_each"] = calls.made / told.count


WORKS: dict[str, Callable[[Told], Any]] = {
    each.__name__: each
    for each in (
        creates,
        creates_at_once,
        first_create,
        query_streamed,
        query_kept,
        bulk_to_csv,
        counted,
    )
}

if __name__ == "__main__":
    run(WORKS)
