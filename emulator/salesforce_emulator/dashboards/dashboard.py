"""A dashboard's components, and its refreshes.

A dashboard that nobody has looked at yet is refreshed by the first look. A refresh takes
`Dashboards.wait` seconds by the org's clock; until then its components are RUNNING, and what they
show is of the refresh before.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_dashboard_get_results.htm
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.org.registry import Registry
from salesforce_emulator.records.system_rows import change, write
from salesforce_emulator.reports import execution
from salesforce_emulator.reports.report import report_id, reports_of

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Json = dict[str, Any]

MAX_COMPONENTS: Final = 20  # of one dashboard, Salesforce's limits of dashboards


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One report on a dashboard.

    Attributes:
        report: Developer name of the report.
        header: What is above it; empty for the report's label.
        chart: Such as Bar, Donut, Metric or FlexTable.
    """

    report: str
    header: str = ""
    chart: str = "Bar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One dashboard; `name` is its developer name."""

    name: str
    label: str
    components: tuple[Component, ...]
    folder: str = "Public Dashboards"
    description: str | None = None


@dataclass(slots=True)
class _Shown:
    """What the components show.

    Attributes:
        results: Component id -> the body of its report's run, or the error.
        at: When the results were computed; None before the first refresh.
        done: When the current or last refresh ends.
        coming: Results of the running refresh; None when there is none.
    """

    results: Mapping[str, Json | SalesforceError] = field(default_factory=dict)
    at: datetime | None = None
    done: datetime | None = None
    coming: Mapping[str, Json | SalesforceError] | None = None


class Dashboards(Registry[Dashboard]):
    """An org's dashboards, by name.

    Attributes:
        wait: Seconds that a refresh takes by the org's clock; may be set.
    """

    def __init__(self, _org: "Org") -> None:
        super().__init__()
        self.wait: float = 0
        self.shown: dict[str, _Shown] = {}


def dashboards_of(org: "Org") -> Dashboards:
    """Return an org's dashboards."""
    return org.part(Dashboards)


def declare(org: "Org", dashboard: Dashboard) -> str:
    """Add a dashboard to an org and return its id.

    Raises:
        LookupError: A report does not exist.
        ValueError: It has no component, or too many.
    """
    if not 1 <= len(dashboard.components) <= MAX_COMPONENTS:
        raise ValueError(f"a dashboard has 1 to {MAX_COMPONENTS} components")
    for component in dashboard.components:
        if reports_of(org).get(component.report) is None:
            raise LookupError(f"there is no report {component.report}")
    with org.transaction():
        record_id = dashboard_id(org, dashboard)
        component_ids(org, dashboard)
    dashboards_of(org).add(dashboard)
    return record_id


def dashboard_id(org: "Org", dashboard: Dashboard) -> str:
    """Return the id of a dashboard's row, writing it if it does not exist."""
    sql = 'SELECT "Id" FROM "Dashboard" WHERE "DeveloperName" = ?'
    row = org.db.execute(sql, (dashboard.name,)).fetchone()
    if row is not None:
        return str(row[0])
    values = {
        "Title": dashboard.label,
        "DeveloperName": dashboard.name,
        "FolderName": dashboard.folder,
        "FolderId": org.org_id,
        "Description": dashboard.description,
        "RunningUserId": org.admin_id,
        "Type": "SpecifiedUser",
    }
    return write(org, org.admin_id, "Dashboard", values)


def component_ids(org: "Org", dashboard: Dashboard) -> list[str]:
    """Return the ids of its components' rows, in order; rows that are missing are written."""
    record_id = dashboard_id(org, dashboard)
    sql = 'SELECT "Id" FROM "DashboardComponent" WHERE "DashboardId" = ? ORDER BY "Id"'
    ids = [str(row[0]) for row in org.db.execute(sql, (record_id,))]
    for component in dashboard.components[len(ids) :]:
        report = reports_of(org).get(component.report)
        values = {
            "DashboardId": record_id,
            "Name": component.header or (report.label if report else component.report),
            "CustomReportId": report_id(org, report) if report else None,
        }
        ids.append(write(org, org.admin_id, "DashboardComponent", values))
    return ids


def refresh(context: RunContext, dashboard: Dashboard, version: str) -> None:
    """Run the reports of all components; they are shown once the refresh is done."""
    org = context.org
    shown = _shown(org, dashboard)
    now = org.clock.now()
    results: dict[str, Json | SalesforceError] = {}
    running_user = RunContext(org, org.access(org.admin_id))
    for item, component in zip(component_ids(org, dashboard), dashboard.components, strict=True):
        report = reports_of(org).get(component.report)
        if report is None:
            results[item] = SalesforceError(
                404, "REPORT_NOT_FOUND", f"The report {component.report} was deleted."
            )
            continue
        results[item] = execution.run(running_user, report, {}, details=False, version=version)
    shown.coming, shown.done = results, now + timedelta(seconds=dashboards_of(org).wait)
    refreshed = datetime_text(now)
    change(
        org,
        context.user_id,
        "Dashboard",
        dashboard_id(org, dashboard),
        DashboardResultRefreshedDate=refreshed,
    )


def is_refreshed(org: "Org", dashboard: Dashboard) -> bool:
    """Return whether it was ever refreshed."""
    return _shown(org, dashboard).done is not None


def statuses(org: "Org", dashboard: Dashboard) -> list[Json]:
    """Return the status of each component, as `/status` does."""
    shown = _current(org, dashboard)
    running = shown.coming is not None
    return [
        {
            "componentId": item,
            "refreshDate": None if shown.at is None else datetime_text(shown.at),
            "refreshStatus": "RUNNING" if running else "IDLE",
        }
        for item in component_ids(org, dashboard)
    ]


def component_data(org: "Org", dashboard: Dashboard) -> list[Json]:
    """Return what each component shows, with its status."""
    shown = _current(org, dashboard)
    data = []
    for status in statuses(org, dashboard):
        result = shown.results.get(status["componentId"])
        error = result if isinstance(result, SalesforceError) else None
        data.append(
            {
                "componentId": status["componentId"],
                "reportResult": result if isinstance(result, dict) else None,
                "status": {
                    "dataStatus": "ERROR" if error else "DATA" if result else "NODATA",
                    "errorCode": error.code if error else None,
                    "errorMessage": error.message if error else None,
                    "errorSeverity": "Error" if error else None,
                    "refreshDate": status["refreshDate"],
                    "refreshStatus": status["refreshStatus"],
                },
            }
        )
    return data


def _shown(org: "Org", dashboard: Dashboard) -> _Shown:
    return dashboards_of(org).shown.setdefault(dashboard.name.lower(), _Shown())


def _current(org: "Org", dashboard: Dashboard) -> _Shown:
    """Return the results to show, which are a refresh's once it has ended."""
    shown = _shown(org, dashboard)
    if shown.coming is not None and shown.done is not None and org.clock.now() >= shown.done:
        shown.results, shown.at, shown.coming = shown.coming, shown.done, None
    return shown
