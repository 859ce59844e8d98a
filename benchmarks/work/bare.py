"""The HTTP libraries alone, with the least that a call to Salesforce takes."""

from collections.abc import Awaitable, Callable

import aiohttp
import httpx
import orjson

from benchmarks.work.worker import FIELDS, Measurement, Task, require, run, run_at_once

_PATH = "/services/data/v68.0/sobjects/Account"


def _aiohttp(session: aiohttp.ClientSession) -> Callable[[], Awaitable[None]]:
    async def operation() -> None:
        async with session.post(_PATH, data=orjson.dumps(FIELDS)) as answer:
            require(orjson.loads(await answer.read())["success"], "a create")

    return operation


def _httpx(client: httpx.AsyncClient) -> Callable[[], Awaitable[None]]:
    async def operation() -> None:
        answer = await client.post(_PATH, content=orjson.dumps(FIELDS))
        require(orjson.loads(answer.content)["success"], "a create")

    return operation


def _headers(task: Task) -> dict[str, str]:
    return {"Authorization": f"Bearer {task.token}", "Content-Type": "application/json"}


async def aiohttp_creates_at_once(task: Task) -> None:
    async with aiohttp.ClientSession(task.url, headers=_headers(task)) as session:
        await _measured(_aiohttp(session), task)


async def httpx_creates_at_once(task: Task) -> None:
    async with httpx.AsyncClient(base_url=task.url, headers=_headers(task)) as client:
        await _measured(_httpx(client), task)


async def _measured(operation: Callable[[], Awaitable[None]], task: Task) -> None:
    await run_at_once(operation, task.concurrency * 2, task.concurrency)
    with Measurement():
        await run_at_once(operation, task.count, task.concurrency)


if __name__ == "__main__":
    run(aiohttp_creates_at_once, httpx_creates_at_once)
