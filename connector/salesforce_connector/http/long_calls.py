"""Limits how many calls that may take long a connection makes at the same time.

Salesforce refuses calls while 25 that take 20 seconds or more are under way in a production org, 5
in a developer org. How long a call takes is not known before, so the limit holds for all of a kind
that may. The host counts them for all its processes where it can, else each process its own.

https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm
"""

import re
import threading
from collections.abc import Callable
from typing import Any, Final

from salesforce_connector.connection import Connection
from salesforce_connector.errors import RateLimited
from salesforce_connector.flow import Call
from salesforce_connector.http.retry import NO_FREE_SLOT

_MARGIN: Final = 60.0  # seconds after which the slot of a call that has timed out is free again
_PAUSE: Final = 1.0  # seconds until it is looked again

_MAY_BE_LONG: Final = re.compile(
    r"(/services/data/v[\d.]+)?/(query|queryAll|search|parameterizedSearch|analytics|composite"
    r"|actions|graphql|tooling/query|tooling/search|jobs/(ingest|query)/[^/]+/[^/]+)(/|$)"
    r"|/services/apexrest/"
)


def may_be_long(call: Call) -> bool:
    """Return whether a call is of a kind that may take 20 seconds or more."""
    return call.soap is not None or _MAY_BE_LONG.match(call.path) is not None


class LongCalls:
    """The long calls of one connection; safe to use from several threads."""

    def __init__(self, limit: int, call_timeout: float) -> None:
        """Begin with none.

        Args:
            limit: Calls at once.
            call_timeout: Seconds that a call may take, if it does not say itself.
        """
        self.limit = limit
        self._call_timeout = call_timeout
        self._lock = threading.Lock()
        self._under_way = 0

    def limits(self, call: Call) -> bool:
        """Return whether a call needs a slot."""
        return may_be_long(call)

    @property
    def under_way(self) -> int:
        """How many this process has under way, where the host does not count them."""
        return self._under_way

    def begin(self, connection: Connection, account: str, call: Call) -> Callable[[], None]:
        """Take a slot for a call, and return the function that frees it; may wait for the host.

        Raises:
            RateLimited: There is none; nothing was sent.
        """
        seconds = (call.timeout or self._call_timeout) + _MARGIN
        budget: Any = getattr(connection, "call_budget", None)
        if budget is not None and account and hasattr(budget, "begin_call"):
            slot = budget.begin_call(account, self.limit, seconds=seconds)
            if slot is None:
                raise self._none_free()
            return lambda: budget.end_call(account, slot)
        with self._lock:
            if self._under_way >= self.limit:
                raise self._none_free()
            self._under_way += 1
        return self._end

    def _end(self) -> None:
        with self._lock:
            self._under_way -= 1

    def _none_free(self) -> RateLimited:
        return RateLimited(
            f"{self.limit:,} long calls are under way, as many as this connection makes at once.",
            code=NO_FREE_SLOT,
            retry_after=_PAUSE,
            remedy="Run it later, or raise the long calls at once in the connection's settings.",
        )
