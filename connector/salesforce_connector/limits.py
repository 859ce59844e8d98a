"""What a run has spent of the org's API calls, read off each answer.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
"""

import re
from dataclasses import dataclass
from typing import Any

from salesforce_connector.response import Response

_USAGE = re.compile(r"(?<!-)api-usage=(\d+)/(\d+)")


@dataclass(slots=True)
class Usage:
    """Calls spent by one run, and what Salesforce last said of the org's 24-hour limit.

    Attributes:
        calls: Requests sent, repeats included; sign-ins are not counted by Salesforce nor here.
        limit_used: Of the org, by all who use it; None when no answer said.
        limit_max: As above.
    """

    calls: int = 0
    limit_used: int | None = None
    limit_max: int | None = None

    def count(self, response: Response) -> None:
        """Take note of one answer."""
        self.calls += 1
        if said := _USAGE.search(response.headers.get("sforce-limit-info", "")):
            self.limit_used, self.limit_max = int(said[1]), int(said[2])

    def as_json(self) -> dict[str, Any]:
        """Give it as a result carries it; `limit_left` is never below 0."""
        left = None
        if self.limit_used is not None and self.limit_max is not None:
            left = max(0, self.limit_max - self.limit_used)
        return {
            "calls": self.calls,
            "limit_used": self.limit_used,
            "limit_max": self.limit_max,
            "limit_left": left,
        }
