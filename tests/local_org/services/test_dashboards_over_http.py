"""Dashboards: list, results of components, refreshes."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from salesforce_emulator.dashboards.dashboard import Component, Dashboard, dashboards_of
from salesforce_emulator.dashboards.dashboard import declare as declare_dashboard
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.reports.report import Report, declare, reports_of

PATH = "/analytics/dashboards"


@pytest.fixture
def dashboard(org: Org) -> str:
    """A dashboard with one component, of all accounts by industry; gives its path."""
    report = Report(
        name="Industries", label="Industries", sobject="Account", columns=("Name",),
        groups=("Industry",),
    )  # fmt: skip
    declare(org, report)
    component = Component(report="Industries", header="By industry", chart="Donut")
    dashboard_id = declare_dashboard(
        org, Dashboard(name="Sales", label="Sales today", components=(component,))
    )
    return f"{PATH}/{dashboard_id}"


def count(client: httpx.Client, path: str) -> Any:
    (shown,) = client.get(path).json()["componentData"]
    return shown["reportResult"]["factMap"]["T!T"]["aggregates"][-1]["value"]


def state(client: httpx.Client, path: str) -> str:
    (status,) = client.get(f"{path}/status").json()["componentStatus"]
    return str(status["refreshStatus"])


@pytest.mark.parametrize("path", ["01Z000000000001AAA", "x", "01Z000000000001AAA/status"])
def test_a_missing_dashboard_is_not_found(client: httpx.Client, path: str) -> None:
    response = client.get(f"{PATH}/{path}")
    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "suffix"), [("POST", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "?filter1=x")]
)
def test_unsupported_requests_are_named_in_the_error(
    client: httpx.Client, dashboard: str, method: str, suffix: str
) -> None:
    response = client.request(method, f"{dashboard}{suffix}")
    assert (response.status_code, response.json()[0]["errorCode"]) == (501, "NOT_IMPLEMENTED")


def test_a_dashboard_of_a_missing_report_is_refused(org: Org) -> None:
    with pytest.raises(LookupError):
        declare_dashboard(
            org, Dashboard(name="A", label="A", components=(Component(report="Nothing"),))
        )
    with pytest.raises(ValueError, match="components"):
        declare_dashboard(org, Dashboard(name="A", label="A", components=()))


def test_is_listed_and_has_a_record(client: httpx.Client, dashboard: str) -> None:
    (entry,) = client.get(PATH).json()
    assert entry["name"] == "Sales today"
    assert entry["url"].endswith(dashboard)
    rows = client.get("/query", params={"q": "SELECT Id, Title FROM Dashboard"}).json()["records"]
    assert [row["Id"] for row in rows] == [entry["id"]]


def test_the_first_look_refreshes_and_later_ones_show_that(
    client: httpx.Client, dashboard: str
) -> None:
    client.post("/sobjects/Account", json={"Name": "Acme"})
    assert count(client, dashboard) == 1
    client.post("/sobjects/Account", json={"Name": "Bolt"})
    assert count(client, dashboard) == 1
    assert client.put(dashboard).json()["statusUrl"].endswith(f"{dashboard}/status")
    assert count(client, dashboard) == 2


def test_a_refresh_shows_the_old_results_until_it_is_done(
    org: Org, clock: Clock, client: httpx.Client, dashboard: str
) -> None:
    assert count(client, dashboard) == 0
    dashboards_of(org).wait = 30
    client.post("/sobjects/Account", json={"Name": "Acme"})
    client.put(dashboard)
    assert (state(client, dashboard), count(client, dashboard)) == ("RUNNING", 0)
    clock.advance(timedelta(seconds=31))
    assert (state(client, dashboard), count(client, dashboard)) == ("IDLE", 1)


def test_a_component_whose_report_was_deleted_shows_an_error(
    org: Org, client: httpx.Client, dashboard: str
) -> None:
    reports_of(org).remove("Industries")
    body = client.get(dashboard).json()
    (shown,) = body["componentData"]
    assert (shown["reportResult"], shown["status"]["dataStatus"]) == (None, "ERROR")
    assert body["dashboardMetadata"]["components"][0]["header"] == "By industry"


def test_refreshes_are_limited(org: Org, client: httpx.Client, dashboard: str) -> None:
    org.limits.others["HourlyDashboardRefreshes"] = 1
    assert client.put(dashboard).status_code == 201
    assert client.put(dashboard).status_code == 403
