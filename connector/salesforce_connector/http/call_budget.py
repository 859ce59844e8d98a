"""Keeps a connection from spending the org's last API calls of the day.

Calls are taken from a lease, so that the host's budget, which all its processes share, is asked
once for many of them. Without such a budget each process goes by what Salesforce said last.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from salesforce_connector.connection import Connection
from salesforce_connector.error_table import DAILY_LIMIT_RETRY_AFTER
from salesforce_connector.errors import RateLimited
from salesforce_connector.limits import Usage

_LEASE: Final = 50  # calls; of 15,000 a day, the least that an org with an API has

_LOOK_EVERY: Final = 300.0  # seconds; the window of 24 hours slides


class CallBudget:
    """The calls that one process may make for one connection; safe to use from several threads."""

    def __init__(self, floor: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with no lease.

        Args:
            floor: Calls of the day that are left to others.
            clock: Gives seconds that never run back.
        """
        self._clock = clock
        self._floor = floor
        self._lock = threading.Lock()
        self._left = 0
        self._used: int | None = None
        self._maximum = 0
        self._unreported = False
        self._look_at: float | None = None

    def take(self) -> bool:
        """Take one call of the lease; False when it is used up."""
        with self._lock:
            self._left -= 1
            return self._left >= 0

    def note(self, usage: Usage) -> None:
        """Record what Salesforce said last."""
        if usage.limit_used is not None and usage.limit_max is not None:
            self._used, self._maximum = usage.limit_used, usage.limit_max
            self._unreported = True

    def renew(self, connection: Connection, account: str) -> None:
        """Get another lease and take one call of it; may wait for the host.

        Args:
            connection: The host's, which may have a `call_budget`.
            account: The org's id.

        Raises:
            RateLimited: Only as many calls as the floor are left; nothing was sent.
        """
        budget: Any = getattr(connection, "call_budget", None)
        # The first call is made alone: its response says what is left.
        lease = 1 if self._used is None else _LEASE
        if budget is not None:
            if self._used is not None and self._unreported:
                self._unreported = False
                budget.report(account, self._used, self._maximum)
            granted = int(budget.reserve(account, lease, floor=self._floor))
        elif self._used is None:
            granted = lease
        else:
            granted = min(lease, self._maximum - self._used - self._floor)
            granted = granted if granted > 0 else self._look_again()
        if granted <= 0:
            raise RateLimited(
                f"Only {self._floor:,} API calls of the org's day are left, and this connection "
                "leaves them to others.",
                code="CALL_FLOOR_REACHED",
                retry_after=DAILY_LIMIT_RETRY_AFTER,
                remedy="Run it later, or lower the calls to leave in the connection's settings.",
            )
        with self._lock:
            self._left = max(0, self._left) + granted - 1

    def _look_again(self) -> int:
        """Return one call every few minutes: calls of a day ago may be free again."""
        now = self._clock()
        if self._look_at is None:
            self._look_at = now + _LOOK_EVERY
        if now < self._look_at:
            return 0
        self._look_at = now + _LOOK_EVERY
        return 1
