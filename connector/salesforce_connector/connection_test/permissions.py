"""What the connection can be used for: readable objects, allowed objects, and what is left."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from salesforce_connector import records
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.connection_test.facts import TestFlow
from salesforce_connector.connection_test.report import Report
from salesforce_connector.errors import ConnectorError
from salesforce_connector.flow import Call
from salesforce_connector.limits import Usage
from salesforce_connector.metadata import describe
from salesforce_connector.metadata.describe import ObjectSummary

_NEARLY_USED_UP: Final = 0.1  # of a limit, that is left

_WATCHED: Final = {  # what workflows use up, beside calls
    "DailyBulkV2QueryJobs": "bulk query jobs a day",
    "DailyBulkApiBatches": "bulk batches a day",
    "DataStorageMB": "MB of data",
    "FileStorageMB": "MB of files",
    "SingleEmail": "emails a day",
}


def objects(report: Report, settings: OrgSettings) -> TestFlow[None]:
    """Take the steps `read` and `objects`."""
    try:
        visible = describe.read_objects((yield Call("GET", "/sobjects")))
    except ConnectorError as error:
        report.fail("read", error)
        report.add("objects", "skipped", "Not tested, because no object can be listed.")
        return
    readable = sum(summary.queryable for summary in visible)
    report.add("read", "ok", f"This user can query {readable:,} objects.")
    if not settings.allowed_objects:
        report.add("objects", "skipped", "No object restrictions are set.")
        return
    problems = [*_object_problems(settings, {summary.name.lower(): summary for summary in visible})]
    if problems:
        report.add(
            "objects",
            "warning",
            f"{'; '.join(problems)}.",
            "Give the user access to them by profile or permission set, or allow other objects.",
        )
    else:
        names = ", ".join(settings.allowed_objects)
        report.add("objects", "ok", f"The user may use all allowed objects: {names}.")


def limits(report: Report) -> TestFlow[None]:
    """Take the step `limits`."""
    try:
        body = records.decode((yield Call("GET", "/limits")))
    except ConnectorError:
        report.add("limits", "skipped", "This user may not read the org's limits.")
        return
    nearly_used_up = [*_nearly_used_up(body if isinstance(body, dict) else {})]
    if nearly_used_up:
        report.add(
            "limits",
            "warning",
            f"Almost used up: {'; '.join(nearly_used_up)}.",
            "Setup > Company Information and Setup > Storage Usage show what uses them.",
        )
    else:
        report.add("limits", "ok", "No limit of the org is almost used up.")


def calls_left(report: Report, settings: OrgSettings, usage: Usage) -> None:
    """Take the step `calls_left`."""
    left, most = usage.as_json()["limit_left"], usage.limit_max
    own = _own_limits(settings)
    if left is None or most is None:
        report.add(
            "calls_left", "skipped", "Salesforce did not return how many API calls are left."
        )
    elif settings.call_floor and left <= settings.call_floor:
        report.add(
            "calls_left",
            "warning",
            f"{left:,} of {most:,} API calls are left (rolling 24 hours), and this connection "
            f"leaves {settings.call_floor:,} to others: it makes no calls now.",
            "Lower the calls to leave in the connection's settings, or run it later.",
        )
    elif left < most * _NEARLY_USED_UP:
        report.add(
            "calls_left",
            "warning",
            f"{left:,} of {most:,} API calls are left (rolling 24 hours).{own}",
            "Setup > Company Information > API Requests shows the usage.",
        )
    else:
        report.add(
            "calls_left", "ok", f"{left:,} of {most:,} API calls are left (rolling 24 hours).{own}"
        )


def _own_limits(settings: OrgSettings) -> str:
    """Describe what the connection's own settings leave to others; empty for nothing."""
    limits = []
    if settings.call_floor:
        limits.append(f"leaves {settings.call_floor:,} to others")
    if settings.background_share < 100:
        limits.append(f"stops background work at {settings.background_share} percent")
    if settings.long_calls:
        limits.append(f"makes {settings.long_calls:,} long calls at once")
    return f" This connection {', '.join(limits)}." if limits else ""


def _object_problems(settings: OrgSettings, visible: Mapping[str, ObjectSummary]) -> Iterator[str]:
    for name in settings.allowed_objects:
        summary = visible.get(name.lower())
        if summary is None:
            yield f"{name} does not exist, or this user may not see it"
        elif not summary.queryable:
            yield f"this user cannot query {name}"
        elif not (settings.read_only or summary.createable or summary.updateable):
            yield f"this user can read {name}, but not write it"


def _nearly_used_up(body: Mapping[str, Any]) -> Iterator[str]:
    for name, unit in _WATCHED.items():
        match body.get(name):
            case {"Max": int(most), "Remaining": int(left)} if (
                most > 0 and left < most * _NEARLY_USED_UP
            ):
                yield f"{left:,} of {most:,} {unit} are left"
