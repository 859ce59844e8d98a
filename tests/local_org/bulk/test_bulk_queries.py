"""Query jobs: statements, states, and results page by page."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

Query = Callable[..., str]


@pytest.fixture
def query(client: httpx.Client, clock: Clock) -> Query:
    """Run a whole query job; gives its path."""

    def run(statement: str, operation: str = "query", **job: str) -> str:
        body = {"operation": operation, "query": statement, **job}
        created = client.post("/jobs/query", json=body)
        assert (created.status_code, created.json()["state"]) == (200, "UploadComplete"), (
            created.text
        )
        clock.advance(timedelta(minutes=1))
        path = f"/jobs/query/{created.json()['id']}"
        assert client.get(path).json()["state"] == "JobComplete"
        return path

    return run


@pytest.fixture
def accounts(ingest: Callable[..., Any]) -> list[str]:
    """Ids of 30 accounts, in order."""
    ended = ingest("Name\n" + "".join(f"Acme {number:02}\n" for number in range(30)))
    return [row["sf__Id"] for row in ended.done]


def rows(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text, newline=""), strict=True))


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("SELECT COUNT() FROM Account", "Aggregate functions"),
        ("SELECT MAX(Name) FROM Account", "Aggregate functions"),
        ("SELECT Name FROM Account GROUP BY Name", "GROUP BY"),
        ("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "Aggregate Relationships"),
        ("SELECT Id FROM Account LIMIT 5 OFFSET 5", "OFFSET"),
        ("SELECT TYPEOF Who WHEN Lead THEN Company END FROM Task", "TYPEOF"),
        ("SELECT BillingAddress FROM Account", "Selecting compound data"),
        ("SELECT Account.BillingAddress FROM Contact", "Selecting compound data"),
        ("SELECT FIELDS(STANDARD) FROM Contact", "Selecting compound data"),
        ("SELECT FIELDS(CUSTOM) FROM Account LIMIT 5", "FIELDS(ALL) and FIELDS(CUSTOM)"),
        ("SELECT VersionData FROM ContentVersion", "Selecting binary data"),
    ],
)
def test_soql_that_bulk_queries_do_not_take_is_refused(
    client: httpx.Client, statement: str, what: str
) -> None:
    response = client.post("/jobs/query", json={"operation": "query", "query": statement})

    assert response.status_code == 400
    assert response.json() == [
        {
            "errorCode": "FUNCTIONALITY_NOT_ENABLED",
            "message": f"{what} not supported in Bulk Query",
        }
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"operation": "query", "query": "SELECT Nope FROM Account"}, "INVALID_FIELD"),
        ({"operation": "query", "query": "SELECT Id FROM Nope"}, "INVALID_TYPE"),
        ({"operation": "query", "query": "SELECT Id"}, "MALFORMED_QUERY"),
        ({"operation": "query"}, "MISSING_ARGUMENT"),
        ({"operation": "insert", "query": "SELECT Id FROM Account"}, "API_ERROR"),
        (
            {"operation": "query", "query": "SELECT Id FROM Account", "object": "Account"},
            "JSON_PARSER_ERROR",
        ),
    ],
)
def test_a_query_is_checked_before_its_job_is_created(
    client: httpx.Client, body: dict[str, str], code: str
) -> None:
    response = client.post("/jobs/query", json=body)

    assert (response.status_code, response.json()[0]["errorCode"]) == (400, code)
    assert client.get("/jobs/query").json()["records"] == []


def test_cells_have_the_form_that_bulk_results_have(client: httpx.Client, query: Query) -> None:
    """Nulls are empty, moments end in Z, large numbers have an exponent, parents have a path."""
    acme = client.post(
        "/sobjects/Account",
        json={"Name": 'Acme, "Inc."', "AnnualRevenue": 50_000_000, "NumberOfEmployees": 7},
    ).json()["id"]
    client.post("/sobjects/Contact", json={"LastName": "Doe", "AccountId": acme})

    path = query(
        "SELECT Id, Name, AccountId, Account.Name, Account.AnnualRevenue,"
        " Account.NumberOfEmployees, Email, CreatedDate, IsDeleted FROM Contact"
    )

    header, row = rows(client.get(path + "/results"))
    assert header == [
        "Id", "Name", "AccountId", "Account.Name", "Account.AnnualRevenue",
        "Account.NumberOfEmployees", "Email", "CreatedDate", "IsDeleted",
    ]  # fmt: skip
    assert row[1:] == [
        "Doe", acme, 'Acme, "Inc."', "5.0E7", "7", "", "2026-11-22T12:00:00.000Z", "false",
    ]  # fmt: skip


def test_a_query_without_rows_returns_the_header(client: httpx.Client, query: Query) -> None:
    path = query("SELECT Id, Owner.Name FROM Lead")

    response = client.get(path + "/results")

    assert response.text == '"Id","Owner.Name"\n'
    assert response.headers["Sforce-NumberOfRecords"] == "0"
    assert response.headers["Sforce-Locator"] == "null"


def test_query_all_finds_deleted_rows(
    client: httpx.Client, query: Query, accounts: list[str]
) -> None:
    client.delete(f"/sobjects/Account/{accounts[0]}")

    paths = [query("SELECT Id FROM Account", name) for name in ("query", "queryAll")]

    answers = [client.get(path + "/results") for path in paths]

    assert [response.headers["Sforce-NumberOfRecords"] for response in answers] == ["29", "30"]


@pytest.mark.parametrize("size", [1, 7, 30, 31])
def test_pages_follow_one_another_by_locator_until_it_is_null(
    client: httpx.Client, query: Query, accounts: list[str], size: int
) -> None:
    path = query("SELECT Id FROM Account ORDER BY Name")
    result: list[str] = []
    locator = ""
    for _ in range(40):
        params = {"maxRecords": str(size)} | ({"locator": locator} if locator else {})
        page = client.get(path + "/results", params=params)
        header, *more = rows(page)
        assert header == ["Id"]
        assert page.headers["Sforce-NumberOfRecords"] == str(len(more))
        result += [row[0] for row in more]
        locator = page.headers["Sforce-Locator"]
        if locator == "null":
            break

    assert result == accounts


def test_pages_may_be_fetched_at_once(
    org: Org, client: httpx.Client, query: Query, accounts: list[str]
) -> None:
    """Five URLs come at a time; together they give every row once."""
    org.settings.bulk_page = 4
    job = query("SELECT Id FROM Account ORDER BY Name")
    path: str | None = job + "/resultPages"
    result: list[str] = []
    counts = []
    while path is not None:
        response = client.get(path).json()
        counts.append(len(response["resultPages"]))
        for page in response["resultPages"]:
            result += [row[0] for row in rows(client.get(_absolute(client, page["resultUrl"])))[1:]]
        assert response["done"] == (response["nextRecordsUrl"] is None)
        path = response["nextRecordsUrl"] and _absolute(client, response["nextRecordsUrl"])

    assert counts == [5, 3]
    assert result == accounts


def test_results_come_in_the_version_of_the_job_alone(client: httpx.Client, query: Query) -> None:
    path = query("SELECT Id FROM Account")
    older = _absolute(client, "/services/data/v66.0" + path)

    for resource in ("/results", "/resultPages"):
        response = client.get(older + resource)
        assert (response.status_code, response.json()[0]["errorCode"]) == (409, "INVALIDVERSION")
    assert client.get(older).json()["apiVersion"] == 68.0


def test_result_pages_came_with_version_58(client: httpx.Client, clock: Clock) -> None:
    root = _absolute(client, "/services/data/v57.0/jobs/query")
    created = client.post(
        root, json={"operation": "query", "query": "SELECT Id FROM Account"}
    ).json()
    clock.advance(timedelta(minutes=1))

    assert client.get(f"{root}/{created['id']}/results").status_code == 200
    assert client.get(f"{root}/{created['id']}/resultPages").status_code == 404


@pytest.mark.parametrize(
    "params", [{"locator": "nonsense"}, {"locator": "MTAw"}, {"maxRecords": "0"}]
)
def test_an_invalid_locator_is_refused(
    client: httpx.Client, query: Query, accounts: list[str], params: dict[str, str]
) -> None:
    path = query("SELECT Id FROM Account")

    assert client.get(path + "/results", params=params).status_code == 400


def test_a_query_that_is_under_way_has_no_results_and_may_be_stopped(
    client: httpx.Client,
) -> None:
    body = {"operation": "query", "query": "SELECT Id FROM Account"}
    path = f"/jobs/query/{client.post('/jobs/query', json=body).json()['id']}"
    assert client.get(path + "/results").status_code == 204

    assert client.patch(path, json={"state": "Aborted"}).json()["state"] == "Aborted"

    assert client.get(path + "/results").json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert client.patch(path, json={"state": "Aborted"}).json() == [
        {"errorCode": "INVALIDJOBSTATE", "message": "Aborting already Aborted Job not allowed"}
    ]
    assert client.patch(path, json={"state": "UploadComplete"}).status_code == 400
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_a_query_is_no_ingest_job(client: httpx.Client, query: Query) -> None:
    path = query("SELECT Id FROM Account")

    assert client.get(path.replace("query", "ingest")).status_code == 404
    assert client.get("/jobs/ingest").json()["records"] == []
    assert client.get("/jobs/query").json()["records"][0]["jobType"] == "V2Query"


def test_results_keep_the_values_they_had(
    client: httpx.Client, query: Query, accounts: list[str]
) -> None:
    """What is written after the job leaves its results as they are."""
    path = query("SELECT Name FROM Account ORDER BY Name LIMIT 1")
    client.patch(f"/sobjects/Account/{accounts[0]}", json={"Name": "Other"})

    assert rows(client.get(path + "/results")) == [["Name"], ["Acme 00"]]


def test_a_field_that_is_hidden_meanwhile_fails_the_job(
    org: Org, client: httpx.Client, clock: Clock
) -> None:
    body = {"operation": "query", "query": "SELECT Phone FROM Account"}
    path = f"/jobs/query/{client.post('/jobs/query', json=body).json()['id']}"
    org.settings.hidden_fields = {"System Administrator": {"Account": {"Phone"}}}
    clock.advance(timedelta(minutes=1))

    info = client.get(path).json()

    assert info["state"] == "Failed"
    assert info["errorMessage"].startswith("InvalidBatch : Failed to process query: INVALID_FIELD")


def test_query_jobs_are_so_many_a_day(org: Org, client: httpx.Client, query: Query) -> None:
    org.limits.others["DailyBulkV2QueryJobs"] = 1
    client.delete(query("SELECT Id FROM Account"))

    body = {"operation": "query", "query": "SELECT Id FROM Account"}
    response = client.post("/jobs/query", json=body)

    assert response.status_code == 400
    assert response.json() == [
        {
            "errorCode": "LIMIT_EXCEEDED",
            "message": "Max bulk v2 query jobs (1) per 24 hrs has been reached (1)",
        }
    ]


def test_results_have_the_requested_format(
    client: httpx.Client, query: Query, accounts: list[str]
) -> None:
    path = query("SELECT Name FROM Account LIMIT 2", columnDelimiter="TAB", lineEnding="CRLF")

    response = client.get(path + "/results", headers={"Accept-Encoding": "gzip"})

    assert response.text == '"Name"\r\n"Acme 00"\r\n"Acme 01"\r\n'


def _absolute(client: httpx.Client, path: str) -> str:
    return f"https://{client.base_url.host}{path}"
