"""Run a report, optionally with other filters, and return its rows.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_getreportrundata.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Flow, Note, Progress, resume_state
from salesforce_connector.forms.hints import hints
from salesforce_connector.query import report_runs, reports


class Input(report_runs.ReportSelection):
    model_config = ConfigDict(extra="forbid")

    include_details: bool = Field(
        default=True,
        title="Include details",
        description="Return rows, not only groups and totals.",
        examples=[True],
    )
    columns: reports.Names = "label"
    values: reports.Values = "raw"
    in_background: bool = Field(
        default=False,
        title="In background",
        description="For slow reports: Salesforce runs it in the background, and the step waits.",
        examples=[True],
        json_schema_extra=hints(visibility="advanced", group="Waiting"),
    )
    max_wait: float = Field(
        default=600.0,
        title="Longest wait",
        description="Seconds to wait for a run in the background.",
        ge=1,
        le=86_400,
        examples=[600],
        json_schema_extra=hints(
            visibility="advanced", group="Waiting", show_when={"in_background": [True]}
        ),
    )
    instance_id: str = Field(
        default="",
        title="Run",
        description="ID of a background run that was started before, to wait for its result.",
        pattern=r"^([a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?)?$",
        examples=["0LGD00000000abcOAA"],
        json_schema_extra=hints(visibility="internal"),
    )

    @model_validator(mode="after")
    def _check_instance(self) -> "Input":
        if self.instance_id and (self.filters is not None or self.date_filter is not None):
            raise ValueError("a run that was started before already has its filters")
        return self


class Output(BaseModel):
    name: str = Field(title="Name", description="Name of the report.")
    format: str = Field(
        title="Format", description="Format of the report: TABULAR, SUMMARY or MATRIX."
    )
    rows: list[dict[str, Any]] = Field(
        title="Rows",
        description="Rows of the report: values by column, with the groupings of each row.",
    )
    groups: list[dict[str, Any]] = Field(
        title="Groups", description="Totals of each innermost group; empty for a tabular report."
    )
    totals: dict[str, Any] = Field(title="Totals", description="Totals of the whole report.")
    complete: bool = Field(
        title="Complete",
        description="False if the report has more than the 2,000 rows that Salesforce returns.",
    )
    instance_id: str | None = Field(
        title="Run", description="ID of the report run; null unless it ran in the background."
    )


def flow(args: Input) -> Flow[Output]:
    report_path = f"/analytics/reports/{args.report_id}"
    body = yield from report_runs.override(
        report_path, args.filters, args.filter_logic, args.date_filter
    )
    earlier = args.instance_id or (yield from _earlier_run(args))
    instance_id: str | None = earlier
    if not instance_id and args.in_background:
        begun = yield report_runs.begin(report_path, body, details=args.include_details)
        instance_id, _ = reports.read_status(begun)
        yield Progress(0, None, "The report is new", {"instance_id": instance_id})
    if instance_id:
        answer = yield from report_runs.wait(
            report_path, instance_id, args.max_wait, started=earlier is None
        )
    else:
        answer = yield report_runs.run(report_path, body, details=args.include_details)
    results = records.read(reports.Results, answer, "run_report")
    table = reports.flatten(results, args.columns, args.values)
    if not results.all_data:
        yield Note(
            f"Salesforce gives {reports.MAX_ROWS:,} rows of a report at most, and truncated "
            "this one. Filter it into parts, or query the object."
        )
    about = results.report_metadata
    return Output(
        name=about.name,
        format=about.report_format,
        rows=table.rows,
        groups=table.groups,
        totals=table.totals,
        complete=results.all_data,
        instance_id=instance_id or None,
    )


def _earlier_run(args: Input) -> Flow[str | None]:
    """Return the run in the background that an interrupted run of this step began."""
    if not args.in_background:
        return None
    earlier = (yield from resume_state()).get("instance_id")
    return earlier if isinstance(earlier, str) and earlier else None


run_report = Action(
    name="run_report",
    title="Run a report",
    summary="Run a report, optionally with other filters, and return its rows.",
    category="Reports",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_getreportrundata.htm",
    reads=True,
    examples=(
        Example("As it is", {"report_id": "00OD0000001cw27MAA"}),
        Example(
            "Only large values, in the background",
            {
                "report_id": "00OD0000001cw27MAA",
                "filters": [
                    {"column": "Delivery__c.Value__c", "operator": "greaterThan", "value": "1000"}
                ],
                "in_background": True,
            },
        ),
    ),
)
