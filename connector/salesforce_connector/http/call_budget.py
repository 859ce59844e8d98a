"""Keeps a connection from spending the org's last API calls of the day.

Calls are taken from a lease, so that the host's budget, which all its processes share, is used once
for many of them. Without such a budget each process goes by Salesforce's last response. Runs in
the background have a lease of their own: they stop earlier.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
"""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from salesforce_connector.connection import Connection
from salesforce_connector.errors import RateLimited
from salesforce_connector.errors.table import DAILY_LIMIT_RETRY_AFTER
from salesforce_connector.limits import Usage

_LEASE: Final = 50  # calls; of 15,000 a day, the least that an org with an API has
_LEASE_TIME: Final = 300.0  # seconds; the host keeps a lease for longer

_PROBE_EVERY: Final = 300.0  # seconds; the window of 24 hours slides


class CallBudget:
    """The calls that one process may make for one connection; safe to use from several threads."""

    def __init__(
        self, floor: int, clock: Callable[[], float] = time.monotonic, *, share: int = 100
    ) -> None:
        """Begin with no lease.

        Args:
            floor: Calls of the day to leave to others.
            clock: Returns seconds that never decrease.
            share: Percent of the calls of the day at which runs in the background stop.
        """
        self._clock = clock
        self._floor = floor
        self._share = share
        self._lock = threading.Lock()
        self._left = {False: 0, True: 0}
        self._ends_at = {False: 0.0, True: 0.0}
        self._leases = {False: secrets.token_hex(16), True: secrets.token_hex(16)}
        self._used: int | None = None
        self._maximum = 0
        self._unreported = False
        self._probe_at: float | None = None

    def floor(self, background: bool) -> int:
        """Return the calls of the day that a run leaves to others."""
        if not background:
            return self._floor
        return max(self._floor, self._maximum - self._maximum * self._share // 100)

    def take(self, background: bool = False) -> bool:
        """Take one call of the lease; False when it is used up."""
        with self._lock:
            self._left[background] -= 1
            return self._left[background] >= 0 and self._clock() < self._ends_at[background]

    def note(self, usage: Usage, background: bool = False) -> None:
        """Record what the last response says."""
        if usage.limit_used is not None and usage.limit_max is not None:
            self._used, self._maximum = usage.limit_used, usage.limit_max
            self._unreported = True
            usage.limit_floor = self.floor(background)

    def renew(self, connection: Connection, account: str, background: bool = False) -> None:
        """Get another lease and take one call of it; may wait for the host.

        Args:
            connection: The host's, which may have a `call_budget`.
            account: The org's id.
            background: Whether the call is one of a run in the background.

        Raises:
            RateLimited: Only as many calls as the floor are left; nothing was sent.
        """
        budget: Any = getattr(connection, "call_budget", None)
        # The first call is made alone: its response says what is left.
        lease_size = 1 if self._used is None else _LEASE
        floor = self.floor(background)
        if budget is not None:
            if self._used is not None and self._unreported:
                self._unreported = False
                budget.report(account, self._used, self._maximum)
            lease = self._leases[background]
            granted = int(budget.reserve(account, lease_size, floor=floor, lease=lease))
        elif self._used is None:
            granted = lease_size
        else:
            granted = min(lease_size, self._maximum - self._used - floor)
            granted = granted if granted > 0 else self._probe()
        if granted <= 0:
            raise self._floor_error(floor, background)
        with self._lock:
            self._left[background] = granted - 1
            self._ends_at[background] = self._clock() + _LEASE_TIME

    def _probe(self) -> int:
        """Allow one call every few minutes: its response may say that there are calls again."""
        now = self._clock()
        if self._probe_at is None:
            self._probe_at = now + _PROBE_EVERY
        if now < self._probe_at:
            return 0
        self._probe_at = now + _PROBE_EVERY
        return 1

    def _floor_error(self, floor: int, background: bool) -> RateLimited:
        if background and floor > self._floor:
            return RateLimited(
                f"{self._share} percent of the org's daily API calls are used, and "
                "background work leaves the rest to others.",
                code="BACKGROUND_SHARE_REACHED",
                retry_after=DAILY_LIMIT_RETRY_AFTER,
                remedy="Run it later, or raise the share for background work in the connection's "
                "settings.",
            )
        return RateLimited(
            f"Only {floor:,} API calls of the org's day are left, and this connection "
            "leaves them to others.",
            code="CALL_FLOOR_REACHED",
            retry_after=DAILY_LIMIT_RETRY_AFTER,
            remedy="Run it later, or lower the calls to leave in the connection's settings.",
        )
