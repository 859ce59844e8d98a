"""That no cancelling and no loop's end loses a renewal, or leaves the connection locked."""

import asyncio
import threading
from typing import Any

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.scripted_org import (
    PATIENCE,
    TOKEN_PATH,
    ScriptedOrg,
    TokenOrg,
    answer,
    bearer,
    expired,
)

from salesforce_connector.action import Call, Flow
from salesforce_connector.client import AsyncClient
from salesforce_connector.requests import Result


class HeldOrg(ScriptedOrg):
    """One whose token endpoint answers when it is told to."""

    def __init__(self) -> None:
        super().__init__(lambda request: answer(200, {"by": bearer(request)}))
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN_PATH:
            self.requests.append(request)
            self.asked.set()
            await self.may_answer.wait()
            return answer(200, {"access_token": "ACCESS-2", "refresh_token": "REFRESH-2"})
        if bearer(request) != "ACCESS-2":
            self.requests.append(request)
            return expired()
        return self._answer(request)


def test_a_caller_that_is_cancelled_does_not_end_the_renewal() -> None:
    """The answer may hold the only refresh token that is still good."""
    saved = threading.Event()
    kept = AcmeConnection(before_save=saved.set)

    async def main() -> None:
        org = HeldOrg()
        client = AsyncClient(kept, transport=org)
        caller = asyncio.create_task(client.drive(_read(), Result()))
        await org.asked.wait()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller

        org.may_answer.set()

        assert await asyncio.to_thread(saved.wait, PATIENCE)
        assert (await client.drive(_read(), Result())).json() == {"by": "ACCESS-2"}
        assert len(org.token_requests) == 1

    asyncio.run(main())
    assert kept.credentials["refresh_token"] == "REFRESH-2"


def test_a_loop_that_ends_while_a_renewal_waits_leaves_the_connection_unlocked() -> None:
    """Another process holds the lock; it is taken in a thread that no cancelling reaches."""
    kept = AcmeConnection()
    waiting = threading.Event()

    class Announced(AcmeConnection):
        def lock(self) -> Any:
            waiting.set()
            return kept.lock()

    async def main() -> None:
        client = AsyncClient(Announced({}, method="client_credentials"), transport=TokenOrg())
        caller = asyncio.create_task(client.drive(_read(), Result()))
        await asyncio.to_thread(waiting.wait, PATIENCE)
        asyncio.get_running_loop().call_soon(kept.lock().__exit__, None, None, None)
        caller.cancel()

    kept.lock().__enter__()
    asyncio.run(main())

    assert not kept.is_locked()


def _read() -> Flow[httpx.Response]:
    return (yield Call("GET", "/limits"))
