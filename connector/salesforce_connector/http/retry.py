"""When a call that failed is sent again, and after which pause; it neither sends nor sleeps.

Only what certainly had no effect is sent again. The pauses double, with a random part so that many
callers do not come back together, as in stamina and in Amazon's "Exponential Backoff And Jitter".
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final, NamedTuple

from salesforce_connector.errors import Retryable

RETRY_FOR: Final = 120.0  # seconds that a call may spend on pauses, where the host does not say

_pauses = True


class Backoff(NamedTuple):
    """How often something is tried, and the pauses between the tries.

    Attributes:
        attempts: In all, the first one included.
        first_pause: Seconds; each further pause is twice as long, plus up to one second.
        longest_pause: Seconds; an error that asks for more is left to the host's own schedule.
    """

    attempts: int
    first_pause: float
    longest_pause: float

    def pause(self, error: Exception, attempt: int, seconds_left: float) -> float | None:
        """Return the seconds to wait before the next attempt; None: do not try again.

        Args:
            error: That the attempt met.
            attempt: Its number, from 1.
            seconds_left: That may still be spent on pauses.
        """
        if not isinstance(error, Retryable) or error.sent or attempt >= self.attempts:
            return None
        if error.retry_after is not None:
            pause = error.retry_after
            if pause > self.longest_pause:
                return None
        else:
            import random  # and with it hashlib, for calls that fail alone

            jitter = random.random()  # noqa: S311 - no secret
            pause = min(self.longest_pause, self.first_pause * 2 ** (attempt - 1) + jitter)
        if pause > seconds_left:
            return None
        return pause if _pauses else 0.0


CALLS: Final = Backoff(attempts=5, first_pause=0.5, longest_pause=30.0)
"""For calls."""

NO_FREE_SLOT: Final = "LONG_CALLS_AT_LIMIT"
"""Code of the error for a call that waits for others of its connection to end."""

SLOTS: Final = Backoff(attempts=2, first_pause=0.5, longest_pause=30.0)
"""For calls that wait for a slot: their stage counts the time."""


@contextmanager
def without_pauses() -> Generator[None]:
    """Try again at once until the block ends; a switch for tests."""
    global _pauses
    before, _pauses = _pauses, False
    try:
        yield
    finally:
        _pauses = before
