"""`/analytics/reports`: the list, descriptions, runs at once and in the background.

https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/sforce_analytics_rest_api_resources.htm
"""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from salesforce_emulator import errors
from salesforce_emulator.automation import errors as automation_errors
from salesforce_emulator.automation.run_context import RunContext
from salesforce_emulator.http.body import json_object
from salesforce_emulator.http.calls import call_of
from salesforce_emulator.http.responses import empty_response, json_response
from salesforce_emulator.org import sequences
from salesforce_emulator.org.clock import datetime_text
from salesforce_emulator.records.plans import plan_of
from salesforce_emulator.reports import execution, instances
from salesforce_emulator.reports.report import (
    Report,
    declare,
    extended,
    metadata,
    report_id,
    reports_of,
    type_metadata,
)
from salesforce_emulator.reports.spreadsheet import MEDIA_TYPE, spreadsheet
from salesforce_emulator.schema.ids import parse_id

if TYPE_CHECKING:
    from salesforce_emulator.org.state import Org

_SYNC: Final = "HourlySyncReportRuns"
_ASYNC: Final = "HourlyAsyncReportRuns"


def routes(org: "Org") -> list[Route]:
    """Return the routes; others of a real org answer with an error that names them."""
    reports = _Reports(org)
    root = "/services/data/{version}/analytics"
    path = f"{root}/reports/{{report_id}}"
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [
        Route(root, reports.list_recent, methods=["GET"]),
        Route(f"{root}/reports", reports.all, methods=["GET"]),
        Route(f"{root}/reports", reports.clone, methods=["POST"]),
        Route(path, reports.delete, methods=["DELETE"]),
        Route(f"{path}/describe", reports.describe, methods=["GET"]),
        Route(f"{path}/instances", reports.instances, methods=["GET"]),
        Route(f"{path}/instances", reports.begin, methods=["POST"]),
        Route(f"{path}/instances/{{instance_id}}", reports.instance, methods=["GET", "DELETE"]),
        Route(f"{root}/reports/query", reports.others, methods=["POST"]),
        Route(path, reports.run, methods=["GET", "POST"]),
        *(Route(f"{root}{rest}", reports.others, methods=every) for rest in ("", "/{rest:path}")),
    ]


