"""aiosalesforce. It takes no address but Salesforce's own; the stub's is set behind it."""

from typing import Any

import httpx
from aiosalesforce import Salesforce  # pyrefly: ignore
from aiosalesforce.auth import Auth  # pyrefly: ignore

from benchmarks.work.counting import count_calls
from benchmarks.work.worker import (
    FIELDS,
    SOQL,
    Measurement,
    Task,
    require,
    run,
    run_arriving,
    run_at_once,
)


class _FixedToken(Auth):  # type: ignore[misc]
    """A token that is there; a new one from the stub's token endpoint."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task

    async def _acquire_new_access_token(self, client: Any) -> str:  # noqa: ARG002
        return self._task.token

    async def _refresh_access_token(self, client: Any) -> str:
        form = {"grant_type": "client_credentials", "client_id": "k", "client_secret": "s"}
        answer = await client.httpx_client.post(
            f"{self._task.url}/services/oauth2/token", data=form
        )
        return str(answer.json()["access_token"])


def _signed_in(task: Task, client: httpx.AsyncClient) -> Any:
    salesforce = Salesforce(client, "https://stub.my.salesforce.com", _FixedToken(task))
    salesforce._Salesforce__base_url = task.url  # noqa: SLF001
    return salesforce


async def creates(task: Task) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(task, client)
        await salesforce.sobject.create("Account", FIELDS)
        with Measurement():
            for _ in range(task.count):
                await salesforce.sobject.create("Account", FIELDS)


async def creates_at_once(task: Task) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(task, client)

        def operation() -> Any:
            return salesforce.sobject.create("Account", FIELDS)

        await run_at_once(operation, task.concurrency * 2, task.concurrency)
        with Measurement():
            await run_at_once(operation, task.count, task.concurrency)


async def creates_arriving(task: Task) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(task, client)

        def operation() -> Any:
            return salesforce.sobject.create("Account", FIELDS)

        await run_at_once(operation, task.concurrency, task.concurrency)
        with Measurement() as measurement:
            measurement.figures |= await run_arriving(operation, task)


async def query_streamed(task: Task) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(task, client)
        with Measurement():
            count = 0
            async for _ in salesforce.query(SOQL):
                count += 1
    require(count == task.count, "all rows")


async def query_in_memory(task: Task) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(task, client)
        with Measurement():
            rows = [item async for item in salesforce.query(SOQL)]
    require(len(rows) == task.count, "all rows")


async def expired(task: Task) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(task, client)
        await salesforce.get_limits()
        failed = 0

        async def operation() -> None:
            nonlocal failed
            try:
                await salesforce.get_limits()
            except Exception:  # noqa: BLE001 - whatever a client raises is a call lost
                failed += 1

        with Measurement() as measurement:
            await run_at_once(operation, task.count, task.count)
            measurement.figures["failed"] = failed


async def measure_calls(task: Task) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(task, client)
        for _ in range(20):
            await salesforce.sobject.create("Account", FIELDS)
        with Measurement() as measurement, count_calls() as calls:
            for _ in range(task.count):
                await salesforce.sobject.create("Account", FIELDS)
            measurement.figures["calls_each"] = calls.count / task.count


if __name__ == "__main__":
    run(
        creates,
        creates_at_once,
        creates_arriving,
        query_streamed,
        query_in_memory,
        expired,
        measure_calls,
    )
