"""Ends exchanges that take too long, and transfers that are too slow."""

from time import monotonic
from typing import Final

from salesforce_connector.http.no_response import NoResponse

RATE_WINDOW: Final = 30.0  # seconds over which the rate of a transfer is measured


class Deadline:
    """The time by which a whole exchange must have ended."""

    def __init__(self, seconds: float | None) -> None:
        """Begin now; None for no deadline."""
        self._end = None if seconds is None else monotonic() + seconds

    def check(self) -> None:
        """Check that there is time left.

        Raises:
            NoResponse: There is none.
        """
        if self._end is not None and monotonic() >= self._end:
            raise NoResponse("DeadlineExceeded")


class TransferRate:
    """The rate of one transfer, measured again every half minute."""

    def __init__(self, lowest: int) -> None:
        """Begin; `lowest` in bytes a second, 0 for no limit."""
        self._lowest = lowest
        self._since = monotonic()
        self._bytes = 0

    def count(self, size: int) -> None:
        """Record bytes that were received.

        Raises:
            NoResponse: The transfer is too slow.
        """
        self._bytes += size
        elapsed = monotonic() - self._since
        if elapsed < RATE_WINDOW:
            return
        if self._bytes < self._lowest * elapsed:
            raise NoResponse("TransferTooSlow")
        self._since, self._bytes = monotonic(), 0
