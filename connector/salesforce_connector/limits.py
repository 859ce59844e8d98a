"""What a run has spent of the org's API calls, read off each response.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
"""

import re
from dataclasses import dataclass
from typing import Any, Final

# In the lines of a response's head. A number of more than 15 digits is nobody's limit.
_USAGE: Final = re.compile(
    rb"^sforce-limit-info:.*?(?<!-)api-usage=(\d{1,15})/(\d{1,15})(?!\d)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(slots=True)
class Usage:
    """Calls spent by one run, and the org's 24-hour limit as Salesforce last returned it.

    Attributes:
        calls: Requests sent, repeats included; Salesforce does not count sign-ins, nor does this.
        limit_used: Of the org, by all that use it; None if no response had it.
        limit_max: As above.
        limit_floor: Calls that the run leaves to others; None when its connection leaves none.
    """

    calls: int = 0
    limit_used: int | None = None
    limit_max: int | None = None
    limit_floor: int | None = None

    def count(self, head: bytes) -> None:
        """Record one response by the lines of its head, `Name: value`."""
        self.calls += 1
        if match := _USAGE.search(head):
            self.limit_used, self.limit_max = int(match[1]), int(match[2])

    def add(self, other: "Usage") -> None:
        """Add what other calls of the same run have spent."""
        self.calls += other.calls
        if other.limit_used is not None:
            self.limit_used, self.limit_max = other.limit_used, other.limit_max
            self.limit_floor = other.limit_floor

    def as_json(self) -> dict[str, Any]:
        """Return it as a result carries it; `limit_left` is never below 0."""
        left = None
        if self.limit_used is not None and self.limit_max is not None:
            left = max(0, self.limit_max - self.limit_used)
        usage = {
            "calls": self.calls,
            "limit_used": self.limit_used,
            "limit_max": self.limit_max,
            "limit_left": left,
        }
        return usage if self.limit_floor is None else {**usage, "limit_floor": self.limit_floor}
