"""That no cancelling and no loop's end loses a refresh, or leaves the connection locked."""

import asyncio
import json
import threading
from typing import Any

import httpx
import pytest
from connector.acme_connection import AcmeConnection
from connector.scripted_org import PATIENCE, TOKEN_PATH, ScriptedOrg, TokenOrg, answer, bearer

from salesforce_connector.errors import Unavailable
from salesforce_connector.flow import Call, Flow
from salesforce_connector.http.async_client import AsyncClient
from salesforce_connector.http.result import Result
from salesforce_connector.http.token_refresh import REFRESHES
from salesforce_connector.response import Response


class HeldOrg(TokenOrg):
    """One whose token endpoint answers once the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.end_session()
        self.requested = threading.Event()
        self.may_answer = threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requested.set()
        assert self.may_answer.wait(PATIENCE)
        return self._answer(request)


class AsyncOnly(httpx.AsyncBaseTransport):
    """An org behind a transport that only a loop can use."""

    def __init__(self, org: ScriptedOrg) -> None:
        self._org = org

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._org.handle_async_request(request)


def wait_for_refreshes() -> None:
    """Wait for the threads that refresh to end."""
    for thread in threading.enumerate():
        if thread.name == "salesforce-refresh":
            thread.join(PATIENCE)


def test_a_caller_that_is_cancelled_does_not_end_the_refresh() -> None:
    """The answer may hold the only refresh token that is still good."""
    stored, org = AcmeConnection(), HeldOrg()

    async def main() -> None:
        client = AsyncClient(stored, transport=org)
        caller = asyncio.create_task(client.drive(_read(), Result()))
        await asyncio.to_thread(org.requested.wait, PATIENCE)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller

        org.may_answer.set()

        response = await client.drive(_read(), Result())
        assert json.loads(response.content) == {"by": "ACCESS-2"}
        assert len(org.token_requests) == 1

    asyncio.run(main())
    assert stored.credentials["refresh_token"] == "REFRESH-2"


def test_a_loop_that_ends_does_not_end_the_refresh() -> None:
    """`asyncio.run` cancels all tasks at its end; the new refresh token is stored all the same."""
    stored, org = AcmeConnection(), HeldOrg()

    async def main() -> None:
        caller = asyncio.create_task(AsyncClient(stored, transport=org).drive(_read(), Result()))
        await asyncio.to_thread(org.requested.wait, PATIENCE)
        caller.cancel()

    asyncio.run(main())
    org.may_answer.set()
    wait_for_refreshes()

    assert stored.credentials["refresh_token"] == "REFRESH-2"
    assert not stored.is_locked()


def test_a_loop_that_ends_while_a_refresh_waits_leaves_the_connection_unlocked() -> None:
    """Another process holds the lock; it is taken in a thread that no cancelling reaches."""
    stored = AcmeConnection()
    waiting = threading.Event()

    class Announced(AcmeConnection):
        def lock(self) -> Any:
            waiting.set()
            return stored.lock()

    async def main() -> None:
        client = AsyncClient(Announced({}, method="client_credentials"), transport=TokenOrg())
        caller = asyncio.create_task(client.drive(_read(), Result()))
        await asyncio.to_thread(waiting.wait, PATIENCE)
        caller.cancel()

    stored.lock().__enter__()
    asyncio.run(main())
    stored.lock().__exit__(None, None, None)
    wait_for_refreshes()

    assert not stored.is_locked()


def test_threads_that_wait_for_the_lock_do_not_starve_its_holder() -> None:
    """Sync runs may fill all threads of the loop: a refresh that needed one would wait for ever."""
    stored, org = AcmeConnection(), TokenOrg()
    org.end_session()

    def wait() -> None:
        with stored.lock():
            pass

    async def main() -> Response:
        stored.lock().__enter__()
        crowd = [asyncio.create_task(asyncio.to_thread(wait)) for _ in range(100)]
        caller = asyncio.create_task(AsyncClient(stored, transport=org).drive(_read(), Result()))
        await asyncio.sleep(0)
        stored.lock().__exit__(None, None, None)
        async with asyncio.timeout(PATIENCE):
            result = await caller
            await asyncio.gather(*crowd)
        return result

    assert asyncio.run(main()).status_code == 200


def test_refreshes_over_a_transport_that_is_only_async() -> None:
    stored, org = AcmeConnection(), TokenOrg()
    org.end_session()

    async def main() -> Response:
        return await AsyncClient(stored, transport=AsyncOnly(org)).drive(_read(), Result())

    assert json.loads(asyncio.run(main()).content) == {"by": "ACCESS-2"}
    assert stored.credentials["refresh_token"] == "REFRESH-2"


def test_a_transport_that_is_only_async_ends_with_its_loop() -> None:
    """Nothing hangs, and the connection is free."""
    stored = AcmeConnection({}, method="client_credentials")
    request_received = threading.Event()

    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            request_received.set()
            await asyncio.Event().wait()
            raise AssertionError(f"{request.url} waits for ever")

    async def main() -> None:
        client = AsyncClient(stored, transport=Silent())
        caller = asyncio.create_task(client.drive(_read(), Result()))
        await asyncio.to_thread(request_received.wait, PATIENCE)
        caller.cancel()

    asyncio.run(main())
    wait_for_refreshes()

    assert not stored.is_locked()


def test_a_failing_sign_in_service_fails_all_waiting_calls() -> None:
    org = ScriptedOrg(
        lambda request: (
            answer(503)
            if request.url.path == TOKEN_PATH
            else answer(401 if bearer(request) else 400)
        )
    )

    async def main() -> set[type[object]]:
        client = AsyncClient(AcmeConnection(), transport=org)
        calls = (client.drive(_read(), Result()) for _ in range(20))
        return {*map(type, await asyncio.gather(*calls, return_exceptions=True))}

    assert asyncio.run(main()) == {Unavailable}
    assert len(org.token_requests) == REFRESHES.attempts  # of one caller


def _read() -> Flow[Response]:
    return (yield Call("GET", "/limits"))
