"""Reports of Test Connection on scripted orgs, each with the faults that a test chooses."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from connector.acme_connection import AcmeConnection
from connector.conftest import Connect
from connector.scripted_org import TOKEN_PATH, ScriptedOrg
from flow_driver import ok

from salesforce_connector import connection_test
from salesforce_connector.http.base_client import BaseClient
from salesforce_connector.http.result import Result

USER_ID, ORG_ID = "005000000000001AAA", "00D000000000062EAA"
OBJECT = {
    "name": "Account",
    "label": "Account",
    "labelPlural": "Accounts",
    "custom": False,
    "queryable": True,
    "searchable": True,
    "createable": True,
    "updateable": True,
    "deletable": True,
}

READ_ONLY = {**OBJECT, "createable": False, "updateable": False}
HIDDEN = {**OBJECT, "queryable": False}
BOUND = {"allowed_objects": ["Account"]}

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

# What each of the requests is told, when nothing is faults.
WELL: Mapping[str, httpx.Response | Exception] = {
    "/services/data": ok(
        [
            {"label": "Spring '14", "url": "/services/data/v31.0", "version": "31.0"},
            {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"},
        ],
        headers={"Date": "Sun, 22 Nov 2026 12:00:00 GMT"},
    ),
    TOKEN_PATH: ok({"access_token": "ACCESS-2", "scope": "api refresh_token"}),
    "/": ok({"identity": f"https://login.salesforce.com/id/{ORG_ID}/{USER_ID}", "limits": "/x"}),
    "User": ok({"records": [{"Id": USER_ID, "Username": "ann@acme.com", "Name": "Ann"}]}),
    "Organization": ok(
        {
            "records": [
                {"Id": ORG_ID, "Name": "Acme", "OrganizationType": "Developer", "IsSandbox": True}
            ]
        }
    ),
    "/services/oauth2/introspect": ok({"active": True, "exp": 1_796_000_000}),
    "/limits": ok({"DataStorageMB": {"Max": 5, "Remaining": 5}, "odd": 1, "SingleEmail": {}}),
    "/sobjects": ok(
        {"sobjects": [OBJECT, {**OBJECT, "queryable": False}]},
        headers={"Sforce-Limit-Info": "api-usage=18/15000"},
    ),
}


def org(**faults: httpx.Response | Exception) -> ScriptedOrg:
    """An org that answers well, but for what is faults, by the names here."""
    names = {
        "address": "/services/data",
        "token": TOKEN_PATH,
        "root": "/",
        "user": "User",
        "organization": "Organization",
        "objects": "/sobjects",
        "introspect": "/services/oauth2/introspect",
        "limits": "/limits",
    }
    response = {**WELL, **{names[name]: what for name, what in faults.items()}}

    def script(request: httpx.Request) -> httpx.Response | Exception:
        path = re.sub(r"^/services/data/v[\d.]+", "", request.url.path)
        if path == "/query":
            return response["User" if "FROM User" in request.url.params["q"] else "Organization"]
        return response[path]

    return ScriptedOrg(script)


Report = dict[str, Any]


def report_of(
    connect: Connect,
    stored: AcmeConnection,
    request: ScriptedOrg,
    *,
    proxy: str | None = None,
    now: datetime = NOW,
) -> Report:
    driver = connect(stored, request)
    report, result = connection_test.Report(), Result()
    flow = connection_test.flow(report, proxy=proxy, clock=lambda: now)
    driver.drive(connection_test.with_facts(flow, facts_of(driver.base, result)), result)
    return report.as_json(result.usage.as_json())


def facts_of(client: BaseClient, result: Result) -> Callable[[], connection_test.Facts]:
    session = client.session
    return lambda: connection_test.Facts(
        session.method,
        session.settings,
        session.credentials,
        session.base_url,
        session.rotates,
        client.state.version,
        result.usage,
    )


def statuses(report: Report) -> dict[str, str]:
    return {check["id"]: check["status"] for check in report["checks"]}


def check(report: Report, step: str) -> dict[str, str]:
    (result,) = (item for item in report["checks"] if item["id"] == step)
    return dict(result)


def caused_by(cause: Exception) -> httpx.ConnectError:
    """Return what httpx raises for an error of the operating system."""
    error = httpx.ConnectError("no way")
    error.__cause__ = cause
    return error
