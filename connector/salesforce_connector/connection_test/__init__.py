"""Test Connection: a diagnosis in steps, each with what to change when it fails.

It is a flow, run by the same client as the actions, so that it cannot succeed where they would
fail. It needs no more than what every user may read: itself and its org. `STEPS` names the steps in
their order; one module a group of them.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from salesforce_connector.action import Flow
from salesforce_connector.connection_test import network, org, permissions, sign_in
from salesforce_connector.connection_test.report import STEPS, Report
from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.base_client import Caller, Result

__all__ = ["STEPS", "Report", "flow", "unusable"]


def unusable(error: ConnectorError) -> Report:
    """Give the report of a connection whose settings cannot even be read."""
    report = Report()
    for step in STEPS[: STEPS.index("address")]:
        report.add(step, "skipped", "Not tried, because the settings do not fit.")
    report.fail("address", error)
    report.skip_rest("the settings do not fit")
    return report


def flow(
    caller: Caller,
    result: Result,
    *,
    proxy: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    on_check: Callable[[dict[str, str]], object] | None = None,
) -> Flow[Report]:
    """Test a connection.

    Args:
        caller: The client that runs this.
        result: Where that client counts calls.
        proxy: What the client's requests go through, without a password; None for nothing.
        clock: Gives this machine's time.
        on_check: Called with each check as soon as it is known.
    """
    report, session = Report(on_check=on_check), caller.session
    offered = yield from network.flow(session, report, proxy, clock())
    if offered is None:
        return report
    stopped = yield from sign_in.flow(report)
    if stopped:
        report.skip_rest(stopped)
        return report
    sign_in.own_domain(session, report)
    org.version(report, caller.version, offered)
    yield from org.identity(session, report)
    yield from org.organization(session, report)
    sign_in.app(session, report)
    sign_in.scopes(session, report)
    yield from sign_in.session_end(session, report, clock())
    yield from permissions.objects(report, session.settings)
    yield from permissions.limits(report)
    permissions.calls_left(report, result.usage)
    return report
