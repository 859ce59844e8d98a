"""aiosalesforce. It takes no address but Salesforce's own; the stub's is set behind it."""

from collections.abc import Callable
from typing import Any

import httpx
from aiosalesforce import Salesforce  # pyrefly: ignore
from aiosalesforce.auth import Auth  # pyrefly: ignore

from benchmarks.work.counting import counting
from benchmarks.work.told import FIELDS, SOQL, Told, Watch, arriving, at_once, require, run


class _Known(Auth):  # type: ignore[misc]
    """A token that is there; a new one from the stub's token endpoint."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self._told = told

    async def _acquire_new_access_token(self, client: Any) -> str:  # noqa: ARG002
        return self._told.token

    async def _refresh_access_token(self, client: Any) -> str:
        form = {"grant_type": "client_credentials", "client_id": "k", "client_secret": "s"}
        answer = await client.httpx_client.post(
            f"{self._told.url}/services/oauth2/token", data=form
        )
        return str(answer.json()["access_token"])


def _signed_in(told: Told, client: httpx.AsyncClient) -> Any:
    salesforce = Salesforce(client, "https://stub.my.salesforce.com", _Known(told))
    salesforce._Salesforce__base_url = told.url  # noqa: SLF001
    return salesforce


async def creates(told: Told) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(told, client)
        await salesforce.sobject.create("Account", FIELDS)
        with Watch():
            for _ in range(told.count):
                await salesforce.sobject.create("Account", FIELDS)


async def creates_at_once(told: Told) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(told, client)

        def act() -> Any:
            return salesforce.sobject.create("Account", FIELDS)

        await at_once(act, told.most * 2, told.most)
        with Watch():
            await at_once(act, told.count, told.most)


async def creates_arriving(told: Told) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(told, client)

        def act() -> Any:
            return salesforce.sobject.create("Account", FIELDS)

        await at_once(act, told.most, told.most)
        with Watch() as watch:
            watch.figures |= await arriving(act, told)


async def query_streamed(told: Told) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(told, client)
        with Watch():
            count = 0
            async for _ in salesforce.query(SOQL):
                count += 1
    require(count == told.count, "all rows")


async def query_kept(told: Told) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(told, client)
        with Watch():
            rows = [each async for each in salesforce.query(SOQL)]
    require(len(rows) == told.count, "all rows")


async def expired(told: Told) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(told, client)
        await salesforce.get_limits()
        failed = 0

        async def act() -> None:
            nonlocal failed
            try:
                await salesforce.get_limits()
            except Exception:  # noqa: BLE001 - whatever a client raises is a call lost
                failed += 1

        with Watch() as watch:
            await at_once(act, told.count, told.count)
            watch.figures["failed"] = failed


async def counted(told: Told) -> None:
    async with httpx.AsyncClient() as client:
        salesforce = _signed_in(told, client)
        for _ in range(20):
            await salesforce.sobject.create("Account", FIELDS)
        with Watch() as watch, counting() as calls:
            for _ in range(told.count):
                await salesforce.sobject.create("Account", FIELDS)
            watch.figures["calls_each"] = calls.made / told.count


WORKS: dict[str, Callable[[Told], Any]] = {
    each.__name__: each
    for each in (
        creates,
        creates_at_once,
        creates_arriving,
        query_streamed,
        query_kept,
        expired,
        counted,
    )
}

if __name__ == "__main__":
    run(WORKS)
