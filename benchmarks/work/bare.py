"""The HTTP libraries alone, with the least that a call to Salesforce takes."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import httpx
import orjson

from benchmarks.work.told import FIELDS, Told, Watch, at_once, require, run

_PATH = "/services/data/v68.0/sobjects/Account"


def _aiohttp(session: aiohttp.ClientSession) -> Callable[[], Awaitable[None]]:
    async def act() -> None:
        async with session.post(_PATH, data=orjson.dumps(FIELDS)) as answer:
            require(orjson.loads(await answer.read())["success"], "a create")

    return act


def _httpx(client: httpx.AsyncClient) -> Callable[[], Awaitable[None]]:
    async def act() -> None:
        answer = await client.post(_PATH, content=orjson.dumps(FIELDS))
        require(orjson.loads(answer.content)["success"], "a create")

    return act


def _headers(told: Told) -> dict[str, str]:
    return {"Authorization": f"Bearer {told.token}", "Content-Type": "application/json"}


async def aiohttp_creates_at_once(told: Told) -> None:
    async with aiohttp.ClientSession(told.url, headers=_headers(told)) as session:
        await _measured(_aiohttp(session), told)


async def httpx_creates_at_once(told: Told) -> None:
    async with httpx.AsyncClient(base_url=told.url, headers=_headers(told)) as client:
        await _measured(_httpx(client), told)


async def _measured(act: Callable[[], Awaitable[None]], told: Told) -> None:
    await at_once(act, told.most * 2, told.most)
    with Watch():
        await at_once(act, told.count, told.most)


WORKS: dict[str, Callable[[Told], Any]] = {
    each.__name__: each for each in (aiohttp_creates_at_once, httpx_creates_at_once)
}

if __name__ == "__main__":
    run(WORKS)
