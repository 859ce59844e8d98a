"""List dashboards, not only those looked at lately.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_dashboard.htm
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

FIELDS = ("Id", "Title", "DeveloperName", "FolderName", "Description", "LastModifiedDate")


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    search: str = Field(
        default="",
        title="Search",
        description="Return only dashboards whose title or folder contains this text.",
        max_length=255,
        examples=["pipeline"],
    )
    limit: int = limit_field(200, 10_000, items="dashboards")


class Dashboard(BaseModel):
    """One dashboard."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_pascal, populate_by_name=True)

    id: str = Field(
        title="Dashboard ID",
        description="ID of the dashboard, for get_dashboard and refresh_dashboard.",
    )
    title: str = Field(title="Title", description="Title of the dashboard.")
    developer_name: str = Field(title="API name", description="API name; unique in its folder.")
    folder_name: str | None = Field(default=None, title="Folder", description="Name of the folder.")
    description: str | None = Field(
        default=None,
        title="Description",
        description="Description of the dashboard; null if there is none.",
    )
    last_modified_date: str | None = Field(
        default=None, title="Modified at", description="Timestamp, as Salesforce returns it."
    )


class Output(BaseModel):
    dashboards: list[Dashboard] = Field(
        title="Dashboards", description="Dashboards, sorted by title."
    )


def flow(args: Input) -> Flow[Output]:
    soql = select("Dashboard", FIELDS, _filters(args.search), [Order(field="Title")])
    result = yield from query_results.fetch(Call("GET", "/query", params={"q": soql}), args.limit)
    if result.capped:
        yield Note(
            f"{result.total:,} dashboards match; the first {len(result.records):,} are returned."
        )
    return Output(dashboards=[_dashboard(record) for record in result.records])


def _filters(search: str) -> list[Filter]:
    if not search:
        return []
    names = ("Title", "FolderName")
    return [AnyOf(any=[Condition(field=n, operator="contains", value=search) for n in names])]


def _dashboard(record: dict[str, Any]) -> Dashboard:
    return read_reply(Dashboard, record, "list_dashboards")


list_dashboards = Action(
    name="list_dashboards",
    title="List dashboards",
    summary="List the dashboards that the user may see.",
    category="Reports",
    input=Input,
    output=Output,
    flow=flow,
    docs="https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_dashboard.htm",
    reads=True,
    examples=(Example("About deliveries", {"search": "deliveries"}),),
)
