"""Dashboards: the status of their components, and the wait for a refresh.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_dashboard_status_resource.htm
"""

from typing import Any, Final

from pydantic import BaseModel, Field

from salesforce_connector import records
from salesforce_connector.errors import Retryable
from salesforce_connector.flow import Call, Flow, Progress
from salesforce_connector.response import Response
from salesforce_connector.wire_model import Wire

RUNNING: Final = "RUNNING"

# Seconds between looks at a refresh; ours.
FIRST_DELAY: Final = 2.0
GROWTH: Final = 1.5
LONGEST_DELAY: Final = 15.0


class Status(Wire):
    """How far a component is."""

    component_id: str = ""
    refresh_status: str = ""
    refresh_date: str | None = None
    data_status: str = ""
    error_code: str | None = None
    error_message: str | None = None

    @property
    def refreshing(self) -> bool:
        """Whether a refresh is in progress."""
        return self.refresh_status == RUNNING


class _Statuses(Wire):
    component_status: list[Status]


class ComponentRefresh(BaseModel):
    """Refresh status of one component."""

    id: str = Field(title="Component ID", description="ID of the dashboard component.")
    refreshing: bool = Field(title="Refreshing", description="Whether a refresh is in progress.")
    refreshed_at: str | None = Field(
        title="Refreshed at",
        description="When the data was refreshed; null before the first refresh.",
    )


def path_of(dashboard_id: str) -> str:
    """Return the path of a dashboard."""
    return f"/analytics/dashboards/{records.segment(dashboard_id)}"


def read_statuses(response: Response) -> list[Status]:
    """Read the answer of the status resource.

    Raises:
        BadReply: It is none.
    """
    return records.read(_Statuses, response, "the status of a dashboard").component_status


def refreshes(statuses: list[Status]) -> list[ComponentRefresh]:
    """Return statuses as an output has them."""
    return [
        ComponentRefresh(
            id=status.component_id,
            refreshing=status.refreshing,
            refreshed_at=status.refresh_date,
        )
        for status in statuses
    ]


def wait(dashboard_id: str, seconds: float) -> Flow[list[Status]]:
    """Look at a dashboard until no component is refreshed any more.

    Raises:
        Retryable: The time is over; the refresh goes on.
    """
    waited, delay = 0.0, FIRST_DELAY
    while True:
        response = yield Call("GET", f"{path_of(dashboard_id)}/status", delay=delay)
        waited += delay
        statuses = read_statuses(response)
        running = sum(status.refreshing for status in statuses)
        if not running:
            return statuses
        state: dict[str, Any] = {"refreshing": dashboard_id}
        yield Progress(len(statuses) - running, len(statuses), "Components refreshed", state)
        if waited >= seconds:
            raise Retryable(
                f"The dashboard is still refreshing after {waited:.0f} seconds.",
                code="DASHBOARD_NOT_REFRESHED",
                remedy="The refresh continues in Salesforce: check it later with get_dashboard.",
                retry_after=60.0,  # seconds; ours
                sent=True,
            )
        delay = min(delay * GROWTH, LONGEST_DELAY)
