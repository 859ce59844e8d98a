"""Refresh a dashboard, and wait until its components have new data.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_dashboard_refresh_a_dashboard.htm
"""

from pydantic import BaseModel, ConfigDict, Field

from salesforce_connector.action import Action, Example
from salesforce_connector.flow import Call, Flow, resume_state
from salesforce_connector.forms.dynamic_options import dynamic_options
from salesforce_connector.forms.hints import hints
from salesforce_connector.identifiers import RecordId
from salesforce_connector.query import dashboards


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dashboard_id: RecordId = Field(
        title="Dashboard",
        description="The dashboard to refresh.",
        examples=["01ZD00000007S89MAE"],
        json_schema_extra=dynamic_options("dashboards"),
    )
    wait: bool = Field(
        default=True,
        title="Wait",
        description="Wait until all components are refreshed.",
        examples=[False],
    )
    max_wait: float = Field(
        default=600.0,
        title="Longest wait",
        description="Seconds to wait.",
        ge=1,
        le=86_400,
        examples=[600],
        json_schema_extra=hints(visibility="advanced", show_when={"wait": [True]}),
    )


class Output(BaseModel):
    refreshing: bool = Field(
        title="Refreshing", description="Whether a refresh is still in progress."
    )
    components: list[dashboards.ComponentRefresh] = Field(
        title="Components", description="Refresh status of each component."
    )


def flow(args: Input) -> Flow[Output]:
    path = dashboards.path_of(args.dashboard_id)
    earlier = yield from resume_state()
    if not (args.wait and earlier.get("refreshing") == args.dashboard_id):
        # A second refresh during a running one changes nothing.
        yield Call("PUT", path, repeatable=True)
    if args.wait:
        statuses = yield from dashboards.wait(args.dashboard_id, args.max_wait)
    else:
        statuses = dashboards.read_statuses((yield Call("GET", f"{path}/status")))
    components = dashboards.refreshes(statuses)
    refreshing = any(component.refreshing for component in components)
    return Output(refreshing=refreshing, components=components)


refresh_dashboard = Action(
    name="refresh_dashboard",
    title="Refresh a dashboard",
    summary="Refresh a dashboard, and wait until its components have new data.",
    category="Reports",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_dashboard_refresh_a_dashboard.htm",
    repeatable=True,
    examples=(
        Example("And wait for it", {"dashboard_id": "01ZD00000007S89MAE"}),
        Example("Begin it", {"dashboard_id": "01ZD00000007S89MAE", "wait": False}),
    ),
)
