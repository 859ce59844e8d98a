"""Reports: rows, groups, totals, filters, the row limit, background runs."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org
from salesforce_emulator.reports.report import Report, declare, reports_of

Body = dict[str, Any]
STATUS, AMOUNT = "Invoice__c.Status__c", "Invoice__c.Amount__c"


@pytest.fixture
def report(org: Org, client: httpx.Client) -> str:
    """A summary of invoices by status, and four of them; gives where it is."""
    report_id = declare(
        org,
        Report(
            name="Invoices_by_Status",
            label="Invoices by Status",
            sobject="Invoice__c",
            columns=("Name", "Account__r.Name", "Amount__c"),
            groups=("Status__c",),
            totals=("Amount__c",),
            where="Status__c != 'Cancelled'",
        ),
    )
    account = client.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]
    for status, amount in (("Sent", 10), ("Draft", 1), ("Draft", 1200.5), ("Cancelled", 9)):
        fields = {"Status__c": status, "Amount__c": amount}
        fields |= {"Account__c": account} if amount == 1 else {}
        assert client.post("/sobjects/Invoice__c", json=fields).status_code == 201
    return f"/analytics/reports/{report_id}"


def ran(client: httpx.Client, path: str, **metadata: Any) -> Body:
    response = client.post(f"{path}?includeDetails=true", json={"reportMetadata": metadata})
    assert response.status_code == 200, response.text
    body: Body = response.json()
    return body


def total(body: Body) -> int:
    return int(body["factMap"]["T!T"]["aggregates"][-1]["value"])


@pytest.mark.parametrize("path", ["00O000000000001AAA", "nothing", "00O000000000001AAA/describe"])
def test_a_missing_report_is_not_found(client: httpx.Client, path: str) -> None:
    response = client.get(f"/analytics/reports/{path}")

    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/analytics/reports"),
        ("POST", "/analytics/reports/query"),
        ("GET", "/analytics/notifications"),
        ("GET", "/analytics/reportTypes"),
    ],
)
def test_unsupported_requests_are_named_in_the_error(
    client: httpx.Client, method: str, path: str
) -> None:
    response = client.request(method, path, json={})

    assert response.status_code == 501
    assert path.removeprefix("/") in response.json()[0]["message"]


@pytest.mark.parametrize(
    "metadata",
    [
        {"reportFilters": {}},
        {"reportFilters": [1]},
        {"reportFilters": [{"column": "Invoice__c.Nope__c", "operator": "equals", "value": "1"}]},
        {"reportFilters": [{"column": "Account.Name", "operator": "equals", "value": "1"}]},
        {"reportFilters": [{"column": AMOUNT, "operator": "equals", "value": "much"}]},
        {"reportFilters": [{"column": AMOUNT, "operator": "near", "value": "1"}]},
        {"reportFilters": [{"column": AMOUNT, "operator": "equals", "value": 1}]},
        {
            "reportFilters": [{"column": AMOUNT, "operator": "equals", "value": "1"}],
            "reportBooleanFilter": "1 OR 2",
        },
        {
            "reportFilters": [{"column": AMOUNT, "operator": "equals", "value": "1"}],
            "reportBooleanFilter": "1; DROP",
        },
        {
            "reportFilters": [{"column": AMOUNT, "operator": "equals", "value": "1"}],
            "reportBooleanFilter": "(1",
        },
        {"standardDateFilter": {"column": "Invoice__c.CreatedDate", "durationValue": "so-so"}},
        {"standardDateFilter": {"column": "Invoice__c.CreatedDate", "startDate": "soon"}},
        {"standardDateFilter": "TODAY"},
        {"detailColumns": ["Invoice__c.Nope__c"]},
        {"detailColumns": "Name"},
    ],
)
def test_filters_that_do_not_fit_the_report_are_refused(
    client: httpx.Client, report: str, metadata: Any
) -> None:
    response = client.post(report, json={"reportMetadata": metadata})

    assert response.status_code == 400, response.text


def test_changing_groups_is_not_offered(client: httpx.Client, report: str) -> None:
    response = client.post(report, json={"reportMetadata": {"groupingsDown": []}})

    assert response.status_code == 501
    assert "groupingsDown" in response.json()[0]["message"]


def test_the_hour_has_only_so_many_runs(client: httpx.Client, report: str, org: Org) -> None:
    org.limits.others |= {"HourlySyncReportRuns": 0, "HourlyAsyncReportRuns": 0}

    assert client.get(report).status_code == 403
    assert client.post(f"{report}/instances").status_code == 403


def test_a_run_returns_groups_rows_and_totals(client: httpx.Client, report: str) -> None:
    body = client.get(f"{report}?includeDetails=true").json()

    draft, sent = body["groupingsDown"]["groupings"]
    assert (draft["key"], draft["value"], sent["label"]) == ("0", "Draft", "Sent")
    facts = body["factMap"]
    assert set(facts) == {"0!T", "1!T", "T!T"}
    assert facts["0!T"]["aggregates"] == [
        {"label": "$1,201.50", "value": 1201.5},
        {"label": "2", "value": 2},
    ]
    assert total(body) == 3
    first, second = (row["dataCells"] for row in facts["0!T"]["rows"])
    assert first[1:] == [
        {"label": "Acme", "value": "Acme"},
        {"label": "$1.00", "value": {"amount": 1.0, "currency": None}},
    ]
    assert second[1] == {"label": "-", "value": None}
    assert facts["T!T"]["rows"] == []
    assert (body["allData"], body["hasDetailRows"]) == (True, True)
    about = body["reportMetadata"]
    assert about["reportFormat"] == "SUMMARY"
    assert about["aggregates"] == [f"s!{AMOUNT}", "RowCount"]
    info = body["reportExtendedMetadata"]
    assert info["detailColumnInfo"][AMOUNT] == {"dataType": "currency", "label": "Amount"}
    assert list(info["groupingColumnInfo"]) == [STATUS]


def test_without_details_only_totals_are_returned(client: httpx.Client, report: str) -> None:
    body = client.get(report).json()

    assert body["hasDetailRows"] is False
    assert all("rows" not in facts for facts in body["factMap"].values())


def test_a_tabular_report_has_all_rows_in_one(client: httpx.Client, report: str, org: Org) -> None:
    columns = ("Name", "CreatedDate", "IsDeleted")
    report_id = declare(org, Report(name="All", label="All", sobject="Invoice__c", columns=columns))
    body = client.get(f"/analytics/reports/{report_id}?includeDetails=true").json()

    rows = body["factMap"]["T!T"]["rows"]
    assert list(body["factMap"]) == ["T!T"]
    assert len(rows) == 4
    # Noon in London is four in the morning in Los Angeles.
    assert [row["label"] for row in rows[0]["dataCells"]] == [
        "INV-0001", "11/22/2026, 4:00 AM", "false",
    ]  # fmt: skip
    assert body["reportMetadata"]["reportFormat"] == "TABULAR"


@pytest.mark.parametrize(
    ("column", "operator", "value", "count"),
    [
        (AMOUNT, "equals", "10", 1),
        (AMOUNT, "notEqual", "10", 2),
        (AMOUNT, "greaterThan", "10", 1),
        (AMOUNT, "greaterOrEqual", "10", 2),
        (AMOUNT, "lessThan", "10", 1),
        (AMOUNT, "lessOrEqual", "10", 2),
        (STATUS, "equals", "Draft, Sent", 3),
        (STATUS, "equals", "", 0),
        (STATUS, "notEqual", "Draft,Sent", 0),
        (STATUS, "contains", "RAF", 2),
        (STATUS, "startsWith", "s", 1),
        (STATUS, "notContain", "raf", 1),
        ("Invoice__c.Account__r.Name", "equals", "acme", 1),
        ("Invoice__c.Account__r.Name", "contains", "'%", 0),
        ("Invoice__c.CreatedDate", "equals", "TODAY", 3),
        ("Invoice__c.CreatedDate", "lessThan", "today", 0),
        ("Invoice__c.IsDeleted", "equals", "false", 3),
    ],
)
def test_filters_rows_for_this_run_alone(
    client: httpx.Client, report: str, column: str, operator: str, value: str, count: int
) -> None:
    filters = [{"column": column, "operator": operator, "value": value}]

    assert total(ran(client, report, reportFilters=filters)) == count
    assert total(client.get(report).json()) == 3


def test_joins_filters_as_the_logic_says(client: httpx.Client, report: str) -> None:
    filters = [
        {"column": AMOUNT, "operator": "equals", "value": name} for name in ("1", "10", "99")
    ]

    assert total(ran(client, report, reportFilters=filters)) == 0
    logic = "(1 or 2) AND (NOT 3)"
    result = ran(client, report, reportFilters=filters, reportBooleanFilter=logic)
    assert total(result) == 2
    assert result["reportMetadata"]["reportBooleanFilter"] == logic


@pytest.mark.parametrize(
    ("frame", "count"),
    [
        ({"durationValue": "THIS_MONTH"}, 3),
        ({"durationValue": "LAST_N_DAYS:7"}, 3),
        ({"durationValue": "LAST_MONTH"}, 0),
        ({"startDate": "2026-11-22", "endDate": "2026-11-22"}, 3),
        ({"startDate": "2026-11-23"}, 0),
        ({"endDate": "2026-11-21"}, 0),
    ],
)
def test_a_time_frame_filters_rows(
    client: httpx.Client, report: str, frame: Any, count: int
) -> None:
    values = {"column": "Invoice__c.CreatedDate", **frame}

    assert total(ran(client, report, standardDateFilter=values)) == count


def test_described_metadata_can_be_posted_unchanged(client: httpx.Client, report: str) -> None:
    about = client.get(f"{report}/describe").json()

    (kind,) = about["reportTypeMetadata"]["categories"]
    assert {AMOUNT, STATUS, "Invoice__c.Account__r.Name"} <= set(kind["columns"])
    assert total(ran(client, report, **about["reportMetadata"])) == 3
    fewer = ran(client, report, detailColumns=[AMOUNT])
    assert [len(row["dataCells"]) for row in fewer["factMap"]["0!T"]["rows"]] == [1, 1]


def test_detail_rows_are_limited_to_two_thousand(client: httpx.Client, org: Org) -> None:
    """All are counted, and the answer says that rows are missing."""
    report_id = declare(
        org, Report(name="Tasks", label="Tasks", sobject="Task", columns=("Subject",))
    )
    rows = [{"attributes": {"type": "Task"}, "Subject": str(item)} for item in range(200)]
    for _ in range(10):
        client.post("/composite/sobjects", json={"records": rows})
    path = f"/analytics/reports/{report_id}"
    full = ran(client, path)
    client.post("/sobjects/Task", json={"Subject": "One more"})
    cut = ran(client, path)

    assert (full["allData"], total(full), len(full["factMap"]["T!T"]["rows"])) == (True, 2000, 2000)
    assert (cut["allData"], total(cut), len(cut["factMap"]["T!T"]["rows"])) == (False, 2001, 2000)
    assert cut["hasExceededTabularRowLimit"] is True


def test_runs_in_the_background_as_the_clock_goes_on(
    client: httpx.Client, report: str, org: Org, clock: Clock
) -> None:
    reports_of(org).wait = 5
    started = client.post(f"{report}/instances?includeDetails=true").json()
    path = f"{report}/instances/{started['id']}"

    assert (started["status"], started["completionDate"]) == ("New", None)
    assert started["id"].startswith("0LG")
    clock.advance(timedelta(seconds=4))
    running = client.get(path).json()
    assert (running["attributes"]["status"], running["factMap"]) == ("Running", None)
    clock.advance(timedelta(seconds=1))
    done = client.get(path).json()
    assert (done["attributes"]["status"], total(done)) == ("Success", 3)
    (entries,) = client.get(f"{report}/instances").json()
    assert (entries["id"], entries["status"]) == (started["id"], "Success")
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_lists_reports_and_when_they_ran(client: httpx.Client, report: str, org: Org) -> None:
    (entries,) = client.get("/analytics/reports").json()
    client.get(report)

    assert entries["name"] == "Invoices by Status"
    assert client.get(f"https://{org.host}{entries['url']}").status_code == 200
    soql = "SELECT DeveloperName, Format, LastRunDate FROM Report"
    (row,) = client.get("/query", params={"q": soql}).json()["records"]
    assert (row["DeveloperName"], row["Format"]) == ("Invoices_by_Status", "Summary")
    assert row["LastRunDate"] is not None


def test_a_report_can_be_cloned_and_deleted(client: httpx.Client, report: str) -> None:
    report_id = report.rpartition("/")[2]
    body = {"reportMetadata": {"name": "Invoices of mine"}}

    copy = client.post("/analytics/reports", params={"cloneId": report_id}, json=body).json()

    path = f"/analytics/reports/{copy['reportMetadata']['id']}"
    assert copy["reportMetadata"]["name"] == "Invoices of mine"
    assert copy["reportMetadata"]["id"] != report_id
    assert ran(client, path)["factMap"].keys() == ran(client, report)["factMap"].keys()
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(report).status_code == 200


def test_invalid_clones_are_refused(client: httpx.Client, report: str) -> None:
    source_id = report.rpartition("/")[2]

    def clone(report_id: str, **metadata: str) -> int:
        body = {"reportMetadata": metadata}
        params = {"cloneId": report_id}
        return client.post("/analytics/reports", params=params, json=body).status_code

    assert clone("00O000000000001AAA", name="Copy") == 404
    assert clone(source_id) == 400
