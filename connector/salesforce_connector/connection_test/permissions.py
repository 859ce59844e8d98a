"""What the connection can be used for: objects it may read, those it is for, and what is left."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from salesforce_connector import records
from salesforce_connector.action import Call, Flow
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.connection_test.report import Report
from salesforce_connector.errors import ConnectorError
from salesforce_connector.limits import Usage
from salesforce_connector.metadata import describe
from salesforce_connector.metadata.describe import ObjectSummary

_LITTLE: Final = 0.1  # of an allowance

_WATCHED: Final = {  # what workflows use up, beside calls
    "DailyBulkV2QueryJobs": "bulk query jobs a day",
    "DailyBulkApiBatches": "bulk batches a day",
    "DataStorageMB": "MB of data",
    "FileStorageMB": "MB of files",
    "SingleEmail": "e-mails a day",
}


def objects(report: Report, settings: OrgSettings) -> Flow[None]:
    """Take the steps `read` and `objects`."""
    try:
        found = describe.read_objects((yield Call("GET", "/sobjects")))
    except ConnectorError as error:
        report.fail("read", error)
        report.add("objects", "skipped", "Not tried, because no object can be listed.")
        return
    readable = sum(each.queryable for each in found)
    report.add("read", "ok", f"{readable:,} objects can be queried by this user.")
    if not settings.allowed_objects:
        report.add("objects", "skipped", "The connection is not bound to certain objects.")
        return
    amiss = [*_amiss(settings, {each.name.lower(): each for each in found})]
    if amiss:
        report.add(
            "objects",
            "warning",
            f"{'; '.join(amiss)}.",
            "Give the user's profile or permission set access to them, or allow other objects.",
        )
    else:
        names = ", ".join(settings.allowed_objects)
        report.add("objects", "ok", f"The user may use what the connection is for: {names}.")


def limits(report: Report) -> Flow[None]:
    """Take the step `limits`."""
    try:
        body = records.decode((yield Call("GET", "/limits")))
    except ConnectorError:
        report.add("limits", "skipped", "This user may not read the org's limits.")
        return
    scarce = [*_scarce(body if isinstance(body, dict) else {})]
    if scarce:
        report.add(
            "limits",
            "warning",
            f"Nearly used up: {'; '.join(scarce)}.",
            "Setup > Company Information and Setup > Storage Usage show who uses them.",
        )
    else:
        report.add("limits", "ok", "No allowance of the org's is nearly used up.")


def calls_left(report: Report, usage: Usage) -> None:
    """Take the step `calls_left`."""
    left, most = usage.as_json()["limit_left"], usage.limit_max
    if left is None or most is None:
        report.add("calls_left", "skipped", "The org did not say how many calls are left.")
    elif left < most * _LITTLE:
        report.add(
            "calls_left",
            "warning",
            f"{left:,} of {most:,} API calls are left of the last 24 hours' allowance.",
            "Setup > Company Information > API Requests shows who spends them.",
        )
    else:
        report.add("calls_left", "ok", f"{left:,} of {most:,} API calls are left today.")


def _amiss(settings: OrgSettings, found: Mapping[str, ObjectSummary]) -> Iterator[str]:
    for name in settings.allowed_objects:
        known = found.get(name.lower())
        if known is None:
            yield f"{name} is not there, or this user may not see it"
        elif not known.queryable:
            yield f"{name} cannot be queried by this user"
        elif not (settings.read_only or known.createable or known.updateable):
            yield f"{name} can be read by this user, but not written"


def _scarce(body: Mapping[str, Any]) -> Iterator[str]:
    for name, what in _WATCHED.items():
        match body.get(name):
            case {"Max": int(most), "Remaining": int(left)} if most > 0 and left < most * _LITTLE:
                yield f"{left:,} of {most:,} {what} are left"
