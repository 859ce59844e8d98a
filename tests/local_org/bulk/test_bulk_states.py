"""States of ingest jobs: what is allowed in each, and how the clock advances them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from local_org.bulk.ingest_calls import CSV, open_job

from salesforce_emulator.bulk.jobs import jobs_of
from salesforce_emulator.bulk.progress import catch_up
from salesforce_emulator.errors import SalesforceError
from salesforce_emulator.org.clock import Clock
from salesforce_emulator.org.state import Org

CSV_TEXT = "Name\nAcme\n"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (
            {"object": "Nope", "operation": "insert"},
            "INVALIDJOB",
            "InvalidJob : Unable to find object: Nope",
        ),
        (
            {"object": "TaskStatus", "operation": "insert"},
            "INVALIDENTITY",
            "Entity 'TaskStatus' is not supported by the Bulk API.",
        ),
        (
            {"object": "Account", "operation": "upsert"},
            "INVALIDJOB",
            (
                "InvalidJob : External ID was blank for Account. An External ID must be"
                " specified for"
                " upsert."
            ),
        ),
        (
            {"object": "Account", "operation": "upsert", "externalIdFieldName": "Website"},
            "INVALIDJOB",
            (
                "InvalidJob : Field name provided, Website does not match an External ID,"
                " Salesforce"
                " Id, or indexed field for Account"
            ),
        ),
        (
            {"object": "Account", "operation": "hardDelete"},
            "FEATURENOTENABLED",
            (
                "hardDelete operation requires special user profile permission, please contact your"
                " system administrator"
            ),
        ),
        (
            {"object": "Account", "operation": "destroy"},
            "API_ERROR",
            ("operation is destroy, and not one of insert, update, upsert, delete, hardDelete"),
        ),
        (
            {"object": "Account", "operation": "insert", "contentType": "JSON"},
            "API_ERROR",
            "contentType is JSON, and not one of CSV",
        ),
        (
            {"object": "Account", "operation": "insert", "colour": "red"},
            "JSON_PARSER_ERROR",
            'Unrecognized field "colour" at [line:1, column:1]',
        ),
    ],
)
def test_a_job_that_cannot_be_is_refused(
    client: httpx.Client, body: dict[str, str], code: str, message: str
) -> None:
    response = client.post("/jobs/ingest", json=body)

    assert response.status_code == 400
    assert response.json() == [{"errorCode": code, "message": message}]
    first = "message" if code == "JSON_PARSER_ERROR" else "errorCode"
    assert next(iter(response.json()[0])) == first


@pytest.mark.parametrize("rest", ["", "/successfulResults", "/batches", "/nope"])
def test_an_unknown_job_is_not_found(client: httpx.Client, rest: str) -> None:
    method = "PUT" if rest == "/batches" else "GET"
    response = client.request(method, f"/jobs/ingest/750000000000001AAA{rest}", headers=CSV)

    assert (response.status_code, response.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_unprocessed_records_are_spelled_in_small_letters(
    client: httpx.Client, upload: Callable[..., str]
) -> None:
    job = upload("Name\nAcme\n")

    assert client.get(f"/jobs/ingest/{job}/unprocessedRecords").status_code == 404


@pytest.mark.parametrize(
    ("state", "doing", "message"),
    [
        ("UploadComplete", "JobComplete", "Closing already Completed Job not allowed"),
        ("Aborted", "JobComplete", "Aborting already Completed Job not allowed"),
        ("Aborted", "Aborted", "Aborting already Aborted Job not allowed"),
        ("UploadComplete", "Aborted", "Closing already Aborted Job not allowed"),
    ],
)
def test_a_job_that_is_over_is_not_changed(
    client: httpx.Client,
    clock: Clock,
    upload: Callable[..., str],
    state: str,
    doing: str,
    message: str,
) -> None:
    path = "/jobs/ingest/" + upload("Name\nAcme")
    if doing == "Aborted":
        client.patch(path, json={"state": "Aborted"})
    clock.advance(timedelta(minutes=1))

    response = client.patch(path, json={"state": state})

    assert response.status_code == 400
    assert response.json() == [{"errorCode": "INVALIDJOBSTATE", "message": message}]
    assert client.get(path).json()["state"] == doing


def test_an_open_job_is_not_deleted_and_one_that_is_over_is(
    client: httpx.Client, ingest: Callable[..., Any]
) -> None:
    stored = client.delete(f"/jobs/ingest/{open_job(client)['id']}")
    assert (stored.status_code, stored.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")

    path = f"/jobs/ingest/{ingest(CSV_TEXT).info['id']}"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_a_job_follows_the_clock_from_state_to_state(
    org: Org, client: httpx.Client, clock: Clock, upload: Callable[..., str]
) -> None:
    """It waits, then its rows are done at a steady pace, and can be found before it is over."""
    org.settings.bulk_wait, org.settings.bulk_pace = 2, 200
    path = "/jobs/ingest/" + upload("Name\n" + "Acme\n" * 1_000)

    def look() -> tuple[str, int]:
        info = client.get(path).json()
        return info["state"], info["numberRecordsProcessed"]

    assert look() == ("UploadComplete", 0)
    assert client.get(path + "/successfulResults").status_code == 204
    clock.advance(timedelta(seconds=1.5))
    assert look() == ("UploadComplete", 0)
    clock.advance(timedelta(seconds=3))  # 2.5 seconds at 200 rows a second, in lots of 200
    assert look() == ("InProgress", 600)
    count = client.get("/query", params={"q": "SELECT COUNT() FROM Account"}).json()["totalSize"]
    assert count == 600
    assert client.get(path + "/failedResults").status_code == 204
    clock.advance(timedelta(seconds=10))
    assert look() == ("JobComplete", 1_000)
    assert client.get(path).json()["totalProcessingTime"] == 7_000  # 2 s and 1,000 rows


def test_jobs_advance_with_the_clock_without_a_read(
    client: httpx.Client, clock: Clock, upload: Callable[..., str]
) -> None:
    upload("Name\nAcme\n")
    clock.advance(timedelta(seconds=5))

    count = client.get("/query", params={"q": "SELECT COUNT() FROM Account"}).json()["totalSize"]

    assert count == 1


def test_without_a_wait_each_look_moves_a_job_one_state_on(
    org: Org, client: httpx.Client, upload: Callable[..., str]
) -> None:
    org.settings.bulk_wait = 0
    path = "/jobs/ingest/" + upload("Name\nAcme")

    states = [client.get(path).json()["state"] for _ in range(3)]

    assert states == ["InProgress", "JobComplete", "JobComplete"]


def test_an_aborted_job_keeps_written_rows_and_returns_unprocessed_ones(
    org: Org, client: httpx.Client, clock: Clock, upload: Callable[..., str]
) -> None:
    org.settings.bulk_wait, org.settings.bulk_pace = 1, 200
    rows = "".join(f"Acme {number}\n" for number in range(1_000))
    path = "/jobs/ingest/" + upload("Name\n" + rows)
    clock.advance(timedelta(seconds=3))
    assert client.get(path).json()["state"] == "InProgress"

    stopped = client.patch(path, json={"state": "Aborted"}).json()
    clock.advance(timedelta(minutes=1))

    info = client.get(path).json()
    assert (stopped["state"], info["state"]) == ("Aborted", "Aborted")
    done = client.get(path + "/successfulResults").text.splitlines()[1:]
    left = client.get(path + "/unprocessedrecords").text.splitlines()[1:]
    assert len(done) == info["numberRecordsProcessed"] == 400
    assert left == [f"Acme {number}" for number in range(400, 1_000)]


def test_work_that_was_broken_off_goes_on_where_it_stopped(
    org: Org, client: httpx.Client, clock: Clock, upload: Callable[..., str]
) -> None:
    """Nothing is written twice, whatever the pace at which others call."""
    org.settings.bulk_wait, org.settings.bulk_pace = 1, 100
    rows = "".join(f"Acme {number}\n" for number in range(1_000))
    path = "/jobs/ingest/" + upload("Name\n" + rows)
    for _ in range(40):
        clock.advance(timedelta(seconds=0.5))
        client.get("/limits")

    assert client.get(path).json()["state"] == "JobComplete"
    names = [row["Name"] for row in org.db.execute('SELECT "Name" FROM "Account"')]
    assert sorted(names) == sorted(rows.split("\n")[:-1])


def test_a_job_left_open_for_a_day_fails_and_after_a_week_is_forgotten(
    org: Org, client: httpx.Client, clock: Clock
) -> None:
    job_id = open_job(client)["id"]

    clock.advance(timedelta(hours=25))
    with org.transaction():
        job = jobs_of(org).find("ingest", job_id)
    assert (job.state, job.message) == (
        "Failed",
        "InvalidJobState : The job was open for more than 24 hours",
    )
    clock.advance(timedelta(days=7))
    with pytest.raises(SalesforceError, match="NOT_FOUND"), org.transaction():
        jobs_of(org).find("ingest", job_id)


def test_jobs_are_listed_by_type_a_thousand_at_a_time(client: httpx.Client) -> None:
    created = [open_job(client)["id"] for _ in range(1_002)]

    first = client.get("/jobs/ingest").json()
    second = client.get(f"https://{client.base_url.host}{first['nextRecordsUrl']}").json()

    assert list(first) == ["done", "records", "nextRecordsUrl"]
    assert (first["done"], second["done"], second["nextRecordsUrl"]) == (False, True, None)
    assert [job["id"] for job in first["records"] + second["records"]] == created
    assert first["records"][0]["jobType"] == "V2Ingest"
    assert client.get("/jobs/ingest", params={"jobType": "Classic"}).json()["records"] == []
    assert client.get("/jobs/ingest", params={"queryLocator": "nonsense"}).status_code == 400


def test_batches_count_against_the_day(
    org: Org, client: httpx.Client, ingest: Callable[..., Any]
) -> None:
    org.limits.others["DailyBulkApiBatches"] = 1
    assert ingest("Name\nAcme\n").info["state"] == "JobComplete"
    assert client.get("/limits").json()["DailyBulkApiBatches"] == {"Max": 1, "Remaining": 0}

    failed = ingest("Name\nAcme\n").info

    assert (failed["state"], failed["errorMessage"]) == (
        "Failed",
        "ExceededQuota : Max batches (1) per 24 hrs has been reached",
    )


def test_rows_are_written_with_the_rights_of_the_job_s_creator(
    org: Org, client: httpx.Client, ingest: Callable[..., Any]
) -> None:
    """A field that is hidden from them is for a job as if it did not exist."""
    org.settings.hidden_fields = {"System Administrator": {"Account": {"Phone"}}}

    assert "Field name not found : Phone" in ingest("Name,Phone\nA,1\n").info["errorMessage"]


def test_a_job_that_is_stopped_between_two_lots_of_rows_stays_stopped(
    org: Org, client: httpx.Client, clock: Clock, upload: Callable[..., str]
) -> None:
    """Who works on a job sees at the next step that another has aborted it."""
    job_id = upload("Name\n" + "Acme\n" * 1_000)
    clock.advance(timedelta(minutes=1))
    work = catch_up(org)
    next(work)

    with org.transaction():
        jobs = jobs_of(org)
        jobs.end(jobs.find("ingest", job_id), "Aborted")
    for _ in work:
        pass

    info = client.get(f"/jobs/ingest/{job_id}").json()
    assert (info["state"], info["numberRecordsProcessed"]) == ("Aborted", 200)


def test_a_job_without_content_is_done(client: httpx.Client, clock: Clock) -> None:
    """As recorded: an empty upload is no failure."""
    job = client.post("/jobs/ingest", json={"object": "Account", "operation": "insert"}).json()
    path = f"/jobs/ingest/{job['id']}"
    client.put(f"{path}/batches", content=b"", headers={"Content-Type": "text/csv"})

    closed = client.patch(path, json={"state": "UploadComplete"}).json()
    clock.advance(timedelta(minutes=1))
    done = client.get(path).json()

    assert list(closed)[-3:] == ["concurrencyMode", "contentType", "apiVersion"]
    assert (done["state"], done["numberRecordsProcessed"]) == ("JobComplete", 0)
    assert list(done)[9:] == [
        "apiVersion",
        "jobType",
        "lineEnding",
        "columnDelimiter",
        "numberRecordsProcessed",
        "numberRecordsFailed",
        "retries",
        "totalProcessingTime",
        "apiActiveProcessingTime",
        "apexProcessingTime",
    ]
