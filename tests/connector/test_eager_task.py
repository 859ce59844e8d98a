"""A task that is started at once: by Python itself from 3.12 on, by hand before."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from salesforce_connector.http.eager_task import start_eagerly


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(main)


def test_an_error_of_what_it_waits_for_reaches_it() -> None:
    caught: list[BaseException] = []

    async def main() -> None:
        awaited: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            try:
                await awaited
            except OSError as exc:
                caught.append(exc)

        task = start_eagerly(work())
        awaited.set_exception(OSError("reset"))
        await task

    run(main())
    assert [str(exc) for exc in caught] == ["reset"]


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_a_task_that_is_cancelled_cleans_up_however_far_it_is(rounds: int) -> None:
    ends: list[str] = []

    async def main() -> None:
        async def work() -> None:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                ends.append("cleaned up")

        task = start_eagerly(work())
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main())
    assert ends == ["cleaned up"]


def test_a_time_limit_of_its_first_part_does_not_end_its_caller() -> None:
    ends: list[str] = []

    async def main() -> None:
        async def work() -> None:
            try:
                async with asyncio.timeout(0):
                    await asyncio.get_running_loop().create_future()
            except TimeoutError:
                ends.append("timeout")

        caller = asyncio.current_task()
        task = start_eagerly(work())
        assert asyncio.current_task() is caller
        await asyncio.wait([task])

    run(main())
    assert ends == ["timeout"]


def test_work_before_the_first_wait_is_done_at_once() -> None:
    order: list[str] = []

    async def main() -> None:
        async def work() -> None:
            order.append("first part")
            await asyncio.sleep(0)
            order.append("second part")
            await asyncio.sleep(0)
            order.append("third part")

        task = start_eagerly(work())
        order.append("caller")
        await task

    run(main())
    assert order == ["first part", "caller", "second part", "third part"]


def test_a_task_that_waits_for_nothing_has_ended_in_the_next_round() -> None:
    async def main() -> None:
        async def work() -> None:
            return None

        task = start_eagerly(work())
        await asyncio.sleep(0)
        assert task.done()
        assert task.exception() is None

    run(main())


def test_a_callback_of_the_loop_can_start_one() -> None:
    order: list[str] = []

    async def main() -> None:
        async def work() -> None:
            order.append("first part")
            await asyncio.sleep(0)
            order.append("second part")

        tasks: list[asyncio.Task[None]] = []
        asyncio.get_running_loop().call_soon(lambda: tasks.append(start_eagerly(work())))
        await asyncio.sleep(0)
        assert order == ["first part"]
        await tasks[0]

    run(main())
    assert order == ["first part", "second part"]
