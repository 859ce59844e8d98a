"""Runs of reports: the filters they are sent with, and the wait for those in the background.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_filter_reportdata.htm
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.errors import BadReply, Rejected, Retryable
from salesforce_connector.flow import Call, Flow, Progress
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.query.reports import read_status
from salesforce_connector.response import Response
from salesforce_connector.suggestions import suggest

REPORT_TIMEOUT: Final = 600.0  # seconds; a synchronous run may take ten minutes

# Seconds between looks at a run; ours.
FIRST_DELAY: Final = 2.0
GROWTH: Final = 1.5
LONGEST_DELAY: Final = 30.0


class ReportFilter(BaseModel):
    """A condition on a column, in the words of the reports API."""

    model_config = ConfigDict(extra="forbid", title="Filter")

    column: str = Field(
        title="Column",
        description="API name of the column, as in the report.",
        min_length=1,
        examples=["AMOUNT"],
    )
    operator: str = Field(
        title="Operator",
        description="How the column is compared with the value.",
        min_length=1,
        examples=["greaterThan"],
        json_schema_extra=hints(
            widget="combobox",
            text=(
                "One of equals, notEqual, lessThan, greaterThan, lessOrEqual, "
                "greaterOrEqual, contains, notContain, startsWith, includes, excludes, "
                "within."
            ),
        ),
    )
    value: str = Field(
        title="Value", description="Separate several values with commas.", examples=["100000"]
    )


class DateFilter(BaseModel):
    """The report's time frame."""

    model_config = ConfigDict(extra="forbid", title="Date filter")

    column: str = Field(
        title="Column", description="API name of the date column.", examples=["CLOSE_DATE"]
    )
    duration: str = Field(
        default="CUSTOM",
        title="Duration",
        description="Such as THIS_FISCAL_QUARTER or LAST_N_DAYS:7; CUSTOM for start and end.",
        examples=["THIS_FISCAL_QUARTER"],
        json_schema_extra=hints(widget="combobox"),
    )
    start: str | None = Field(
        default=None,
        title="Start",
        description="First day, such as 2026-01-01.",
        examples=["2026-01-01"],
        json_schema_extra=hints(show_when={"duration": ["CUSTOM"]}),
    )
    end: str | None = Field(
        default=None,
        title="End",
        description="Last day, such as 2026-03-31.",
        examples=["2026-03-31"],
        json_schema_extra=hints(show_when={"duration": ["CUSTOM"]}),
    )


class ReportSelection(BaseModel):
    """Which report to run, and with which filters: the inputs of every action that runs one."""

    model_config = ConfigDict(extra="forbid")

    report_id: RecordId = Field(
        title="Report",
        description="The report to run.",
        examples=["00OD0000001cw27MAA"],
        json_schema_extra=dynamic_options("reports"),
    )
    filters: list[ReportFilter] | None = Field(
        default=None,
        title="Filters",
        description="Filters that replace the report's own.",
        max_length=20,
        examples=[[{"column": "Delivery__c.Value__c", "operator": "greaterThan", "value": "1000"}]],
        json_schema_extra=hints(widget="json"),
    )
    filter_logic: str | None = Field(
        default=None,
        title="Filter logic",
        description=(
            "How the filters are combined, such as (1 OR 2) AND 3; leave empty if all must match."
        ),
        examples=["(1 OR 2) AND 3"],
        json_schema_extra=hints(visibility="advanced"),
    )
    date_filter: DateFilter | None = Field(
        default=None,
        title="Date filter",
        description="A time frame that replaces the report's own.",
        examples=[{"column": "CLOSE_DATE", "duration": "THIS_FISCAL_QUARTER"}],
        json_schema_extra=hints(visibility="advanced"),
    )

    @model_validator(mode="after")
    def _check_filter_logic(self) -> "ReportSelection":
        if self.filter_logic and not self.filters:
            raise ValueError("filter_logic needs filters")
        return self


