"""Run a report and give it as an Excel file, formatted as it is on the screen.

Salesforce asks to run one such export at a time.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_download_excel.htm
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Flow
from salesforce_connector.form_hints import hints
from salesforce_connector.http.file_output import FileOutput
from salesforce_connector.query import report_runs

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FILE_NAME: Final = re.compile(r'filename="?([^";]+)"?', re.IGNORECASE)


class Input(report_runs.ReportSelection):
    model_config = ConfigDict(extra="forbid")

    path: Path | None = Field(
        default=None,
        title="Local path",
        description=(
            "The file to write, in a folder that the host allows; an existing file is "
            "replaced. Empty: return the content."
        ),
        examples=["/tmp/pipeline.xlsx"],  # noqa: S108 - an example
    )
    max_bytes: int = Field(
        default=10_000_000,
        title="Maximum bytes",
        description="The most bytes to return; a larger file is refused.",
        ge=1,
        le=100_000_000,
        examples=[10_000_000],
        json_schema_extra=hints(visibility="advanced"),
    )


class Output(BaseModel):
    file_name: str = Field(title="File name", description="File name that Salesforce suggests.")
    size: int = Field(title="Size", description="Size in bytes.")
    path: str | None = Field(
        title="Local path",
        description="Path of the file that was written; null if the content was returned.",
    )
    content_base64: str | None = Field(
        title="Content",
        description="Content of the file in base64; null if it was written to a path.",
    )


def flow(args: Input) -> Flow[Output]:
    output = FileOutput(args.path, args.max_bytes)
    home = f"/analytics/reports/{args.report_id}"
    body = yield from report_runs.override(home, args.filters, args.filter_logic, args.date_filter)
    call = report_runs.run(home, body, details=True)
    response = yield replace(call, headers={"Accept": EXCEL}, into=output.open)
    if EXCEL not in response.headers.get("content-type", ""):
        raise BadReply(
            "Salesforce did not answer with an Excel file.",
            code="BAD_REPLY",
            remedy="A joined report cannot be exported so: run it in Salesforce.",
        )
    named = _FILE_NAME.search(response.headers.get("content-disposition", ""))
    return Output(
        file_name=named[1] if named else f"{args.report_id}.xlsx",
        size=output.size,
        path=str(args.path) if args.path else None,
        content_base64=output.content_base64,
    )


export_report = Action(
    name="export_report",
    title="Export a report to Excel",
    summary="Run a report and return it as an Excel file.",
    category="Reports",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_download_excel.htm",
    reads=True,
    examples=(
        Example("Into the output", {"report_id": "00OD0000001cw27MAA"}),
        Example(
            "To a path",
            {"report_id": "00OD0000001cw27MAA", "path": "/tmp/pipeline.xlsx"},  # noqa: S108
        ),
    ),
)
