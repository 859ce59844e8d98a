"""Run a report and return it as an Excel file, formatted as on the screen.

Salesforce asks to run one such export at a time.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_download_excel.htm
"""

import re
from typing import Final

from pydantic import ConfigDict

from salesforce_connector.action import Action, Example
from salesforce_connector.errors import BadReply
from salesforce_connector.flow import Flow
from salesforce_connector.http.file_output import DownloadedFile, FileDestination, FileOutput
from salesforce_connector.query import report_runs

EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FILE_NAME: Final = re.compile(r'filename="?([^";]+)"?', re.IGNORECASE)


class Input(FileDestination, report_runs.ReportSelection):
    model_config = ConfigDict(extra="forbid")


def flow(args: Input) -> Flow[DownloadedFile]:
    output = FileOutput(args.path, args.max_bytes)
    report = f"/analytics/reports/{args.report_id}"
    body = yield from report_runs.override(
        report, args.filters, args.filter_logic, args.date_filter
    )
    call = report_runs.run(report, body, details=True)
    response = yield call._replace(headers={"Accept": EXCEL}, into=output.open)
    if EXCEL not in response.headers.get("content-type", ""):
        raise BadReply(
            "Salesforce did not return an Excel file.",
            code="BAD_REPLY",
            remedy="Export a joined report in Salesforce.",
        )
    file_name = _FILE_NAME.search(response.headers.get("content-disposition", ""))
    return DownloadedFile(
        file_name=file_name[1] if file_name else f"{args.report_id}.xlsx",
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
    output=DownloadedFile,
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
