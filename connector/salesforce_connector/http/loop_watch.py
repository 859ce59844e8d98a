"""Deadlines of many tasks on one event loop, by one timer for all of them.

A timer of the loop's for each request costs as much as a quarter of the request; one look a second
at all that is under way costs nothing.
"""

import asyncio
from math import inf
from time import monotonic
from typing import Any, Final

from salesforce_connector.http.no_response import NoResponse

_INTERVAL: Final = 0.5  # seconds between looks


class LoopWatch:
    """Cancels what takes too long; belongs to one event loop."""

    def __init__(self) -> None:
        self._limits: dict[asyncio.Task[Any], tuple[float, str]] = {}
        self._late: dict[asyncio.Task[Any], str] = {}
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, task: asyncio.Task[Any], end: float, code: str) -> None:
        """Cancel a task at a time, unless `end` is called before; or move the time.

        Args:
            task: The current one.
            end: By the monotonic clock.
            code: That `error_of` then gives.
        """
        self._limits[task] = (end, code)
        if self._timer is None:
            self._timer = task.get_loop().call_later(_INTERVAL, self._look, task.get_loop())

    def end(self, task: asyncio.Task[Any]) -> None:
        """Leave a task alone."""
        self._limits.pop(task, None)

    def error_of(self, task: asyncio.Task[Any]) -> NoResponse | None:
        """Give the error in place of a cancellation; None when it was somebody else's."""
        code = self._late.pop(task, None)
        if code is None or task.uncancel() > 0:
            return None
        return NoResponse(code)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = monotonic()
        for task, (end, code) in list(self._limits.items()):
            if end <= now:
                del self._limits[task]
                self._late[task] = code
                task.cancel()
        self._timer = loop.call_later(_INTERVAL, self._look, loop) if self._limits else None


class Watched:
    """One exchange of a task: it must go on in time, and come to its end in time."""

    __slots__ = ("_end", "_pause", "_task", "_watch")

    def __init__(
        self,
        watch: LoopWatch,
        task: asyncio.Task[Any],
        pause: float | None,
        deadline: float | None,
    ) -> None:
        """Begin now.

        Args:
            watch: Of the loop.
            task: The current one.
            pause: Seconds within which something must come; None: as long as it takes.
            deadline: Seconds within which all must have come; None: as long as it takes.
        """
        self._watch = watch
        self._task = task
        now = monotonic()
        self._pause = inf if pause is None else pause
        self._end = inf if deadline is None else now + deadline
        self._watch_until(now + self._pause)

    def go_on(self) -> None:
        """Take note that the exchange goes on: what comes next must come in time."""
        self._watch_until(monotonic() + self._pause)

    def _watch_until(self, until: float) -> None:
        if until < self._end:
            self._watch.begin(self._task, until, "ReadTimeout")
        elif self._end < inf:
            self._watch.begin(self._task, self._end, "DeadlineExceeded")
