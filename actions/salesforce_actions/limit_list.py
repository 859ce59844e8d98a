"""The org's quotas as the contract has them, what the connection leaves to others among them.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from salesforce_connector import records
from salesforce_connector.connection import Connection
from salesforce_connector.flow import Call, Flow
from salesforce_connector.http.connection_state import ConnectionState

CALLS: Final = "DailyApiRequests"
LONG_CALLS: Final = "LongCalls"

_TITLES: Final[Mapping[str, str]] = {
    CALLS: "API calls of 24 hours",
    "DailyBulkV2QueryJobs": "Bulk queries of 24 hours",
    "DailyBulkApiBatches": "Batches of bulk writes of 24 hours",
    "DailyBulkV2QueryFileStorageMB": "Results of bulk queries of 24 hours, MB",
    "DataStorageMB": "Data storage, MB",
    "FileStorageMB": "File storage, MB",
    "DailyStandardVolumePlatformEvents": "Platform events of 24 hours",
    "DailyDeliveredPlatformEvents": "Delivered platform events of 24 hours",
    "SingleEmail": "Emails of 24 hours",
}
"""Those that stop workflows, in the order that they are shown in; others follow by name."""

_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def read_limits() -> Flow[list[dict[str, Any]]]:
    """Ask for the org's quotas."""
    body = records.decode((yield Call("GET", "/limits")))
    limits = [
        _limit(name, used=most - left, maximum=most)
        for name, value in (body.items() if isinstance(body, dict) else ())
        if (numbers := _numbers(value)) is not None
        for most, left in [numbers]
    ]
    order = list(_TITLES)
    return sorted(
        limits,
        key=lambda limit: (
            order.index(limit["name"]) if limit["name"] in _TITLES else len(order),
            limit["name"],
        ),
    )


def add_own(
    limits: list[dict[str, Any]], state: ConnectionState, connection: Connection
) -> list[dict[str, Any]]:
    """Add the connection's call floor, and the number of long calls in progress."""
    for limit in limits:
        if limit["name"] == CALLS and state.call_budget is not None:
            limit["floor"] = state.call_budget.floor(background=False)
    if state.long_calls is None:
        return limits
    budget: Any = getattr(connection, "call_budget", None)
    used = (
        budget.long_calls(state.session.credentials.org_id)
        if hasattr(budget, "long_calls")
        else state.long_calls.under_way
    )
    own = _limit(LONG_CALLS, used=used, maximum=state.long_calls.limit)
    return [*limits[:1], {**own, "title": "Long calls under way, of this connection"}, *limits[1:]]


def _numbers(value: Any) -> tuple[int, int] | None:
    match value:
        case {"Max": int(most), "Remaining": int(left)}:
            return most, left
        case _:
            return None


def _limit(name: str, *, used: int, maximum: int) -> dict[str, Any]:
    return {
        "name": name,
        "title": _TITLES.get(name) or _WORDS.sub(" ", name),
        "used": max(0, used),
        "maximum": maximum,
        "left": max(0, maximum - used),
        "floor": 0,
    }
