"""`/analytics/dashboards`: the list, results, status, refreshes.

Saving, cloning, filtering and deleting dashboards is not offered: the error says so.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_dashboard_results_resource.htm
"""

from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.dashboards.dashboard import (
    Dashboard,
    component_data,
    component_ids,
    dashboard_id,
    dashboards_of,
    is_refreshed,
    refresh,
    statuses,
)
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import json_response
from salesforce_emulator.reports.report import report_id, reports_of
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

Json = dict[str, Any]

_REFRESHES: Final = "HourlyDashboardRefreshes"
_RESULTS: Final = "HourlyDashboardResults"
_METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(org: "Org") -> list[Route]:
    """Return the routes; they precede those of reports, which answer the rest with an error."""
    dashboards = _Routes(org)
    root = "/services/data/{version}/analytics/dashboards"
    path = f"{root}/{{dashboard_id}}"
    return [
        Route(root, dashboards.all, methods=["GET"]),
        Route(path, dashboards.results, methods=["GET"]),
        Route(path, dashboards.refresh, methods=["PUT"]),
        Route(f"{path}/status", dashboards.status, methods=["GET"]),
        Route(root, dashboards.others, methods=_METHODS),
        Route(f"{root}/{{rest:path}}", dashboards.others, methods=_METHODS),
    ]


class _Routes:
    def __init__(self, org: "Org") -> None:
        self._org = org

    async def all(self, request: Request) -> Response:
        with self._org.transaction():
            entries = []
            for item in dashboards_of(self._org):
                url = self._url(request, item)
                record_id = dashboard_id(self._org, item)
                entries.append(
                    {"id": record_id, "name": item.label, "statusUrl": f"{url}/status", "url": url}
                )
        return json_response(request, entries)

    async def results(self, request: Request) -> Response:
        org, dashboard = self._org, self._find(request)
        if request.query_params:
            raise errors.not_offered("another running user or filter of a dashboard")
        if not org.limits.take(_RESULTS):
            raise automation_errors.too_many_runs(org.limits.others[_RESULTS], "of dashboards")
        with org.transaction():
            if not is_refreshed(org, dashboard):
                refresh(self._context(request), dashboard, call_of(request).version)
            body = {
                "componentData": component_data(org, dashboard),
                "dashboardMetadata": self._metadata(request, dashboard),
            }
        return json_response(request, body)

    async def refresh(self, request: Request) -> Response:
        org, dashboard = self._org, self._find(request)
        if not org.limits.take(_REFRESHES):
            raise automation_errors.too_many_runs(org.limits.others[_REFRESHES], "of dashboards")
        with org.transaction():
            refresh(self._context(request), dashboard, call_of(request).version)
        return json_response(request, {"statusUrl": f"{self._url(request, dashboard)}/status"}, 201)

    async def status(self, request: Request) -> Response:
        dashboard = self._find(request)
        with self._org.transaction():
            body = {"componentStatus": statuses(self._org, dashboard)}
        return json_response(request, body)

    async def others(self, request: Request) -> Response:
        raise errors.not_offered(f"{request.method} of {'/'.join(call_of(request).segments)}")

    def _context(self, request: Request) -> RunContext:
        return RunContext(self._org, call_of(request).access)

    def _find(self, request: Request) -> Dashboard:
        record_id = parse_id(request.path_params["dashboard_id"])
        for item in dashboards_of(self._org):
            if dashboard_id(self._org, item) == record_id:
                return item
        raise automation_errors.report_unavailable()

    def _url(self, request: Request, dashboard: Dashboard) -> str:
        root = f"/services/data/{call_of(request).version}/analytics/dashboards"
        return f"{root}/{dashboard_id(self._org, dashboard)}"

    def _metadata(self, request: Request, dashboard: Dashboard) -> Json:
        org, url = self._org, self._url(request, dashboard)
        user = org.user(org.admin_id)
        components = []
        for at, (item, component) in enumerate(
            zip(component_ids(org, dashboard), dashboard.components, strict=True)
        ):
            report = reports_of(org).get(component.report)
            components.append(
                {
                    "componentData": at,
                    "footer": None,
                    "header": component.header or None,
                    "id": item,
                    "properties": {"visualizationType": component.chart},
                    "reportId": report_id(org, report) if report else None,
                    "title": None,
                    "type": "Report",
                }
            )
        return {
            "attributes": {
                "dashboardId": dashboard_id(org, dashboard),
                "dashboardName": dashboard.label,
                "statusUrl": f"{url}/status",
                "type": "Dashboard",
            },
            "canChangeRunningUser": False,
            "components": components,
            "description": dashboard.description,
            "developerName": dashboard.name,
            "filters": [],
            "folderId": org.org_id,
            "id": dashboard_id(org, dashboard),
            "name": dashboard.label,
            "runningUser": {
                "displayName": None if user is None else user["Name"],
                "id": org.admin_id,
            },
        }
