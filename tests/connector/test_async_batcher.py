"""Tasks whose calls are sent together: when a batch is sent, and what each of them gets."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from connector.acme_connection import AcmeConnection

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import RateLimited
from salesforce_connector.flow import Call
from salesforce_connector.http.async_batcher import AsyncBatcher, Outcome
from salesforce_connector.http.batch_calls import MAX_RECORDS
from salesforce_connector.http.connection_state import ConnectionState
from salesforce_connector.http.pipeline import Attempt
from salesforce_connector.http.retry import NO_FREE_SLOT
from salesforce_connector.http.wire_response import WireResponse

CONNECTION = AcmeConnection()
OTHERS = 3


class Sender:
    """Sends calls; each is answered once `answers` is set.

    Attributes:
        sent: The calls, batches as one.
    """

    def __init__(self, error: Exception | None = None) -> None:
        self.sent: list[Call] = []
        self.answers = asyncio.Event()
        self.batcher = AsyncBatcher(self._send, ConnectionState(CONNECTION))
        self._error = error

    async def _send(self, call: Call, connection: Connection, background: bool) -> Attempt:
        assert connection is CONNECTION
        assert not background
        self.sent.append(call)
        await self.answers.wait()
        if self._error is not None:
            raise self._error
        ids = [{"id": record["LastName"], "success": True} for record in call.json["records"]]
        return Credentials(), WireResponse.of_json(200, ids)

    def add(self, number: int, sobject: str = "Lead") -> Outcome:
        call = Call("POST", f"/sobjects/{sobject}", json={"LastName": str(number)}, checked=True)
        outcome = self.batcher.add(call, CONNECTION, False)
        assert outcome is not None
        return outcome

    @property
    def sizes(self) -> list[int]:
        return [len(call.json["records"]) for call in self.sent]


def run(test: Callable[[Sender], Awaitable[None]], error: Exception | None = None) -> None:
    async def main() -> None:
        await test(Sender(error))

    asyncio.run(main())


async def ends(outcomes: list[Outcome]) -> list[Any]:
    return await asyncio.gather(*outcomes, return_exceptions=True)


def test_the_end_of_the_loop_cancels_who_waits() -> None:
    outcomes: list[Outcome] = []

    async def test(sender: Sender) -> None:
        outcomes.extend(sender.add(number) for number in range(OTHERS))
        await asyncio.sleep(0)
        assert sender.sizes == [OTHERS]

    run(test)

    assert [outcome.cancelled() for outcome in outcomes] == [True] * OTHERS


def test_a_call_cancelled_before_the_batch_is_not_in_it() -> None:
    async def test(sender: Sender) -> None:
        outcomes = [sender.add(number) for number in range(MAX_RECORDS + OTHERS)]
        cancelled, *others = outcomes[MAX_RECORDS:]
        cancelled.cancel()
        sender.answers.set()
        await ends(others)

        assert sender.sizes == [MAX_RECORDS, OTHERS - 1]

    run(test)


def test_nothing_is_sent_when_all_are_cancelled() -> None:
    async def test(sender: Sender) -> None:
        for outcome in [sender.add(number) for number in range(OTHERS)]:
            outcome.cancel()
        await asyncio.sleep(0)

        assert sender.sent == []

    run(test)


def test_a_call_cancelled_during_the_batch_cancels_no_other() -> None:
    """Not even where it is the call that made the batch full, and so began to send it."""

    async def test(sender: Sender) -> None:
        outcomes = [sender.add(number) for number in range(MAX_RECORDS)]
        outcomes[-1].cancel()
        outcomes[7].cancel()
        sender.answers.set()
        results = await ends(outcomes)

        is_cancelled = [isinstance(result, asyncio.CancelledError) for result in results]
        assert [index for index, cancelled in enumerate(is_cancelled) if cancelled] == [
            7,
            MAX_RECORDS - 1,
        ]
        assert sender.sizes == [MAX_RECORDS]

    run(test)


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("No calls are left.", code="CALL_FLOOR_REACHED"),
        ConnectionError("the host's database is down"),
    ],
)
def test_an_error_of_a_batch_is_raised_to_each_of_its_callers(error: Exception) -> None:
    async def test(sender: Sender) -> None:
        outcomes = [sender.add(number) for number in range(OTHERS)]
        sender.answers.set()

        assert [type(end) for end in await ends(outcomes)] == [type(error)] * OTHERS

    run(test, error)


def test_calls_are_sent_alone_where_a_batch_would_wait_for_other_long_calls() -> None:
    async def test(sender: Sender) -> None:
        outcomes = [sender.add(number) for number in range(OTHERS)]
        sender.answers.set()

        assert await ends(outcomes) == [None] * OTHERS

    run(test, RateLimited("Too many long calls.", code=NO_FREE_SLOT))


def test_a_full_batch_is_sent_at_once_and_the_rest_at_the_end_of_the_round() -> None:
    """So that Salesforce works on the first while the others are still being made."""

    async def test(sender: Sender) -> None:
        outcomes = [sender.add(number) for number in range(2 * MAX_RECORDS)]
        assert sender.sizes == [MAX_RECORDS, MAX_RECORDS]
        outcomes += [sender.add(2 * MAX_RECORDS + number) for number in range(OTHERS)]
        assert sender.sizes == [MAX_RECORDS, MAX_RECORDS]
        await asyncio.sleep(0)
        assert sender.sizes == [MAX_RECORDS, MAX_RECORDS, OTHERS]
        sender.answers.set()

        attempts = await ends(outcomes)
        for number, (_, response) in enumerate(attempts):
            assert response.status_code == 201
            assert f'"{number}"'.encode() in response.content

    run(test)


def test_a_call_that_comes_alone_is_sent_alone_in_the_next_round() -> None:
    async def test(sender: Sender) -> None:
        outcomes = [sender.add(1), sender.add(2, "Contact")]
        await asyncio.sleep(0)

        assert [outcome.result() for outcome in outcomes] == [None, None]
        assert sender.sent == []

    run(test)


def test_calls_of_a_later_round_are_a_batch_of_their_own() -> None:
    async def test(sender: Sender) -> None:
        for _ in range(2):
            for number in range(OTHERS):
                sender.add(number)
            await asyncio.sleep(0)

        assert sender.sizes == [OTHERS, OTHERS]

    run(test)
