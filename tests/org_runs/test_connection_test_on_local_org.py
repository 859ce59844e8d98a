"""Test Connection on an org: all is well, also for a user with the least permissions."""

from typing import Any

from local_apps import app_settings
from memory_connection import MemoryConnection

from salesforce_actions.plugin import SalesforceConnector
from salesforce_connector.connection_test import STEPS
from salesforce_emulator.org.state import Org

MOST_CALLS = 8  # at 50 ms each under half a second; two seconds is what a person waits gladly


def report_of(connector: SalesforceConnector, connection: MemoryConnection) -> Any:
    report = connector.test_connection("salesforce", connection)
    assert report is not None
    return report


def statuses(report: Any) -> dict[str, str]:
    return {item["id"]: item["status"] for item in report["checks"]}


def test_an_org_that_is_well_passes_every_step(
    connector: SalesforceConnector, connection: MemoryConnection
) -> None:
    report = report_of(connector, connection)

    assert report["ok"] is True
    assert [*statuses(report)] == [*STEPS]
    assert {*statuses(report).values()} <= {"ok", "skipped", "warning"}
    assert statuses(report)["session"] in ("ok", "skipped")
    assert report["usage"]["calls"] <= MOST_CALLS


def test_each_check_is_reported_as_soon_as_it_is_done(
    connector: SalesforceConnector, local_org: Org
) -> None:
    """A person sees the first failed check while the rest of a slow test still runs."""
    connection = MemoryConnection("client_credentials", app_settings(local_org, "automation"))
    checks: list[tuple[str, str]] = []

    def note(check: dict[str, str]) -> None:
        checks.append((check["id"], local_org.limits.header))

    report = connector.test_connection_with_progress("salesforce", connection, note)

    assert report is not None
    assert [step for step, _ in checks] == [check["id"] for check in report["checks"]]
    assert checks[0][1] != checks[-1][1], "no call was made after the first check"


def test_the_local_org_skips_only_the_check_of_objects(
    connector: SalesforceConnector, local_org: Org
) -> None:
    connection = MemoryConnection("client_credentials", app_settings(local_org, "automation"))

    report = report_of(connector, connection)

    skipped = [step for step, status in statuses(report).items() if status == "skipped"]
    assert skipped == ["objects"]
    assert {*statuses(report).values()} == {"ok", "skipped"}
    assert "Run As user" in next(e["message"] for e in report["checks"] if e["id"] == "identity")
