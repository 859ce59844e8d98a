"""Get what a dashboard shows: the groups and totals of each component, as of its last refresh.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_dashboard_get_results.htm
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector import records
from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.query import dashboards, report_runs, reports
from salesforce_connector.wire_model import Wire


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dashboard_id: RecordId = Field(
        title="Dashboard",
        description="The dashboard to get.",
        examples=["01ZD00000007S89MAE"],
        json_schema_extra=dynamic_options("dashboards"),
    )
    include_data: bool = Field(
        default=True,
        title="Include data",
        description="Return the data of the components; otherwise only their refresh status.",
        examples=[False],
    )
    columns: reports.Names = Field(
        default="label", json_schema_extra=hints(show_when={"include_data": [True]})
    )
    values: reports.Values = Field(
        default="raw", json_schema_extra=hints(show_when={"include_data": [True]})
    )


class Component(dashboards.ComponentRefresh):
    """One component and its data."""

    header: str | None = Field(
        title="Header", description="Header of the component; null if there is none."
    )
    report_id: str | None = Field(
        title="Report ID", description="ID of the report that the component shows."
    )
    report_name: str | None = Field(title="Report", description="Name of that report.")
    chart: str | None = Field(
        title="Chart", description="Type of chart, such as Bar, Metric or FlexTable."
    )
    error: str | None = Field(
        title="Error", description="Why the component shows no data; null if it does."
    )
    rows: list[dict[str, Any]] = Field(
        title="Rows", description="Rows of a table component; otherwise empty."
    )
    groups: list[dict[str, Any]] = Field(title="Groups", description="Totals of each group.")
    totals: dict[str, Any] = Field(title="Totals", description="Totals of the whole component.")


class Output(BaseModel):
    name: str | None = Field(title="Name", description="Name of the dashboard; null without data.")
    running_user: str | None = Field(
        title="Running user",
        description="User whose permissions decide what is shown; null if there is none.",
    )
    refreshing: bool = Field(title="Refreshing", description="Whether a refresh is in progress.")
    components: list[Component] = Field(
        title="Components",
        description="Components in the order of the dashboard; without data, only their status.",
    )


class _Data(Wire):
    component_id: str
    report_result: reports.Results | None = None
    status: dashboards.Status = Field(default_factory=dashboards.Status)


class _Properties(Wire):
    visualization_type: str | None = None


class _Component(Wire):
    id: str
    header: str | None = None
    title: str | None = None
    report_id: str | None = None
    properties: _Properties | None = None


class _User(Wire):
    display_name: str | None = None


class _Metadata(Wire):
    name: str = ""
    components: list[_Component] = Field(default_factory=list)
    running_user: _User | None = None


class _Results(Wire):
    component_data: list[_Data]
    dashboard_metadata: _Metadata


def flow(args: Input) -> Flow[Output]:
    path = dashboards.path_of(args.dashboard_id)
    if not args.include_data:
        statuses = dashboards.read_statuses((yield Call("GET", f"{path}/status")))
        components = [_bare(refresh) for refresh in dashboards.refreshes(statuses)]
        return _output(components)
    response = yield Call("GET", path, timeout=report_runs.REPORT_TIMEOUT)
    results = records.read(_Results, response, "get_dashboard")
    about = results.dashboard_metadata
    by_id = {component.id: component for component in about.components}
    components = [
        _component(data, by_id.get(data.component_id), args) for data in results.component_data
    ]
    output = _output(components)
    output.name = about.name
    output.running_user = about.running_user.display_name if about.running_user else None
    return output


def _output(components: list[Component]) -> Output:
    refreshing = any(component.refreshing for component in components)
    return Output(name=None, running_user=None, refreshing=refreshing, components=components)


def _bare(refresh: dashboards.ComponentRefresh) -> Component:
    return Component(
        **refresh.model_dump(),
        header=None,
        report_id=None,
        report_name=None,
        chart=None,
        error=None,
        rows=[],
        groups=[],
        totals={},
    )


def _component(data: _Data, about: _Component | None, args: Input) -> Component:
    status = data.status
    (refresh,) = dashboards.refreshes([status])
    component = _bare(refresh)
    component.id = data.component_id
    if about is not None:
        component.header = about.header or about.title
        component.report_id = about.report_id
        component.chart = about.properties.visualization_type if about.properties else None
    if status.error_code or status.error_message:
        component.error = status.error_message or status.error_code
    if data.report_result is not None:
        table = reports.flatten(data.report_result, args.columns, args.values)
        component.report_name = data.report_result.report_metadata.name or None
        component.rows, component.groups, component.totals = table.rows, table.groups, table.totals
    return component


get_dashboard = Action(
    name="get_dashboard",
    title="Get a dashboard",
    summary="Get the data that a dashboard shows, as of its last refresh.",
    category="Reports",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_dashboard_get_results.htm",
    reads=True,
    examples=(
        Example("What it shows", {"dashboard_id": "01ZD00000007S89MAE"}),
        Example(
            "How far its refresh is", {"dashboard_id": "01ZD00000007S89MAE", "include_data": False}
        ),
    ),
)