class _Reports:
    def __init__(self, org: "Org") -> None:
        self._org = org

    async def list_recent(self, request: Request) -> Response:
        root = f"/services/data/{call_of(request).version}/analytics"
        return json_response(
            request, {"dashboards": f"{root}/dashboards", "reports": f"{root}/reports"}
        )

    async def all(self, request: Request) -> Response:
        root = f"/services/data/{call_of(request).version}/analytics/reports"
        with self._org.transaction():
            entries = [
                {
                    "describeUrl": f"{root}/{record_id}/describe",
                    "fieldsUrl": f"{root}/{record_id}/fields",
                    "id": record_id,
                    "instancesUrl": f"{root}/{record_id}/instances",
                    "name": item.label,
                    "url": f"{root}/{record_id}",
                }
                for item in reports_of(self._org)
                if (record_id := report_id(self._org, item))
            ]
        return json_response(request, entries)

    async def clone(self, request: Request) -> Response:
        """Answer a POST with `cloneId`; creating a report without one is not offered."""
        requested = request.query_params.get("cloneId")
        if requested is None:
            return await self.others(request)
        original, metadata = self._find(requested), await _read_request(request)
        label = metadata.get("name")
        if not isinstance(label, str) or not label.strip():
            raise automation_errors.bad_report("The report name can\u2019t be null.")
        name = re.sub(r"\W+", "_", label).strip("_") or "Report"
        names = {item.name for item in reports_of(self._org)}
        numbered = (f"{name}_{at}" for at in count(1))
        with self._org.transaction():
            free = next(item for item in chain([name], numbered) if item not in names)
            copy = replace(original, name=free, label=label)
            declare(self._org, copy)
            return json_response(request, self._description(copy))

    async def delete(self, request: Request) -> Response:
        report = self._report(request)
        with self._org.transaction():
            record_id = report_id(self._org, report)
            reports_of(self._org).remove(report.name)
            sequences.remove_row(self._org.db, self._org.schema["Report"], record_id)
        return empty_response()

    async def describe(self, request: Request) -> Response:
        report = self._report(request)
        with self._org.transaction():
            return json_response(request, self._description(report))

    def _description(self, report: Report) -> dict[str, Any]:
        report_metadata = metadata(self._org, report, {}, details=True)
        return {
            "reportExtendedMetadata": extended(self._org, report, report_metadata["detailColumns"]),
            "reportMetadata": report_metadata,
            "reportTypeMetadata": type_metadata(self._org, report),
        }

    async def run(self, request: Request) -> Response:
        report, requested = self._report(request), await _read_request(request)
        if not self._org.limits.take(_SYNC):
            raise automation_errors.too_many_runs(self._org.limits.others[_SYNC], "synchronously")
        if MEDIA_TYPE not in request.headers.get("accept", ""):
            details = _with_details(request)
            return json_response(request, self._results(request, report, requested, details))
        body = spreadsheet(self._results(request, report, requested, details=True))
        disposition = f'attachment; filename="{report.name}.xlsx"'
        return Response(body, headers={"Content-Disposition": disposition}, media_type=MEDIA_TYPE)

    async def begin(self, request: Request) -> Response:
        org, report, requested = self._org, self._report(request), await _read_request(request)
        if not org.limits.take(_ASYNC):
            raise automation_errors.too_many_runs(org.limits.others[_ASYNC], "asynchronously")
        now = org.clock.now()
        with org.transaction():
            instance = instances.begin(
                org,
                report_id(org, report),
                call_of(request).caller.user_id,
                self._results(request, report, requested, _with_details(request)),
                details=_with_details(request),
                requested=now,
                done=now + timedelta(seconds=reports_of(org).wait),
            )
        started = instance.listed(org, call_of(request).version)
        return json_response(request, {**started, "completionDate": None, "status": "New"})

    async def instances(self, request: Request) -> Response:
        record_id = report_id(self._org, self._report(request))
        version = call_of(request).version
        with self._org.lock:
            result = instances.of_report(self._org, record_id)
        return json_response(request, [item.listed(self._org, version) for item in result])

    async def instance(self, request: Request) -> Response:
        record_id = report_id(self._org, self._report(request))
        requested = parse_id(request.path_params["instance_id"])
        with self._org.transaction():
            runs = instances.of_report(self._org, record_id)
            result = next((run for run in runs if run.id == requested), None)
            if result is None:
                raise automation_errors.report_unavailable()
            if request.method == "DELETE":
                instances.forget(self._org, result)
                return empty_response()
        return json_response(request, result.body(self._org, call_of(request).version))

    async def others(self, request: Request) -> Response:
        raise errors.not_offered(f"{request.method} of {'/'.join(call_of(request).segments)}")

    def _report(self, request: Request) -> Report:
        return self._find(request.path_params["report_id"])

    def _find(self, text: str) -> Report:
        record_id = parse_id(text)
        for item in reports_of(self._org):
            if report_id(self._org, item) == record_id:
                return item
        raise automation_errors.report_unavailable()

    def _results(
        self, request: Request, report: Report, body: dict[str, Any], details: bool
    ) -> dict[str, Any]:
        org, context = self._org, RunContext(self._org, call_of(request).access)
        with org.transaction():
            version = call_of(request).version
            results = execution.run(context, report, body, details=details, version=version)
            outcome = plan_of(org, org.schema["Report"]).update(("LastRunDate",))
            org.db.execute(outcome, (datetime_text(org.clock.now()), report_id(org, report)))
        return results


def _with_details(request: Request) -> bool:
    return request.query_params.get("includeDetails", "").lower() == "true"


async def _read_request(request: Request) -> dict[str, Any]:
    """Read the metadata that a POST requests; a body may be missing."""
    if request.method == "GET" or not await request.body():
        return {}
    body = (await json_object(request)).get("reportMetadata") or {}
    if not isinstance(body, dict):
        raise automation_errors.bad_report(
            "The request is invalid because there is no metadata. Specify metadata in the request"
            " body."
        )
    return body