def run(report_path: str, body: Mapping[str, Any] | None, *, details: bool) -> Call:
    """Return the call that runs the report at a path; it changes nothing, whatever its method."""
    method, params = "GET" if body is None else "POST", _params(details)
    return Call(method, report_path, params=params, json=body, reads=True, timeout=REPORT_TIMEOUT)


def begin(report_path: str, body: Mapping[str, Any] | None, *, details: bool) -> Call:
    """Return the call that begins a run in the background."""
    return Call("POST", f"{report_path}/instances", params=_params(details), json=body, reads=True)


def override(
    report_path: str,
    filters: list[ReportFilter] | None,
    logic: str | None,
    dates: DateFilter | None,
) -> Flow[dict[str, Any] | None]:
    """Return the report's own metadata with other filters in it; None to leave all as it is.

    Raises:
        Rejected: A filter names a column that the report's type has not.
    """
    if filters is None and dates is None:
        return None
    described = records.decode((yield Call("GET", f"{report_path}/describe", cached=True)))
    match described:
        case {"reportMetadata": dict(metadata)}:
            changed = dict(metadata)
        case _:
            raise BadReply("The report's description has no metadata.", code="BAD_REPLY")
    if filters is not None:
        _check(filters, described)
        changed["reportFilters"] = [condition.model_dump() for condition in filters]
        changed["reportBooleanFilter"] = logic
    if dates is not None:
        changed["standardDateFilter"] = {
            "column": dates.column,
            "durationValue": dates.duration,
            "startDate": dates.start,
            "endDate": dates.end,
        }
    return {"reportMetadata": changed}


def wait(report_path: str, instance_id: str, seconds: float, *, started: bool) -> Flow[Response]:
    """Look at a run in the background until it has ended, and give its results.

    Args:
        report_path: Path of the report.
        instance_id: Of the run.
        seconds: To wait in all.
        started: Whether this step has started it: the same input would begin another.

    Raises:
        Rejected: The report could not be run; or the time is over, and this step has started it.
        Retryable: The time is over, and it was started before: the same input waits on.
    """
    waited, delay = 0.0, FIRST_DELAY
    while True:
        answer = yield Call(
            "GET", f"{report_path}/instances/{records.segment(instance_id)}", delay=delay
        )
        waited += delay
        match read_status(answer)[1]:
            case "Success" | "":
                return answer
            case "Error":
                raise Rejected(
                    "Salesforce could not run the report.",
                    code="REPORT_FAILED",
                    remedy="Open it in Salesforce to see why.",
                )
            case status:
                status_text = status.lower()
        yield Progress(0, None, f"The report is {status_text}", {"instance_id": instance_id})
        if waited >= seconds:
            raise (Rejected if started else Retryable)(
                f"The report is still {status_text} after {waited:.0f} seconds.",
                code="REPORT_NOT_FINISHED",
                remedy=f"It goes on at Salesforce: wait for it with instance_id {instance_id!r}.",
                retry_after=None if started else 60.0,  # seconds; ours
                sent=started,
            )
        delay = min(delay * GROWTH, LONGEST_DELAY)


def _params(details: bool) -> dict[str, str]:
    return {"includeDetails": "true" if details else "false"}


def _check(filters: list[ReportFilter], described: Mapping[str, Any]) -> None:
    """Refuse a column that the report's type does not have, where its description lists them."""
    match described:
        case {"reportTypeMetadata": {"categories": list(categories)}}:
            pass
        case _:
            return
    kinds = [category.get("columns") for category in categories if isinstance(category, dict)]
    columns = {name for kind in kinds if isinstance(kind, dict) for name in kind}
    for report_filter in filters:
        if columns and report_filter.column not in columns:
            near = suggest(report_filter.column, columns, cutoff=0.4)
            raise Rejected(
                f"The report has no column {report_filter.column!r}.",
                code="NO_SUCH_COLUMN",
                remedy=f"Did you mean {near!r}?" if near else "Use the API names of columns.",
                fields=("filters",),
            )
