"""Describes the progress of a run: its rate, and the time it still needs."""

import time
from collections.abc import Callable
from typing import Final

from connector_host.hookspecs import Progress

_SOON: Final = 1.0  # seconds; over a shorter time a rate is not reliable


class ProgressMeter:
    """The progress of one run."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Args:
        clock: Returns seconds that never decrease.
        """
        self._clock = clock
        self._start: tuple[float, int] | None = None
        self._last_done = 0
        self._last_line = 0.0
        self._last_message = ""

    def line(self, progress: Progress) -> str:
        """Return a line with the units done, the rate, and the time that is left.

        The rate is that of the present phase; a new phase begins when the count falls.
        """
        now, done, total = self._clock(), progress["done"], progress["total"]
        if self._start is None or done < self._last_done:
            self._start = (now, done)
        self._last_done = done
        count = f"{done:,}" if total is None else f"{done:,} of {total:,}"
        has_count = done or total is not None
        text = f"{progress['message']}: {count}" if has_count else progress["message"]
        seconds, units = now - self._start[0], done - self._start[1]
        if seconds < _SOON or units <= 0:
            return text
        rate = units / seconds
        left = total is not None and total > done
        time_left = f", {duration(((total or 0) - done) / rate)} left" if left else ""
        return f"{text} ({rate:,.0f} a second{time_left})"

    def is_due(self, progress: Progress) -> bool:
        """Return whether to print a line: once a second, for each new message, and at the end."""
        now, message = self._clock(), progress["message"]
        ended = progress["done"] == progress["total"]
        if now - self._last_line < _SOON and message == self._last_message and not ended:
            return False
        self._last_line, self._last_message = now, message
        return True


def duration(seconds: float) -> str:
    """Format a duration for people: 45 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
