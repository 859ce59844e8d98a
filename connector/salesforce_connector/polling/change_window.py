"""Time windows for which Salesforce returns the changed or deleted records.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.errors import BadReply, Rejected
from salesforce_connector.flow import Call, Flow
from salesforce_connector.identifiers import SObjectName

SHORTEST: Final = timedelta(minutes=1)  # Salesforce drops the seconds of both ends


class Window(BaseModel):
    """An object and a time to look at."""

    model_config = ConfigDict(extra="forbid")

    sobject: SObjectName
    start: AwareDatetime = Field(
        title="Start",
        description="With a UTC offset; at most 30 days ago. Salesforce ignores the seconds.",
        examples=["2026-11-21T09:00:00Z"],
    )
    end: AwareDatetime | None = Field(
        default=None,
        title="End",
        description=(
            "With a UTC offset, at least one minute after the start. Leave empty for now."
        ),
        examples=["2026-11-22T09:00:00Z"],
    )


def ask(window: Window, resource: str) -> Call:
    """Return the call for a window that has an end.

    Raises:
        Rejected: It is shorter than a minute.
    """
    end = window.end or window.start
    if end - window.start < SHORTEST:
        raise Rejected(
            "The time window is shorter than a minute, or ends before it starts.",
            code="INVALID_REPLICATION_DATE",
            remedy="Choose an end at least a minute after the start.",
            fields=("start", "end"),
        )
    params = {"start": _format(window.start), "end": _format(end)}
    return Call("GET", f"{records.path(window.sobject)}/{resource}", params=params)


def with_end(window: Window) -> Flow[Window]:
    """Return a window its end: now by Salesforce's clock, as this machine's may be wrong."""
    if window.end is not None:
        return window
    answer = yield Call("GET", "/services/data", anonymous=True)  # not counted as an API call
    try:
        now = parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError, OverflowError):
        raise BadReply(
            "Salesforce's response has no date.",
            code="NO_DATE",
            remedy="Set the end of the window.",
        ) from None
    return window.model_copy(update={"end": now})


def _format(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
