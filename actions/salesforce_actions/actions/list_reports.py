"""List reports, not only those looked at lately.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_report.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_pascal

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow, Note
from salesforce_connector.paging import query_results
from salesforce_connector.query.filters import AnyOf, Condition, Filter, Order, select
from salesforce_connector.soql.inputs import limit_field
from salesforce_connector.validation import read_reply

FIELDS = ("Id", "Name", "DeveloperName", "FolderName", "Format", "Description", "LastRunDate")


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    search: str = Field(
        default="",
        title="Search",
        description="Return only reports whose name or folder contains this text.",
        max_length=255,
        examples=["pipeline"],
    )
    limit: int = limit_field(200, 10_000, items="reports")


class Report(BaseModel):
    """One report."""

    id: str = Field(
        title="Report ID", description="ID of the report, for run_report and export_report."
    )
    name: str = Field(title="Name", description="Name of the report.")
    developer_name: str = Field(title="API name", description="API name; unique in its folder.")
    folder: str | None = Field(title="Folder", description="Name of the folder.")
    format: str | None = Field(
        title="Format",
        description="Format of the report: Tabular, Summary, Matrix or MultiBlock.",
    )
    description: str | None = Field(
        title="Description", description="Description of the report; null if there is none."
    )
    last_run_at: str | None = Field(
        title="Last run at", description="Timestamp, as Salesforce returns it."
    )


class Output(BaseModel):
    reports: list[Report] = Field(title="Reports", description="Reports, sorted by name.")


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", alias_generator=to_pascal)

    id: str
    name: str
    developer_name: str = ""
    folder_name: str | None = None
    format: str | None = None
    description: str | None = None
    last_run_date: str | None = None


def flow(args: Input) -> Flow[Output]:
    soql = select("Report", FIELDS, _filters(args.search), [Order(field="Name")])
    rows = yield from query_results.fetch(Call("GET", "/query", params={"q": soql}), args.limit)
    if rows.capped:
        yield Note(f"{rows.total:,} reports match; the first {len(rows.records):,} are returned.")
    return Output(reports=[_report(row) for row in rows.records])


def _filters(search: str) -> list[Filter]:
    if not search:
        return []
    names = ("Name", "FolderName")
    return [AnyOf(any=[Condition(field=n, operator="contains", value=search) for n in names])]


def _report(row: dict[str, Any]) -> Report:
    read = read_reply(_Row, row, "list_reports")
    return Report(
        id=read.id,
        name=read.name,
        developer_name=read.developer_name,
        folder=read.folder_name,
        format=read.format,
        description=read.description,
        last_run_at=read.last_run_date,
    )


list_reports = Action(
    name="list_reports",
    title="List reports",
    summary="List the reports that the user may see.",
    category="Reports",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_report.htm",
    reads=True,
    examples=(Example("About deliveries", {"search": "deliveries"}),),
)
