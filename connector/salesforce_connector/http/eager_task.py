"""Starts a task at once: what it does before its first wait is done when the call returns.

A task of `asyncio.create_task` begins in the loop's next round, after all else that is ready: a
request would be written after a thousand others were made. Python 3.12 can begin one at once; for
3.11 the same is done here, by the functions that asyncio documents for this.

https://docs.python.org/3/library/asyncio-task.html#asyncio.Task
https://docs.python.org/3/library/asyncio-extending.html#task-lifetime-support
"""

import asyncio
import sys
import types
from collections.abc import Coroutine, Generator
from contextlib import suppress
from typing import Any


def start_eagerly(coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """Run a coroutine up to its first wait, and return the task that runs the rest of it.

    Args:
        coroutine: Handles its own errors.
    """
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 12):
        return asyncio.Task(coroutine, loop=loop, eager_start=True)
    return _start_by_hand(coroutine, loop)


if sys.version_info < (3, 12):

    def _start_by_hand(
        coroutine: Coroutine[Any, Any, None], loop: asyncio.AbstractEventLoop
    ) -> "asyncio.Task[None]":
        awaited: list[object] = []  # what it waits for first; nothing once it has ended

        async def run_rest() -> None:
            if awaited:
                await _resume(coroutine, awaited.pop())

        task, caller = loop.create_task(run_rest()), asyncio.current_task(loop)
        task.add_done_callback(lambda _: coroutine.close())  # where it is cancelled before the rest
        _switch(loop, caller, task)  # a time limit that begins in the first part is the task's
        try:
            with suppress(StopIteration):
                awaited.append(coroutine.send(None))
        finally:
            _switch(loop, task, caller)
        return task

    def _switch(
        loop: asyncio.AbstractEventLoop,
        before: "asyncio.Task[Any] | None",
        after: "asyncio.Task[Any] | None",
    ) -> None:
        """Make another task the current one; None where a callback of the loop runs."""
        if before is not None:
            asyncio._leave_task(loop, before)  # noqa: SLF001 - documented, see above
        if after is not None:
            asyncio._enter_task(loop, after)  # noqa: SLF001 - documented, see above

    @types.coroutine
    def _resume(coroutine: Coroutine[Any, Any, None], awaited: object) -> Generator[Any, Any, None]:
        """Run the rest of a coroutine that waits for something."""
        with suppress(StopIteration):
            while True:
                try:
                    reply = yield awaited
                except BaseException as exc:  # noqa: BLE001 - whatever a task is sent
                    awaited = coroutine.throw(exc)
                else:
                    awaited = coroutine.send(reply)
