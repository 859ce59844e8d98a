"""Test Connection: a diagnosis in steps, each with what to change when it fails.

It is a flow, run by the same client as the actions, so that it cannot succeed where they would
fail. It needs no more than what every user may read: itself and its org. `STEPS` names the steps in
their order; one module a group of them.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from salesforce_connector.connection_test import network, org, permissions, sign_in
from salesforce_connector.connection_test.facts import Facts, TestFlow, get_facts, with_facts
from salesforce_connector.connection_test.report import STEPS, Report
from salesforce_connector.errors import ConnectorError, Unauthorized

RETRY_FOR: Final = 3.0  # seconds that a call of a test may spend on pauses

__all__ = ["RETRY_FOR", "STEPS", "Facts", "Report", "fail_before_start", "flow", "with_facts"]


def fail_before_start(report: Report, error: ConnectorError) -> None:
    """Report a connection that cannot even be read, or a proxy whose address is not valid."""
    if report.checks:
        report.fail(STEPS[len(report.checks)], error)
        report.skip_rest("the test was stopped")
    elif error.code.startswith("PROXY_"):
        report.fail_at("proxy", error, "the proxy's address is not valid")
    elif isinstance(error, Unauthorized):
        report.fail_at("sign_in", error, "the stored credentials cannot be read")
    else:
        report.fail_at("address", error, "the settings are not valid")


def flow(
    report: Report,
    *,
    proxy: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> TestFlow[None]:
    """Test a connection.

    Args:
        report: Filled step by step.
        proxy: What the client's requests go through, without a password; None for nothing.
        clock: Returns this machine's time.
    """
    facts = yield from get_facts()
    versions = yield from network.flow(facts, report, proxy, clock())
    if versions is None:
        return
    reason = yield from sign_in.flow(report)
    if reason:
        report.skip_rest(reason)
        return
    facts = yield from get_facts()  # the sign-in may have brought a token, and an instance
    sign_in.own_domain(facts, report)
    org.version(report, facts.version, versions)
    yield from org.identity(facts, report)
    yield from org.organization(facts, report)
    sign_in.app(facts, report)
    sign_in.scopes(facts, report)
    yield from sign_in.session_end(facts, report, clock())
    yield from permissions.objects(report, facts.settings)
    yield from permissions.limits(report)
    facts = yield from get_facts()
    permissions.calls_left(report, facts.settings, facts.usage)
